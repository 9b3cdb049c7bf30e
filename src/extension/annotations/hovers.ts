/**
 * All that is known of a clip, where its name is pointed at: pictures, score, reason, last verdict, what can be done, and how
 * to switch this off. Pictures are made for this alone, few and within a moment.
 */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import type { ClipQuality } from '../../protocol/index.js';
import { factsLine } from '../../engine/report/words.js';
import { figures } from '../language.js';
import type { EngineWorker } from '../services.js';
import { ANNOTATION_SETTINGS, densityOf } from './annotationSettings.js';
import { COMPARE_NAMED, COMPARE_WITH, HOVER_COMMANDS, OPEN_SETTINGS, RANK_FOLDER_OF } from './commandNames.js';
import type { Filmstrip } from './filmstrip.js';
import type { Mentions } from './mentions.js';
import { comparisonWords, noteWords, rankingWords } from './noteWords.js';

/** Names of one pattern that are listed. */
const PATTERN_NAMES = 12;

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
    const paths = await this.mentions.paths(document, reference);
    const [path] = paths;
    if (path === undefined || token.isCancellationRequested) return null;
    if (paths.length > 1) return new vscode.Hover(patternText(paths), range);
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
  found.push(link(vscode.l10n.t('Switch these hints off'), OPEN_SETTINGS, [ANNOTATION_SETTINGS]));
  return found;
}

function patternText(paths: readonly string[]): vscode.MarkdownString {
  const text = markdown();
  text.appendText(vscode.l10n.t('{0} clips:', paths.length));
  for (const path of paths.slice(0, PATTERN_NAMES)) text.appendMarkdown('\n- ').appendText(basename(path));
  if (paths.length > PATTERN_NAMES)
    text.appendMarkdown('\n- ').appendText(vscode.l10n.t('{0} more', paths.length - PATTERN_NAMES));
  return text;
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
