/** Quality as inlay hints: for the visible range, out of what is known; what is not known is offered, not begun. */
import * as vscode from 'vscode';
import type { Reference } from '../../protocol/index.js';
import { densityOf, type Density } from './annotationSettings.js';
import { ANALYSE, type NamedPlace } from './commandNames.js';
import type { Mentions } from './mentions.js';
import { noteText, patternText } from './noteText.js';
import type { QualityCache, QualityNote } from './qualityCache.js';
import { noteWords } from './noteWords.js';

/** Hints wait so long for the worker, milliseconds; what comes later is shown by another request. */
const WAIT_MS = 120;
/** More clips of one pattern are not looked at. */
const PATTERN_CLIPS = 200;

export class InlayHints implements vscode.InlayHintsProvider {
  constructor(
    private readonly mentions: Mentions,
    private readonly cache: QualityCache,
    /** Is told the clips that are looked at. */
    private readonly seen: (paths: readonly string[]) => void,
  ) {}

  async provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlayHint[]> {
    const density = densityOf('inlayHints', document.uri);
    if (density === null) return [];
    void this.cache.wake();
    await this.mentions.read(document);
    const references = this.mentions.within(document, range);
    const version = document.version;
    const targets = await Promise.all(references.map((reference) => this.mentions.target(document, reference)));
    const paths = targets.map((target) => (target.kind === 'files' ? target.paths.slice(0, PATTERN_CLIPS) : []));
    const all = [...new Set(paths.flat())];
    this.seen(all);
    await this.cache.get(all, WAIT_MS);
    if (token.isCancellationRequested || document.version !== version) return [];
    return references.flatMap((reference, i) => {
      const notes = paths[i]!.map((path) => this.cache.peek(path));
      const missing = targets[i]!.kind === 'missing';
      const hint = missing ? missingHint(document, reference, density) : this.hint(document, reference, notes, density);
      return hint ?? [];
    });
  }

  private hint(
    document: vscode.TextDocument,
    reference: Reference,
    notes: readonly (QualityNote | null)[],
    density: Density,
  ): vscode.InlayHint | null {
    const known = notes.filter((note) => note !== null);
    const [first] = known;
    if (first === undefined || known.length < notes.length) return null; // on its way: nothing is said meanwhile
    const single = notes.length === 1 && reference.kind !== 'glob';
    const text = single ? noteText(first, density) : patternText(known, density);
    if (text === '') return null;
    const offered = single && ['unknown', 'measured'].includes(first.state);
    const part = new vscode.InlayHintLabelPart(text);
    if (offered) part.command = analyse(document, reference);
    part.tooltip = single ? tooltip(first, offered) : vscode.l10n.t('The pattern names {0} clips.', known.length);
    return hintAt(document, reference, part);
  }
}

function missingHint(document: vscode.TextDocument, reference: Reference, density: Density): vscode.InlayHint | null {
  if (reference.kind === 'glob') return null;
  const nothing = { path: reference.name, ranking: null, comparison: null, error: null };
  const part = new vscode.InlayHintLabelPart(noteText({ ...nothing, state: 'missing' }, density));
  part.tooltip = vscode.l10n.t(
    'There is no such file beside this one, in the workspace, or in versusq.annotations.roots.',
  );
  return hintAt(document, reference, part);
}

function hintAt(
  document: vscode.TextDocument,
  reference: Reference,
  part: vscode.InlayHintLabelPart,
): vscode.InlayHint {
  const hint = new vscode.InlayHint(document.positionAt(reference.end), [part]);
  hint.paddingLeft = true;
  return hint;
}

function analyse(document: vscode.TextDocument, reference: Reference): vscode.Command {
  const here: NamedPlace = { document: document.uri.toString(), start: reference.start };
  return { command: ANALYSE, title: vscode.l10n.t('Analyse'), arguments: [here] };
}

function tooltip(note: QualityNote, offered: boolean): string {
  const words = noteWords(note);
  return offered ? `${words} ${vscode.l10n.t('Ctrl+click (Cmd+click) to analyse it.')}` : words;
}
