/**
 * All that is known of a clip, where its name is pointed at: pictures, score, reason, last verdict, what can be done, and how
 * to switch this off. Pictures are made for this alone, few and within a moment.
 */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import type { ClipQuality, Reference } from '../../protocol/index.js';
import { factsLine } from '../../engine/report/words.js';
import { figures } from '../language.js';
import type { EngineWorker } from '../services.js';
import { ANNOTATION_SETTINGS, densityOf } from './annotationSettings.js';
import {
  COMPARE_NAMED,
  COMPARE_WITH,
  HOVER_COMMANDS,
  OPEN_SETTINGS,
  RANK_FOLDER_OF,
  RANK_NAMED,
  type NamedPlace,
} from './commandNames.js';
import type { Filmstrip } from './filmstrip.js';
import type { Mentions, NamedFiles } from './mentions.js';
import { comparisonWords, noteWords, rankingWords } from './noteWords.js';

/** Names of one pattern, or places where a file was looked for, that are listed. */
const LISTED = 12;

export class Hovers implements vscode.HoverProvider {
  constructor(
    private readonly mentions: Mentions,
    private readonly worker: EngineWorker,
    private readonly filmstrip: Filmstrip,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    if (densityOf('hover', document.uri) === null) return null;
    const reference = await this.mentions.at(document, position);
    if (reference === null) return null;
    const range = await this.mentions.rangeOf(document, reference);
    const target = await this.mentions.target(document, reference);
    if (target.kind === 'refused' || token.isCancellationRequested) return null;
    if (target.kind === 'missing') return new vscode.Hover(missingText(reference, target.looked), range);
    const { paths, truncated = false } = target;
    const here: NamedPlace = { document: document.uri.toString(), start: reference.start, alone: true };
    if (paths.length > 1) return new vscode.Hover(patternText({ paths, truncated }, here), range);
    const path = paths[0]!;
    const [quality] = await this.worker.request('quality', { paths: [path] }).catch(() => []);
    if (quality === undefined || token.isCancellationRequested) return null;
    const pictures = quality.state === 'missing' ? [] : await this.filmstrip.of(path, quality.facts, token);
    return token.isCancellationRequested ? null : new vscode.Hover(clipText(quality, pictures), range);
  }
}

function clipText(quality: ClipQuality, pictures: readonly string[]): vscode.MarkdownString {
  const { path, ranking, comparison, facts } = quality;
  const text = markdown();
  text.appendMarkdown('**').appendText(basename(path)).appendMarkdown('**');
  if (facts !== null) text.appendMarkdown('  \n').appendText(figures(factsLine(facts)));
  if (pictures.length > 0) text.appendMarkdown(`\n\n${pictures.map((uri) => `![](${uri})`).join(' ')}`);
  text.appendMarkdown('\n\n').appendText(ranking === null ? noteWords(quality) : rankingWords(ranking));
  if (comparison !== null) {
    if (ranking !== null) text.appendMarkdown('\n\n').appendText(comparisonWords(comparison));
    if (comparison.reason !== '') text.appendMarkdown('\n\n> ').appendText(comparison.reason.replaceAll('\n', ' '));
  }
  text.appendMarkdown(`\n\n${links(quality).join(' | ')}`);
  return text;
}

function links({ path, ranking, comparison }: ClipQuality): string[] {
  const reference = ranking?.toReference?.reference ?? comparison?.other ?? null;
  const found: string[] = [];
  if (reference !== null && reference !== path)
    found.push(link(vscode.l10n.t('Compare with {0}', basename(reference)), COMPARE_NAMED, [path, reference]));
  found.push(link(vscode.l10n.t('Compare with...'), COMPARE_WITH, [path]));
  found.push(link(vscode.l10n.t('Rank its folder'), RANK_FOLDER_OF, [path]));
  found.push(switchOff());
  return found;
}

/** The last link of every hover. */
const switchOff = (): string => link(vscode.l10n.t('Switch these hints off'), OPEN_SETTINGS, [ANNOTATION_SETTINGS]);

function patternText({ paths, truncated }: NamedFiles, here: NamedPlace): vscode.MarkdownString {
  const count = paths.length;
  const text = markdown();
  text.appendText(truncated ? vscode.l10n.t('{0} clips, and maybe more:', count) : vscode.l10n.t('{0} clips:', count));
  appendList(
    text,
    paths.map((path) => basename(path)),
  );
  const rank = link(vscode.l10n.t('Rank these {0}', count), RANK_NAMED, [here]);
  return text.appendMarkdown(`\n\n${rank} | ${switchOff()}`);
}

function missingText({ name, kind }: Reference, looked: readonly string[]): vscode.MarkdownString {
  const text = markdown();
  text.appendMarkdown('**').appendText(name).appendMarkdown('**\n\n');
  text.appendText(
    kind === 'glob'
      ? vscode.l10n.t('No file matches the pattern. Looked for at:')
      : vscode.l10n.t('There is no such file. Looked for at:'),
  );
  appendList(text, looked);
  const elsewhere = link(vscode.l10n.t('Look in more folders'), OPEN_SETTINGS, [`${ANNOTATION_SETTINGS}.roots`]);
  return text.appendMarkdown(`\n\n${elsewhere} | ${switchOff()}`);
}

function appendList(text: vscode.MarkdownString, items: readonly string[]): void {
  for (const item of items.slice(0, LISTED)) text.appendMarkdown('\n- ').appendText(item);
  if (items.length > LISTED) text.appendMarkdown('\n- ').appendText(vscode.l10n.t('{0} more', items.length - LISTED));
}

function markdown(): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: HOVER_COMMANDS };
  return text;
}

/** Names of files may hold anything: what would end the link's words or its target is escaped in both. */
function link(words: string, command: string, parameters: readonly unknown[]): string {
  const safe = words.replace(/[\\`*_{}[\]()#+!|<>~&]/g, '\\$&');
  const given = encodeURIComponent(JSON.stringify(parameters)).replaceAll('(', '%28').replaceAll(')', '%29');
  return `[${safe}](command:${command}?${given})`;
}
