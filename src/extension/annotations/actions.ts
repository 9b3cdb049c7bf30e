/**
 * What annotations lead to when they are clicked: a comparison, a ranking, the worst clip of a list. Whatever comes with a
 * command is checked: links and key bindings can call it with anything.
 */
import * as vscode from 'vscode';
import { dirname, isAbsolute } from 'node:path';
import { isVideoName, type Reference } from '../../protocol/index.js';
import { isNamedPlace, type NamedPlace } from './commandNames.js';
import { activeClip } from './currentClip.js';
import { groupAt } from './groups.js';
import type { Mentions } from './mentions.js';
import { nextStep, type Place } from './nextStep.js';

/** More clips are ranked only after a question, unless what was clicked told their number: it takes minutes to hours. */
const ASK_ABOVE = 50;

/** The ways into the rest of the extension; each asks or tells what is missing. */
export interface AnnotationTargets {
  compare(a: vscode.Uri, b: vscode.Uri | null): Promise<void>;
  rank(clips: readonly vscode.Uri[]): Promise<void>;
  rankFolder(folder: vscode.Uri): Promise<void>;
}

export class AnnotationActions {
  constructor(
    private readonly mentions: Mentions,
    private readonly targets: AnnotationTargets,
  ) {}

  /** The clip named there (without one: at the cursor), together with its pair, its list or its folder. */
  async analyse(where: unknown): Promise<void> {
    const place = await this.placeOf(where);
    if (place === null) return tell(vscode.l10n.t('Put the cursor on the name of a clip first.'));
    const step = await nextStep(this.mentions, place);
    switch (step?.kind) {
      case undefined:
        return tell(vscode.l10n.t('There is no such file: {0}', place.reference.name));
      case 'rank':
        if (await isWanted(step.paths.length)) await this.rank(step.paths);
        return;
      case 'compare':
        return this.compareNamed(step.path, step.other);
      case 'rankFolder':
        if (await isWanted(step.clips)) await this.targets.rankFolder(vscode.Uri.file(step.folder));
        return;
      case 'compareWith':
        return this.compareWith(step.path);
    }
  }

  /** The list that holds the name there, or its own pattern; without a place: all clips that the active document names. */
  async rankNamed(where: unknown): Promise<void> {
    const place = await this.placeOf(where);
    const document = place?.document ?? vscode.window.activeTextEditor?.document;
    if (document === undefined) return tell(vscode.l10n.t('Open a file that names clips first.'));
    await this.mentions.read(document);
    const isTold = isNamedPlace(where) && place !== null; // by the lens or the link that was clicked
    const references = isTold ? this.listOf(place, where) : this.mentions.in(document);
    const { paths } = await this.mentions.files(document, references);
    if (paths.length < 2)
      return tell(vscode.l10n.t('A ranking needs two clips that are there; this file names fewer.'));
    if (isTold || (await isWanted(paths.length))) await this.rank(paths);
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

  private listOf({ document, reference }: Place, { alone = false }: NamedPlace): readonly Reference[] {
    const group = alone ? null : groupAt(this.mentions.groups(document), reference.start);
    return group?.references ?? [reference];
  }

  private rank(paths: readonly string[]): Promise<void> {
    return this.targets.rank(paths.map((path) => vscode.Uri.file(path)));
  }
}

async function isWanted(clips: number): Promise<boolean> {
  if (clips <= ASK_ABOVE) return true;
  const yes = vscode.l10n.t('Rank');
  const question = vscode.l10n.t('Rank {0} clips?', clips);
  const detail = vscode.l10n.t('Each of them is read and compared with several others, which can take long.');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

function clipUri(value: unknown): vscode.Uri | null {
  if (value instanceof vscode.Uri) return value;
  return typeof value === 'string' && isAbsolute(value) && isVideoName(value) ? vscode.Uri.file(value) : null;
}

function tell(message: string): void {
  void vscode.window.showWarningMessage(`VersusQ: ${message}`);
}
