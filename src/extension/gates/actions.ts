/** What can be done about an entry of the Problems panel: look, read again, exclude with a reason, accept as it is, check. */
import * as vscode from 'vscode';
import { dirname, join } from 'node:path';
import { acceptedLimit, baselineEdits, type TextEdit } from '../../engine/references/gates/edit.js';
import type { GateFinding } from '../../protocol/index.js';
import { textOf } from './configs.js';
import type { Entry } from './findings.js';

/** Commands of the code actions; the palette does not show them. */
export const EXCLUDE = 'versusq.gates.exclude';
export const REANALYSE = 'versusq.gates.reanalyse';
/** A config and its text. */
interface Target {
  config: vscode.Uri;
  text: string;
}

export class GateActions implements vscode.CodeActionProvider {
  /** `entriesIn`: what is shown in a text, of a config or of another. */
  constructor(private readonly entriesIn: (document: vscode.Uri) => readonly Entry[]) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: Pick<vscode.CodeActionContext, 'diagnostics'>,
  ): Promise<vscode.CodeAction[]> {
    const asked = new Set(diagnostics.filter(({ source }) => source === 'VersusQ').map(({ message }) => message));
    const actions = new Map<string, vscode.CodeAction>();
    for (const { config, diagnostic, findings } of this.entriesIn(document.uri)) {
      if (!diagnostic.range.intersection(range) || (asked.size > 0 && !asked.has(diagnostic.message))) continue;
      const target: Target = { config, text: await textOf(config) };
      for (const finding of findings) {
        for (const action of actionsFor(finding, target)) {
          const there = actions.get(action.title); // one clip, several limits
          if (there) there.diagnostics = [...(there.diagnostics ?? []), diagnostic];
          else actions.set(action.title, Object.assign(action, { diagnostics: [diagnostic] }));
        }
      }
    }
    return [...actions.values()];
  }
}

function* actionsFor(finding: GateFinding, { config, text }: Target): Generator<vscode.CodeAction> {
  const { clip, against, rule, kind, judged } = finding;
  const folder = dirname(config.fsPath);
  if (kind === 'notAnalysed' || clip === null) {
    yield doing(vscode.l10n.t('Check quality gates'), 'versusq.checkGates', [config]);
    return;
  }
  const comparable = kind !== 'noReference' && kind !== 'ownReference';
  if (against !== null && comparable) {
    const [a, b] = [clip, against].map((place) => vscode.Uri.file(join(folder, place)));
    yield doing(vscode.l10n.t('Compare {0} with {1}', clip, against), 'versusq.compare', [a, [a, b]]);
  }
  if (comparable) yield doing(vscode.l10n.t('Re-analyse {0}', clip), REANALYSE, [config, join(folder, clip)]);
  yield doing(vscode.l10n.t('Exclude {0} with a reason...', clip), EXCLUDE, [config, rule, clip]);
  const changes = baselineEdits(text, finding);
  if (judged === null || changes === null) return;
  const limit = acceptedLimit(judged, []);
  const title =
    typeof limit === 'number'
      ? vscode.l10n.t('Accept {0} of {1} as new baseline ({2})', kind, clip, limit)
      : vscode.l10n.t('Accept {0} of {1} as new baseline', String(judged.attribute), clip);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = workspaceEdit(config, text, changes);
  yield action;
}

/** Edits of a text that need not be open. */
export function workspaceEdit(uri: vscode.Uri, text: string, changes: readonly TextEdit[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { offset, length, content } of changes)
    edit.replace(uri, new vscode.Range(positionAt(text, offset), positionAt(text, offset + length)), content);
  return edit;
}

function positionAt(text: string, offset: number): vscode.Position {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return new vscode.Position(lines.length - 1, lines.at(-1)!.length);
}

function doing(title: string, command: string, args: unknown[]): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command, arguments: args };
  return action;
}
