/**
 * A fenced block of the language `versusq` in Markdown: which clips it names. They stand behind the language or in the body, one
 * a line; a name with spaces stands in quotes (in the body it needs none). Pure.
 */

const LANGUAGE = /^versusq(?:\s+|$)/i;
/** "a name", 'a name', or letters without spaces. */
const NAME = /"([^"]*)"|'([^']*)'|(\S+)/g;

/** Is a fence with this info string ours? */
export const isVersusqBlock = (info: string): boolean => LANGUAGE.test(info.trim());

export function namesIn(info: string, body: string): string[] {
  const behind = [...info.trim().replace(LANGUAGE, '').matchAll(NAME)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  const lines = body.split(/\r?\n/).map((line) => /^(["'])(.*)\1$/.exec(line.trim())?.[2] ?? line.trim());
  return [...behind, ...lines].filter((name) => name !== '');
}
