/**
 * What quality gates use of `vscode` beyond ../fake-vscode.ts: diagnostics, code actions, text documents with edits. Configs are
 * kept by their paths in `documents`, open but for those in `closed`; other open texts in `texts`; `gates` remembers what was shown.
 * Use: vi.mock('vscode', () => import('./fake-vscode.js')).
 */
import * as base from '../fake-vscode.js';
import type { FakeDocument, Range } from '../fake-vscode.js';
import { EventEmitter, Position, Uri } from '../fake-vscode.js';

export * from '../fake-vscode.js';

export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
export class Diagnostic {
  source = '';
  code = '';
  relatedInformation: DiagnosticRelatedInformation[] | undefined;
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
}
export class Location {
  constructor(
    readonly uri: Uri,
    readonly range: Range,
  ) {}
}
export class DiagnosticRelatedInformation {
  constructor(
    readonly location: Location,
    readonly message: string,
  ) {}
}
export const CodeActionKind = { QuickFix: 'quickfix' };
export class CodeAction {
  command: { command: string; arguments: unknown[] } | undefined;
  edit: WorkspaceEdit | undefined;
  diagnostics: Diagnostic[] | undefined;
  constructor(
    readonly title: string,
    readonly kind: unknown,
  ) {}
}
export class WorkspaceEdit {
  readonly edits: { uri: Uri; range: Range; text: string }[] = [];
  replace(uri: Uri, range: Range, text: string): void {
    this.edits.push({ uri, range, text });
  }
}
interface Provider {
  provideCodeActions(document: unknown, range: Range, context: { diagnostics: Diagnostic[] }): Promise<CodeAction[]>;
}
/** What was shown and registered, and what the reviewer answers. */
export const gates = {
  shown: new Map<string, Diagnostic[]>(),
  provider: null as Provider | null,
  commands: new Map<string, (...args: never[]) => unknown>(),
  told: [] as string[],
  reason: undefined as string | undefined,
  choose: undefined as string | undefined,
  trusted: true,
  watched: [] as string[],
};
/** Texts of the configs of the workspace. */
export const documents = new Map<string, string>();
/** Configs without an editor, and other texts with one. */
export const closed = new Set<string>();
export const texts: FakeDocument[] = [];

const grants = new EventEmitter<void>();
const created = new EventEmitter<Uri>();
export const grantTrust = (): void => {
  gates.trusted = true;
  grants.fire();
};
export const fileComes = (path: string): void => created.fire(Uri.file(path));

function documentOf(path: string) {
  const text = documents.get(path)!;
  return {
    uri: Uri.file(path),
    getText: () => text,
    positionAt: (offset: number) => {
      const lines = text.slice(0, offset).split('\n');
      return new Position(lines.length - 1, lines.at(-1)!.length);
    },
  };
}
export const documentAt = documentOf;
/** Types a new text into an open config. */
export function type(path: string, text: string): void {
  documents.set(path, text);
  base.documentChanges({ document: documentOf(path) as unknown as FakeDocument, contentChanges: [] });
}
export function applyTo(path: string, { edits }: WorkspaceEdit): void {
  let text = documents.get(path)!;
  const offset = ({ line, character }: Position): number =>
    text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
  for (const { range, text: put } of [...edits].reverse())
    text = text.slice(0, offset(range.start)) + put + text.slice(offset(range.end));
  type(path, text);
}

export const languages = {
  createDiagnosticCollection: () => ({
    set: (uri: Uri, diagnostics: Diagnostic[]) => void gates.shown.set(uri.path, diagnostics),
    delete: (uri: Uri) => void gates.shown.delete(uri.path),
    dispose: () => gates.shown.clear(),
  }),
  registerCodeActionsProvider: (_selector: unknown, provider: Provider) => {
    gates.provider = provider;
    return { dispose: () => (gates.provider = null) };
  },
};
export const commands = {
  ...base.commands,
  registerCommand: (name: string, run: (...args: never[]) => unknown) => {
    gates.commands.set(name, run);
    return { dispose: () => gates.commands.delete(name) };
  },
};
export const workspace = {
  ...base.workspace,
  get isTrusted() {
    return gates.trusted;
  },
  get textDocuments() {
    return [...[...documents.keys()].filter((path) => !closed.has(path)).map(documentOf), ...texts];
  },
  fs: { ...base.workspace.fs, readFile: async ({ path }: Uri) => new TextEncoder().encode(documents.get(path)) },
  onDidGrantWorkspaceTrust: grants.event,
  onDidChangeWorkspaceFolders: new EventEmitter<void>().event,
  findFiles: async (pattern: string) =>
    pattern.includes('versusq') ? [...documents.keys()].map((p) => Uri.file(p)) : [],
  createFileSystemWatcher: (pattern: string) => {
    gates.watched.push(pattern);
    return { ...base.workspace.createFileSystemWatcher(), onDidCreate: created.event };
  },
  openTextDocument: async (uri: Uri) => documentOf(uri.path),
  applyEdit: async (edit: WorkspaceEdit) => applyTo(edit.edits[0]!.uri.path, edit),
};
export const window: Record<string, unknown> = {
  ...base.window,
  showInputBox: async () => gates.reason,
  showInformationMessage: async (text: string) => void gates.told.push(text),
  showWarningMessage: async (text: string) => {
    gates.told.push(text);
    return gates.choose;
  },
};

export function resetGates(): void {
  base.reset();
  for (const map of [gates.shown, gates.commands, documents, closed]) map.clear();
  for (const list of [gates.told, gates.watched, texts]) list.length = 0;
  Object.assign(gates, { provider: null, reason: undefined, choose: undefined, trusted: true });
}
