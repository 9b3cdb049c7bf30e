/**
 * Names the annotations to VS Code at activation, and nothing else: what makes them is loaded with the first text that names a
 * clip, or the first clip in the Explorer that something may be known of.
 */
import * as vscode from 'vscode';
import { existsSync } from 'node:fs';
import { isVideoName, TYPESCRIPT_TOO, VIDEO_EXTENSIONS } from '../../protocol/videos.js';
import type { Annotations } from './annotations.js';
import * as Names from './commandNames.js';

/** Texts of this machine: files, cells, what is not saved yet, and other versions of files, as diffs and pull requests show them. */
const SCHEMES = ['file', 'vscode-notebook-cell', 'untitled', 'git', 'review'];
const DOCUMENTS: vscode.DocumentSelector = SCHEMES.map((scheme) => ({ scheme }));
/** So much of a text is searched for names before the rest of the extension is loaded, UTF-16 code units. */
const SEARCHED = 2 ** 21;
/** Playlists may name nothing but transport streams, which elsewhere are taken for TypeScript. */
const PLAYLIST = /\.m3u8?$/i;
const clipName = new RegExp(
  String.raw`[^\s.]\.(?:${VIDEO_EXTENSIONS.filter((extension) => !TYPESCRIPT_TOO.includes(extension)).join('|')})(?![a-z0-9])`,
  'i',
);

export interface Registration extends vscode.Disposable {
  /** The rest of the extension is there, whatever it was loaded for. */
  loaded(made: Annotations): void;
}

/** `load` loads the rest of the extension, which calls `loaded`; `storeFile`: the store's path. */
export function registerAnnotations(load: () => Promise<Annotations>, storeFile: string): Registration {
  const hintsChanged = new vscode.EventEmitter<void>();
  const lensesChanged = new vscode.EventEmitter<void>();
  const badgesChanged = new vscode.EventEmitter<vscode.Uri | vscode.Uri[] | undefined>();
  let made: Annotations | null = null;
  /** The Explorer asked while there was no store, and asks only once. */
  let passedOver = false;
  const loaded = (annotations: Annotations): void => {
    if (made !== null) return;
    made = annotations;
    made.badges.onDidChangeFileDecorations((uris) => badgesChanged.fire(uris));
    made.onDidChange(() => {
      hintsChanged.fire();
      lensesChanged.fire();
      if (!passedOver || !existsSync(storeFile)) return;
      passedOver = false;
      badgesChanged.fire(undefined);
    });
  };
  /** null: there is nothing to annotate yet. */
  const wanted = async (document: vscode.TextDocument): Promise<Annotations | null> =>
    made ?? (mentionsClips(document) ? load() : null);
  const command = (name: string, run: (made: Annotations, ...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (...args: unknown[]) => run(await load(), ...args));

  const registered = vscode.Disposable.from(
    hintsChanged,
    lensesChanged,
    badgesChanged,
    vscode.languages.registerInlayHintsProvider(DOCUMENTS, {
      onDidChangeInlayHints: hintsChanged.event,
      provideInlayHints: async (document, range, token) =>
        (await wanted(document))?.inlayHints.provideInlayHints(document, range, token),
      resolveInlayHint: async (hint) => (await load()).inlayHints.resolveInlayHint(hint),
    }),
    vscode.languages.registerHoverProvider(DOCUMENTS, {
      provideHover: async (document, position, token) =>
        (await wanted(document))?.hovers.provideHover(document, position, token),
    }),
    vscode.languages.registerCodeLensProvider(DOCUMENTS, {
      onDidChangeCodeLenses: lensesChanged.event,
      provideCodeLenses: async (document) => (await wanted(document))?.codeLenses.provideCodeLenses(document),
      resolveCodeLens: async (lens) => (await load()).codeLenses.resolveCodeLens(lens),
    }),
    vscode.window.registerFileDecorationProvider({
      onDidChangeFileDecorations: badgesChanged.event,
      provideFileDecoration: async (uri) => {
        if (uri.scheme !== 'file' || !isVideoName(uri.path)) return undefined;
        if (made === null && !existsSync(storeFile)) {
          passedOver = true;
          return undefined;
        }
        return (await load()).badges.provideFileDecoration(uri);
      },
    }),
    command(Names.ANALYSE, (made, where) => made.actions.analyse(where)),
    command(Names.RANK_NAMED, (made, where) => made.actions.rankNamed(where)),
    command(Names.COMPARE_NAMED, (made, a, b) => made.actions.compareNamed(a, b)),
    command(Names.COMPARE_WITH, (made, clip) => made.actions.compareWith(clip)),
    command(Names.RANK_FOLDER_OF, (made, clip) => made.actions.rankFolderOf(clip)),
    command(Names.SHOW_NAMED, (made, where) => made.actions.showNamed(where)),
  );
  return { loaded, dispose: () => registered.dispose() };
}

/** A quick look: a name of a clip may stand in the text. */
function mentionsClips(document: vscode.TextDocument): boolean {
  if (PLAYLIST.test(document.uri.path)) return true;
  const end = document.positionAt(SEARCHED);
  return clipName.test(document.getText(new vscode.Range(0, 0, end.line, end.character)));
}
