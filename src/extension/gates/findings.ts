/** What a check found, as entries of the Problems panel. The sentences are the engine's, the same as the command's. */
import * as vscode from 'vscode';
import { dirname, join } from 'node:path';
import { sentence } from '../language.js';
import type { ConfigProblem } from '../../engine/references/gates/config.js';
import { notAnalysedClips } from '../../engine/references/gates/words.js';
import type { ErrorData, GateCheck, GateFinding, Position } from '../../protocol/index.js';

/** What is told at one place. */
export interface Entry {
  config: vscode.Uri;
  /** None for what is wrong with the config itself. */
  findings: readonly GateFinding[];
  /** Absolute path of the clip that breaks a limit, which texts may name; null: told at the rule only. */
  clip: string | null;
  /** Only while its config is closed: in an open one the editor's own JSON support tells it. */
  whileClosed?: true;
  diagnostic: vscode.Diagnostic;
}

/**
 * Violations are errors. What is not analysed is told once a rule, as information; behind the names of clips their hints tell it
 * already.
 */
export function entriesOf(
  config: vscode.Uri,
  { violations, notAnalysed }: Pick<GateCheck, 'violations' | 'notAnalysed'>,
): Entry[] {
  const waiting = new Map<string, GateFinding[]>();
  for (const finding of notAnalysed) {
    const { line, column } = finding.position;
    const name = `${finding.rule}\0${line}:${column}`;
    waiting.set(name, [...(waiting.get(name) ?? []), finding]);
  }
  return [
    ...violations.map((finding): Entry => ({
      ...entry(config, sentence(finding.message), [finding], vscode.DiagnosticSeverity.Error),
      clip: finding.clip === null ? null : join(dirname(config.fsPath), finding.clip),
    })),
    ...[...waiting.values()].map((findings) => {
      const [{ rule, message }] = findings as [GateFinding];
      const told = findings.length === 1 ? message : notAnalysedClips(rule, findings.length);
      return entry(config, sentence(told), findings, vscode.DiagnosticSeverity.Information);
    }),
  ];
}

/**
 * What is wrong with the config. The first entry says that none of its rules is judged, and always stands there: the editor's JSON
 * support tells what the schema knows, but only of a config that is open, and never that the gates are off.
 */
export function entriesOfProblems(config: vscode.Uri, problems: readonly ConfigProblem[]): Entry[] {
  return problems.map(({ message, position, known }, k) => {
    const reason = sentence(message);
    const told =
      k === 0 ? vscode.l10n.t('This file is wrong, so that none of its rules is judged: {0}', reason) : reason;
    return { ...faultOf(config, position, told, 'config'), ...(known && k > 0 ? { whileClosed: true } : {}) };
  });
}

/** Why a config could not be judged, at its beginning. */
export const entriesOfError = (config: vscode.Uri, { code, message }: ErrorData): Entry[] => [
  faultOf(config, { line: 1, column: 1, length: 0 }, sentence(message), code),
];

function faultOf(config: vscode.Uri, position: Position, message: string, code: string): Entry {
  const diagnostic = diagnosticAt(rangeOf(position), message, code, vscode.DiagnosticSeverity.Error);
  return { config, findings: [], clip: null, diagnostic };
}

/** The same entry in another place, or with places that belong to it. */
export function entryAt(entry: Entry, range: vscode.Range, related: vscode.DiagnosticRelatedInformation[]): Entry {
  const { message, code, severity } = entry.diagnostic;
  const diagnostic = diagnosticAt(range, message, String(code), severity);
  if (related.length > 0) diagnostic.relatedInformation = related;
  return { ...entry, diagnostic };
}

function entry(
  config: vscode.Uri,
  message: string,
  findings: GateFinding[],
  severity: vscode.DiagnosticSeverity,
): Entry {
  const [{ position, kind }] = findings as [GateFinding];
  return { config, findings, clip: null, diagnostic: diagnosticAt(rangeOf(position), message, kind, severity) };
}

const rangeOf = ({ line, column, length }: Position): vscode.Range =>
  new vscode.Range(line - 1, column - 1, line - 1, column - 1 + length);

function diagnosticAt(
  range: vscode.Range,
  message: string,
  code: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  return Object.assign(new vscode.Diagnostic(range, message, severity), { source: 'VersusQ', code });
}
