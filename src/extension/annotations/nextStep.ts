/**
 * What a click on the name of a clip does, in the way that tells most: with its pair, its list, its folder. The tooltip and the
 * click ask the same question here, so that nothing else happens than was said.
 */
import * as vscode from 'vscode';
import { basename, dirname } from 'node:path';
import type { Reference } from '../../protocol/index.js';
import { videosIn } from '../../engine/media/folder.js';
import { subfoldersToo } from '../rank/session.js';
import { groupAt, LONGEST_LIST } from './groups.js';
import type { Mentions } from './mentions.js';

/** A name in an open document. */
export interface Place {
  document: vscode.TextDocument;
  reference: Reference;
}

type NextStep =
  | { kind: 'rank'; paths: string[] }
  | { kind: 'compare'; path: string; other: string }
  | { kind: 'rankFolder'; folder: string; clips: number }
  | { kind: 'compareWith'; path: string };

/** null: the name leads to no file. */
export async function nextStep(mentions: Mentions, place: Place): Promise<NextStep | null> {
  const { document, reference } = place;
  const [path] = await mentions.paths(document, reference);
  if (path === undefined) return null;
  const { paths } = await mentions.files(document, together(mentions, place).references);
  if (paths.length > 2) return { kind: 'rank', paths };
  const other = paths.find((each) => each !== path);
  if (other !== undefined) return { kind: 'compare', path, other };
  const folder = dirname(path);
  const clips = (await videosIn(folder, subfoldersToo()).catch(() => [])).length;
  return clips > 1 ? { kind: 'rankFolder', folder, clips } : { kind: 'compareWith', path };
}

/** The same in a sentence. The files of a long list are not looked at for it. */
export async function nextStepWords(mentions: Mentions, place: Place): Promise<string> {
  const { names } = together(mentions, place);
  const rank = (clips: number): string =>
    vscode.l10n.t('Ctrl+click (Cmd+click): rank the {0} clips of this list.', clips);
  if (names > LONGEST_LIST) return rank(names);
  const step = await nextStep(mentions, place);
  switch (step?.kind) {
    case undefined:
      return '';
    case 'rank':
      return rank(step.paths.length);
    case 'compare':
      return vscode.l10n.t('Ctrl+click (Cmd+click): compare it with {0}.', basename(step.other));
    case 'rankFolder':
      return vscode.l10n.t('Ctrl+click (Cmd+click): rank the {0} clips of its folder.', step.clips);
    case 'compareWith':
      return vscode.l10n.t('Ctrl+click (Cmd+click): choose a clip to compare it with.');
  }
}

/** The names that the one there is meant with: the other on its line where two stand alone on it, else its list. */
function together(mentions: Mentions, { document, reference }: Place): { references: Reference[]; names: number } {
  const group = groupAt(mentions.groups(document), reference.start);
  if (group === null) return { references: [reference], names: 1 };
  for (const i of group.pairs) {
    const references = group.references.slice(i, i + 2);
    if (references.some(({ start }) => start === reference.start)) return { references, names: 2 };
  }
  return group;
}
