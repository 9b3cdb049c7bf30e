/**
 * The Markdown preview's side of a `versusq` block. Loaded at activation, so it knows only which fences are ours; what stands in
 * a card comes from cards.ts, which is loaded with the first block.
 */
import type * as vscode from 'vscode';
import { isVersusqBlock, namesIn } from './block.js';

/** As much of markdown-it as is used. */
interface Token {
  info: string;
  content: string;
}
interface Renderer {
  renderAttrs(token: Token): string;
}
type Rule = (tokens: Token[], index: number, options: unknown, env: unknown, self: Renderer) => string;
export interface MarkdownIt {
  renderer: { rules: Record<string, Rule | undefined> };
}

/** HTML of the card of these clips, at once. `document`: where the names stand. */
export type CardOf = (names: readonly string[], document: vscode.Uri | undefined) => string;

export function extendMarkdownIt<T extends MarkdownIt>(md: T, cardOf: CardOf): T {
  const others = md.renderer.rules['fence'];
  md.renderer.rules['fence'] = (tokens, index, options, env, self) => {
    const token = tokens[index];
    if (token === undefined || !isVersusqBlock(token.info)) return others?.(tokens, index, options, env, self) ?? '';
    const { currentDocument } = (env ?? {}) as { currentDocument?: vscode.Uri };
    // The attributes carry the line in the source, by which the preview scrolls with the editor.
    return `<div${self.renderAttrs(token)}>${cardOf(namesIn(token.info, token.content), currentDocument)}</div>\n`;
  };
  return md;
}
