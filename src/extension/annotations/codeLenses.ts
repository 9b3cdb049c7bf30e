/**
 * What can be done with a pair or a list of clips, above its first name: Compare, Rank these 6, Worst: clip_4.mp4. Files are
 * looked at only for the lenses that are seen.
 */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import type { Reference } from '../../protocol/index.js';
import { densityOf, type Density } from './annotationSettings.js';
import { COMPARE_NAMED, RANK_NAMED, SHOW_NAMED, type NamedPlace } from './commandNames.js';
import { LONGEST_LIST, type Group } from './groups.js';
import type { Mentions } from './mentions.js';
import { worstOfAll } from './noteText.js';
import type { QualityCache } from './qualityCache.js';

/** A document gets at most so many lenses: each takes a line of the editor. */
const MOST_LENSES = 200;
/** A lens waits so long for the worker, milliseconds; what comes later is shown by another request. */
const WAIT_MS = 300;

/** A pair or list; `worst`: the lens that names its worst clip. */
class GroupLens extends vscode.CodeLens {
  constructor(
    readonly document: vscode.TextDocument,
    readonly references: readonly Reference[],
    readonly names: number,
    readonly worst: boolean,
  ) {
    const { line } = document.positionAt(references[0]!.start);
    super(new vscode.Range(line, 0, line, 0));
  }
}

export class CodeLenses implements vscode.CodeLensProvider {
  constructor(
    private readonly mentions: Mentions,
    private readonly cache: QualityCache,
  ) {}

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const density = densityOf('codeLens', document.uri);
    if (density === null || density === 'compact') return [];
    await this.mentions.read(document);
    return this.mentions
      .groups(document)
      .flatMap((group) => lensesOf(document, group, density))
      .slice(0, MOST_LENSES);
  }

  /** A lens without a command is not shown: of what it stands for there is nothing to do or to tell. */
  async resolveCodeLens(lens: vscode.CodeLens): Promise<vscode.CodeLens> {
    if (!(lens instanceof GroupLens)) return lens;
    lens.command = (await (lens.worst ? this.worst(lens) : this.work(lens))) ?? { title: '', command: '' };
    return lens;
  }

  private async work({ document, references, names }: GroupLens): Promise<vscode.Command | null> {
    const here: NamedPlace = { document: document.uri.toString(), start: references[0]!.start };
    const rank = (count: number): vscode.Command => ({
      title: vscode.l10n.t('Rank these {0}', count),
      command: RANK_NAMED,
      arguments: [here],
    });
    if (names > LONGEST_LIST) return rank(names);
    const { paths } = await this.mentions.files(document, references);
    if (paths.length > 2) return rank(paths.length);
    return paths.length < 2 ? null : { title: vscode.l10n.t('Compare'), command: COMPARE_NAMED, arguments: [...paths] };
  }

  private async worst({ document, references, names }: GroupLens): Promise<vscode.Command | null> {
    if (names > LONGEST_LIST) return null;
    const { paths, truncated } = await this.mentions.files(document, references);
    if (truncated) return null; // a clip that was not looked at may be worse
    const worst = worstOfAll(await this.cache.get(paths, WAIT_MS));
    if (worst === null) return null;
    for (const reference of references) {
      if (!(await this.mentions.paths(document, reference)).includes(worst.path)) continue;
      const there: NamedPlace = { document: document.uri.toString(), start: reference.start };
      return { title: vscode.l10n.t('Worst: {0}', basename(worst.path)), command: SHOW_NAMED, arguments: [there] };
    }
    return null;
  }
}

function lensesOf(document: vscode.TextDocument, group: Group, density: Density): vscode.CodeLens[] {
  const { references, names, pairs } = group;
  const lenses = [new GroupLens(document, references, names, false)];
  if (names > 2 || references.some(({ kind }) => kind === 'glob'))
    lenses.push(new GroupLens(document, references, names, true));
  if (density !== 'full') return lenses;
  return [...lenses, ...pairs.map((i) => new GroupLens(document, references.slice(i, i + 2), 2, false))];
}
