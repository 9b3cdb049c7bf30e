/**
 * As much of the `vscode` module as the extension uses, without VS Code: what the extension shows and asks is remembered in
 * `seen`, what the reviewer answers is put into `answers`, and happenings (a changed file, a changed setting) are told by hand.
 * Use: vi.mock('vscode', () => import('./fake-vscode.js')).
 */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

type Listener<T> = (event: T) => unknown;
export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(event: T): void {
    for (const listener of [...this.listeners]) listener(event);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly path: string,
    readonly query = '',
  ) {}
  static file = (path: string): Uri => new Uri('file', path);
  static parse = (text: string): Uri => {
    const { protocol, pathname } = new URL(text);
    return new Uri(protocol.slice(0, -1), decodeURIComponent(pathname));
  };
  static from = ({ scheme, path }: { scheme: string; path: string }): Uri => new Uri(scheme, path);
  static joinPath = (base: Uri, ...parts: string[]): Uri => new Uri(base.scheme, join(base.path, ...parts));
  get fsPath(): string {
    return fileURLToPath(pathToFileURL(this.path));
  }
  with({ query }: { query: string }): Uri {
    return new Uri(this.scheme, this.path, query);
  }
  toString(): string {
    return `${this.scheme}://${this.path}${this.query === '' ? '' : `?${this.query}`}`;
  }
}
export class TabInputWebview {
  constructor(readonly viewType: string) {}
}
export class RelativePattern {
  constructor(
    readonly base: Uri,
    readonly pattern: string,
  ) {}
}
export class ThemeIcon {
  constructor(
    readonly id: string,
    readonly color?: unknown,
  ) {}
}
export class ThemeColor {
  constructor(readonly id: string) {}
}
export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}
export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(...at: [Position, Position] | [number, number, number, number]) {
    this.start = at.length === 2 ? at[0] : new Position(at[0], at[1]);
    this.end = at.length === 2 ? at[1] : new Position(at[2], at[3]);
  }
  intersection(other: Range): Range | undefined {
    const before = (x: Position, y: Position) => x.line < y.line || (x.line === y.line && x.character <= y.character);
    return before(this.start, other.end) && before(other.start, this.end) ? this : undefined;
  }
}
export class InlayHintLabelPart {
  tooltip: unknown;
  command: unknown;
  constructor(readonly value: string) {}
}
export class InlayHint {
  paddingLeft = false;
  constructor(
    readonly position: Position,
    readonly label: InlayHintLabelPart[],
  ) {}
}
export class MarkdownString {
  value = '';
  isTrusted: unknown;
  appendMarkdown(text: string): this {
    this.value += text;
    return this;
  }
  /** As VS Code escapes it. */
  appendText(text: string): this {
    return this.appendMarkdown(text.replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&'));
  }
}
export class Hover {
  constructor(
    readonly contents: MarkdownString,
    readonly range: Range,
  ) {}
}
export class CodeLens {
  command: { title: string; command: string; arguments?: unknown[] } | undefined;
  constructor(readonly range: Range) {}
}
export class FileDecoration {
  propagate = false;
  constructor(
    readonly badge: string,
    readonly tooltip: string,
    readonly color?: ThemeColor,
  ) {}
}
export const Disposable = {
  from: (...items: { dispose(): void }[]) => ({ dispose: () => items.forEach((item) => item.dispose()) }),
};
export class TreeItem {
  constructor(readonly label: string) {}
}
/** Of the workspace: what is kept over a reload. */
export class FakeMemento {
  private readonly kept = new Map<string, unknown>();
  get<T>(key: string, other: T): T {
    return (this.kept.get(key) as T | undefined) ?? other;
  }
  async update(key: string, value: unknown): Promise<void> {
    this.kept.set(key, structuredClone(value));
  }
  keys = (): string[] => [...this.kept.keys()];
}
/** `{0}` and so on replaced by the arguments; English only. */
export const l10n = {
  t: (message: string, ...args: unknown[]): string => message.replace(/\{(\d+)\}/g, (_, n) => String(args[Number(n)])),
};
export class CancellationError extends Error {}
export class LanguageModelTextPart {
  constructor(readonly value: string) {}
}
export class LanguageModelToolResult {
  constructor(readonly content: LanguageModelTextPart[]) {}
}
export class CancellationTokenSource {
  private readonly cancelled = new EventEmitter<void>();
  readonly token = { isCancellationRequested: false, onCancellationRequested: this.cancelled.event };
  cancel(): void {
    this.token.isCancellationRequested = true;
    this.cancelled.fire();
  }
}
export const FileType = { Unknown: 0, File: 1, Directory: 2 };
export const ProgressLocation = { Notification: 15 };
export const StatusBarAlignment = { Right: 2 };
export const ViewColumn = { Active: -1 };
export const version = '1.95.0';

interface PickItem {
  label: string;
  description?: string;
  uri?: Uri;
}
/** What the reviewer does when asked. */
export const answers = {
  pick: (_items: PickItem[]): PickItem | undefined => undefined,
  open: [] as Uri[] | undefined,
  save: undefined as Uri | undefined,
  /** Of a question with buttons; undefined: it is dismissed. */
  button: undefined as string | undefined,
};
/** What the extension did. */
export const seen = {
  picks: [] as { title: string; items: PickItem[] }[],
  saveDialogs: [] as { defaultUri: Uri }[],
  warnings: [] as string[],
  errors: [] as string[],
  status: [] as string[],
  documents: [] as string[],
  selections: [] as Range[],
  written: new Map<string, string>(),
  panels: [] as FakePanel[],
  opened: [] as unknown[][],
  copied: [] as string[],
  trees: [] as FakeTree[],
  closed: [] as unknown[],
};
/** Names of the workspace's files; everything is there but what is in `gone`. */
export const files = { found: [] as string[], gone: new Set<string>() };
export const settings = new Map<string, unknown>();

interface FakeTree {
  treeDataProvider: { getChildren(): string[]; getTreeItem(element: string): TreeItem & Record<string, unknown> };
  view: Record<string, unknown>;
}

export class FakePanel {
  title = '';
  visible = true;
  active = true;
  revealed = 0;
  iconPath: unknown;
  readonly posted: ({ type: string; state: unknown } & Record<string, unknown>)[] = [];
  private readonly messages = new EventEmitter<unknown>();
  private readonly disposed = new EventEmitter<void>();
  readonly onDidDispose = this.disposed.event;
  readonly onDidChangeViewState = new EventEmitter<void>().event;
  readonly webview = {
    html: '',
    options: {},
    cspSource: 'https://host',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.messages.event,
    postMessage: async (message: { type: string; state: unknown } & Record<string, unknown>) =>
      this.posted.push(structuredClone(message)),
  };
  reveal(): void {
    this.revealed++;
  }
  dispose(): void {
    this.disposed.fire();
  }
  /** A message of the webview. */
  says(message: unknown): void {
    this.messages.fire(message);
  }
}

const changedFiles = new EventEmitter<Uri>();
const deletedFiles = new EventEmitter<Uri>();
/** A document of the workspace; `edit` changes it and tells so. */
export class FakeDocument {
  version = 1;
  constructor(
    readonly uri: Uri,
    private text: string,
    readonly languageId = 'plaintext',
  ) {}
  getText(range?: Range): string {
    return range ? this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.text;
  }
  offsetAt({ line, character }: Position): number {
    let at = 0;
    for (let i = 0; i < line; i++) {
      const next = this.text.indexOf('\n', at);
      if (next < 0) return this.text.length;
      at = next + 1;
    }
    return Math.min(at + character, this.text.length);
  }
  positionAt(offset: number): Position {
    const before = this.text.slice(0, offset);
    return new Position(before.split('\n').length - 1, before.length - before.lastIndexOf('\n') - 1);
  }
  edit(rangeOffset: number, rangeLength: number, text: string): void {
    this.text = this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + rangeLength);
    this.version++;
    changedDocuments.fire({ document: this, contentChanges: [{ rangeOffset, rangeLength, text }] });
  }
}
const changedDocuments = new EventEmitter<{ document: FakeDocument; contentChanges: unknown[] }>();
export const documentChanges = (change: { document: FakeDocument; contentChanges: unknown[] }): void =>
  changedDocuments.fire(change);
const openedDocuments = new EventEmitter<FakeDocument>();
const closedDocuments = new EventEmitter<FakeDocument>();
export const documentOpens = (document: FakeDocument): void => openedDocuments.fire(document);
export const documentCloses = (document: FakeDocument): void => closedDocuments.fire(document);
const trusted = new EventEmitter<void>();
const changedTabs = new EventEmitter<void>();
const createdFiles = new EventEmitter<Uri>();
export const fileComes = (path: string): void => createdFiles.fire(Uri.file(path));
export const tabChanges = (uri: Uri | undefined): void => {
  window.tabGroups.activeTabGroup.activeTab = uri && { input: { uri } };
  changedTabs.fire();
};
const changedSettings = new EventEmitter<{ affectsConfiguration(section: string): boolean }>();
export const fileChanges = (path: string): void => changedFiles.fire(Uri.file(path));
export const fileGoes = (path: string): void => {
  files.gone.add(path);
  deletedFiles.fire(Uri.file(path));
};
export function settingChanges(name: string, value: unknown): void {
  settings.set(name, value);
  changedSettings.fire({ affectsConfiguration: (section) => name.startsWith(section) });
}

let provider: { provideTextDocumentContent(): string } | null = null;
export const workspace = {
  workspaceFolders: undefined as { uri: Uri }[] | undefined,
  isTrusted: true,
  fs: {
    stat: async (uri: Uri) => {
      if (files.gone.has(uri.path)) throw new Error(`${uri.path} is gone`);
      return { type: FileType.File };
    },
    writeFile: async (uri: Uri, bytes: Uint8Array) => void seen.written.set(uri.path, Buffer.from(bytes).toString()),
  },
  findFiles: async () => files.found.map((path) => Uri.file(path)),
  asRelativePath: (uri: Uri) => uri.path.replace('/videos/', ''),
  getWorkspaceFolder: () => undefined,
  getConfiguration: (section: string) => ({
    get: <T>(name: string, other: T): T => (settings.get(`${section}.${name}`) as T | undefined) ?? other,
  }),
  onDidChangeConfiguration: changedSettings.event,
  onDidChangeTextDocument: changedDocuments.event,
  onDidOpenTextDocument: openedDocuments.event,
  onDidCloseTextDocument: closedDocuments.event,
  onDidGrantWorkspaceTrust: trusted.event,
  textDocuments: [] as FakeDocument[],
  createFileSystemWatcher: () => ({
    onDidChange: changedFiles.event,
    onDidCreate: createdFiles.event,
    onDidDelete: deletedFiles.event,
    dispose: () => undefined,
  }),
  registerTextDocumentContentProvider: (_scheme: string, made: typeof provider) => {
    provider = made;
    return { dispose: () => undefined };
  },
  openTextDocument: async () => ({ text: provider?.provideTextDocumentContent() ?? '' }),
};

/** The window's tabs are now these, by their inputs. */
export function tabsChange(inputs: unknown[]): void {
  window.tabGroups.all = [{ tabs: inputs.map((input) => ({ input })) }];
  changedTabs.fire();
}
const log = { info: () => undefined, warn: () => undefined, error: () => undefined, trace: () => undefined };
/** What the extension registered, by name: commands, and the providers of annotations. */
export const registered = new Map<string, unknown>();
/** The documents that providers of annotations are registered for, by the same names. */
export const selectors = new Map<string, unknown>();
const register =
  (name: string) =>
  (...given: unknown[]) => {
    registered.set(name, given.at(-1));
    if (given.length > 1) selectors.set(name, given[0]);
    return { dispose: () => registered.delete(name) };
  };
const changedWindow = new EventEmitter<{ focused: boolean }>();
export function windowFocus(focused: boolean): void {
  window.state = { focused };
  changedWindow.fire({ focused });
}
export const window = {
  tabGroups: {
    activeTabGroup: { activeTab: undefined as { input: unknown } | undefined },
    all: [] as { tabs: { input: unknown }[] }[],
    close: async (tab: unknown) => void seen.closed.push(tab),
    onDidChangeTabs: changedTabs.event,
    onDidChangeTabGroups: new EventEmitter<void>().event,
  },
  activeTextEditor: undefined as { document: FakeDocument; selection: { active: Position } } | undefined,
  state: { focused: true },
  onDidChangeWindowState: changedWindow.event,
  createOutputChannel: () => ({ ...log, dispose: () => undefined }),
  createStatusBarItem: () => ({ show: () => undefined, dispose: () => undefined }),
  createWebviewPanel: (_type: string, title: string) => {
    const panel = Object.assign(new FakePanel(), { title });
    seen.panels.push(panel);
    return panel;
  },
  createTreeView: (_id: string, { treeDataProvider }: Pick<FakeTree, 'treeDataProvider'>) => {
    const view = { dispose: () => undefined };
    seen.trees.push({ treeDataProvider, view });
    return view;
  },
  showQuickPick: async (items: Promise<PickItem[]>, { title }: { title: string }) => {
    const offered = await items;
    seen.picks.push({ title, items: offered });
    return answers.pick(offered);
  },
  showOpenDialog: async () => answers.open,
  showSaveDialog: async (options: { defaultUri: Uri }) => {
    seen.saveDialogs.push(options);
    return answers.save;
  },
  showWarningMessage: async (text: string, _options?: unknown, ...buttons: string[]) => {
    seen.warnings.push(text);
    return buttons.find((button) => button === answers.button);
  },
  showErrorMessage: async (text: string) => void seen.errors.push(text),
  setStatusBarMessage: (text: string) => void seen.status.push(text),
  showTextDocument: async ({ text }: { text: string }, options: { selection?: Range } = {}) => {
    seen.documents.push(text);
    if (options.selection) seen.selections.push(options.selection);
  },
  registerFileDecorationProvider: register('badges'),
  registerWebviewPanelSerializer: (type: string, serializer: unknown) => register(`panel ${type}`)(serializer),
  withProgress: async <T>(_options: unknown, work: (progress: unknown, token: unknown) => Promise<T>): Promise<T> =>
    work({ report: () => undefined }, { onCancellationRequested: () => undefined }),
};
export const languages = {
  registerInlayHintsProvider: register('inlayHints'),
  registerHoverProvider: register('hover'),
  registerCodeLensProvider: register('codeLens'),
};
export const commands = {
  executeCommand: async (...told: unknown[]) => void seen.opened.push(told),
  registerCommand: (name: string, run: unknown) => register(name)(run),
};
export const lm = { registerTool: (name: string, tool: unknown) => register(name)(tool) };
export const env = {
  language: 'en',
  sessionId: 'session',
  clipboard: { writeText: async (text: string) => void seen.copied.push(text) },
};

export function reset(): void {
  Object.assign(answers, { pick: () => undefined, open: undefined, save: undefined, button: undefined });
  for (const list of [
    seen.picks,
    seen.saveDialogs,
    seen.warnings,
    seen.errors,
    seen.status,
    seen.documents,
    seen.selections,
    seen.panels,
    seen.opened,
    seen.copied,
    seen.trees,
    seen.closed,
  ])
    list.length = 0;
  seen.written.clear();
  workspace.workspaceFolders = undefined;
  workspace.isTrusted = true;
  files.found = [];
  files.gone.clear();
  settings.clear();
  registered.clear();
  Object.assign(workspace, { isTrusted: true, workspaceFolders: undefined, textDocuments: [] });
  window.activeTextEditor = undefined;
  window.state = { focused: true };
  window.tabGroups.activeTabGroup.activeTab = undefined;
  window.tabGroups.all = [];
}
