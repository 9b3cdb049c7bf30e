/**
 * What annotations lead to when they are clicked: a comparison, a ranking, the worst clip of a list. Whatever comes with a
 * command is checked: links and key bindings can call it with anything.
 */
import * as vscode from 'vscode';
import { dirname, isAbsolute } from 'node:path';
import { isVideoName, type Reference } from '../../protocol/index.js';
import { videosIn } from '../../engine/media/folder.js';
import { isNamedPlace } from './commandNames.js';
import { activeClip } from './currentClip.js';
import { groupAt } from './groups.js';
import type { Mentions } from './mentions.js';

/** The ways into the rest of the extension; each asks or tells what is missing. */
export interface AnnotationTargets {
  compare(a: vscode.Uri, b: vscode.Uri | null): Promise<void>;
  rank(clips: readonly vscode.Uri[]): Promise<void>;
  rankFolder(folder: vscode.Uri): Promise<void>;
}

interface Place {
  document: vscode.TextDocument;
  reference: Reference;
}

export class AnnotationActions {
  constructor(
    private readonly mentions: Mentions,
    private readonly targets: AnnotationTargets,
  ) {}

  /** The clip named there (without one: at the cursor), in the way that tells most: with its list, its pair, its folder. */
  async analyse(where: unknown): Promise<void> {
    const place = await this.placeOf(where);
    if (place === null) return tell(vscode.l10n.t('Put the cursor on the name of a clip first.'));
    const [path] = await this.mentions.paths(place.document, place.reference);
    if (path === undefined) return tell(vscode.l10n.t('There is no such file: {0}', place.reference.name));
    const paths = await this.listOf(place);
    if (paths.length > 2) return this.targets.rank(paths.map((each) => vscode.Uri.file(each)));
    const other = paths.find((each) => each !== path);
    if (other !== undefined) return this.compareNamed(path, other);
    const beside = await videosIn(dirname(path), false).catch(() => []);
    if (beside.length > 1) return this.rankFolderOf(path);
    return this.compareWith(path);
  }

  /** The list that holds the name there; without a place: all clips that the active document names. */
  async rankNamed(where: unknown): Promise<void> {
    const place = await this.placeOf(where);
    const document = place?.document ?? vscode.window.activeTextEditor?.document;
    if (document === undefined) return tell(vscode.l10n.t('Open a file that names clips first.'));
    await this.mentions.read(document);
    const paths =
      isNamedPlace(where) && place !== null
        ? await this.listOf(place)
        : await this.mentions.allPaths(document, this.mentions.in(document));
    if (paths.length < 2)
      return tell(vscode.l10n.t('A ranking needs two clips that are there; this file names fewer.'));
    await this.targets.rank(paths.map((path) => vscode.Uri.file(path)));
  }

  async compareNamed(a: unknown, b: unknown): Promise<void> {
    const [uriA, uriB] = [clipUri(a), clipUri(b)];
    if (uriA !== null && uriB !== null) await this.targets.compare(uriA, uriB);
  }

  /** From a hover (a path) or from the title of a video's tab (its URI). */
  async compareWith(clip: unknown): Promise<void> {
    const uri = clipUri(clip) ?? activeClip();
    if (uri !== undefined) await this.targets.compare(uri, null);
  }

  async rankFolderOf(clip: unknown): Promise<void> {
    const uri = clipUri(clip) ?? activeClip();
    if (uri !== undefined) await this.targets.rankFolder(vscode.Uri.file(dirname(uri.fsPath)));
  }

  /** Puts the cursor on a name. */
  async showNamed(where: unknown): Promise<void> {
    const place = await this.placeOf(where);
    if (place === null) return;
    const { document, reference } = place;
    const selection = await this.mentions.rangeOf(document, reference);
    await vscode.window.showTextDocument(document, { selection });
  }

  /** The name at a place of a document, or at the cursor. */
  private async placeOf(where: unknown): Promise<Place | null> {
    const editor = vscode.window.activeTextEditor;
    const document = isNamedPlace(where)
      ? vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === where.document)
      : editor?.document;
    if (document === undefined) return null;
    await this.mentions.read(document);
    const position = isNamedPlace(where) ? document.positionAt(where.start) : editor!.selection.active;
    const reference = await this.mentions.at(document, position);
    return reference === null ? null : { document, reference };
  }

  private async listOf({ document, reference }: Place): Promise<string[]> {
    const group = groupAt(this.mentions.groups(document), reference.start);
    return this.mentions.allPaths(document, group?.references ?? [reference]);
  }
}

function clipUri(value: unknown): vscode.Uri | null {
  if (value instanceof vscode.Uri) return value;
  return typeof value === 'string' && isAbsolute(value) && isVideoName(value) ? vscode.Uri.file(value) : null;
}

function tell(message: string): void {
  void vscode.window.showWarningMessage(`VersusQ: ${message}`);
}
