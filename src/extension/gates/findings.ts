/** What a check found, as entries of the Problems panel. The sentences are the engine's, the same as the command's. */
import * as vscode from 'vscode';
import { sentence } from '../language.js';
import type { ConfigProblem } from '../../engine/references/gates/config.js';
import { notAnalysedClips } from '../../engine/references/gates/words.js';
import type { GateCheck, GateFinding, Position } from '../../protocol/index.js';

/** An entry, and the findings that it stands for: none for what is wrong with the config itself. */
export interface Entry {
  diagnostic: vscode.Diagnostic;
  findings: GateFinding[];
}

/** Violations are errors. What is not analysed is told once a rule, as information. */
export function entriesOf({ violations, notAnalysed }: Pick<GateCheck, 'violations' | 'notAnalysed'>): Entry[] {
  const waiting = new Map<string, GateFinding[]>();
  for (const finding of notAnalysed) {
    const { line, column } = finding.position;
    const name = `${finding.rule}\0${line}:${column}`;
    waiting.set(name, [...(waiting.get(name) ?? []), finding]);
  }
  return [
    ...violations.map((finding) => entry(sentence(finding.message), [finding], vscode.DiagnosticSeverity.Error)),
    ...[...waiting.values()].map((findings) => {
      const [{ rule, message }] = findings as [GateFinding];
      const told = findings.length === 1 ? message : notAnalysedClips(rule, findings.length);
      return entry(sentence(told), findings, vscode.DiagnosticSeverity.Information);
    }),
  ];
}

/** What is wrong with the config; the editor's own JSON support tells what the schema knows. */
export function entriesOfProblems(problems: readonly ConfigProblem[]): Entry[] {
  return problems
    .filter(({ known }) => !known)
    .map(({ message, position }) => ({
      diagnostic: diagnosticAt(position, sentence(message), 'config', vscode.DiagnosticSeverity.Error),
      findings: [],
    }));
}

function entry(message: string, findings: GateFinding[], severity: vscode.DiagnosticSeverity): Entry {
  const [{ position, kind }] = findings as [GateFinding];
  return { diagnostic: diagnosticAt(position, message, kind, severity), findings };
}

function diagnosticAt(
  { line, column, length }: Position,
  message: string,
  code: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  const range = new vscode.Range(line - 1, column - 1, line - 1, column - 1 + length);
  return Object.assign(new vscode.Diagnostic(range, message, severity), { source: 'VersusQ', code });
}
