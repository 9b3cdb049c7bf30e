/**
 * What the name of an encode tells: codec, size, frame rate and depth, version, and how much it was given (rate or quality).
 * One reader of names for groups by name and for families of encodes, so that they cannot disagree. Pure.
 */

/** `version` may belong to the content as well as to the encode; all others to the encode. */
type Kind = 'codec' | 'size' | 'format' | 'version' | 'quality' | 'rate';
type Span = readonly [start: number, end: number];
interface Token {
  kind: Kind;
  at: Span;
  /** Of the number that tells how much was given; of `quality` and `rate` only. */
  number: Span | null;
}

/** Digits of a quality or rate; 20.1080p is the number 20 and a size. */
const NUMBER = String.raw`(\d+(?:\.\d{1,2})?)`;
const UNIT = '(?:[km](?![a-z])|[ _-]?[km]b(?:it)?s?(?:ps)?)';
const ALONE = String.raw`(?<![a-z\d])`;
const ENDS = String.raw`(?![a-z\d])`;
/** Names of codecs that end in a figure, and such in letters; encoders stand for theirs. */
const CODECS = String.raw`(?:lib)?(?:x26[2-6]|h\.?26[1-6]|vp[89]|(?:svt-?|aom-?)?av[12]|mpeg-?[124])(?!\d)`;
const MORE_CODECS =
  '(?:hevc|avc|vvc|libvpx|rav1e|prores(?:[ _-]?(?:4444|422))?|dnxh[dr]|theora|xvid|divx|mjpeg|nvenc|qsv|amf|vaapi|videotoolbox)(?![a-z])';
const TOKENS: Record<Kind, string> = {
  codec: `${ALONE}(?:${CODECS}|${MORE_CODECS})`,
  size: String.raw`(?<!\d)\d{2,4}[pi](?:\d{2,3})?${ENDS}|${ALONE}(?:\d{2,5}x\d{2,5}|[24568]k|uhd|qhd|full-?hd|fhd|hd|sd)${ENDS}`,
  format: String.raw`(?<!\d)\d+(?:\.\d+)?[ _-]?(?:fps|hz|bits?)(?![a-z])|${ALONE}(?:yuv[aj]?4\d\dp?\d*|hdr10)`,
  version: String.raw`${ALONE}v\d+(?:\.\d+)?${ENDS}`,
  quality: String.raw`(?<![a-z])(?:crf|cqp?|icq|qp|qscale|q|rf|[acv]?br|(?:bit|max)?rate)[ _.=-]?${NUMBER}${UNIT}?${ENDS}`,
  rate: String.raw`(?<!\d)${NUMBER}${UNIT}${ENDS}`,
};
const KINDS = Object.keys(TOKENS) as Kind[];
/** The earliest token counts; of those that begin at one place the first kind. */
const TOKEN = new RegExp(KINDS.map((kind) => `(?<${kind}>${TOKENS[kind]})`).join('|'), 'gi');

function tokensOf(stem: string): Token[] {
  return [...stem.matchAll(TOKEN)].map((match) => {
    const kind = KINDS.find((each) => match.groups![each] !== undefined)!;
    const [text] = match;
    const at: Span = [match.index, match.index + text.length];
    const number = kind === 'quality' || kind === 'rate' ? spanOf(new RegExp(NUMBER).exec(text)!, at[0]) : null;
    return { kind, at, number };
  });
}

const spanOf = (match: RegExpExecArray, from = 0): Span => [from + match.index, from + match.index + match[0].length];

/** The name of a file without its folder and extension. `path` with `/`. */
export const stemOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/(?!^)\.[^.]*$/, '');

/**
 * A name without the number that tells how much the encode was given: that of a quality (`crf20`), else of a rate (`800k`), else
 * the last one that tells nothing else. `coast_x264_crf20_1080p` -> `coast_x264_crf#_1080p`; as it is where there is none.
 */
export function withoutAmount(stem: string): string {
  const tokens = tokensOf(stem);
  const given = (kind: Kind): Span | null => tokens.find((token) => token.kind === kind)?.number ?? null;
  const span = given('quality') ?? given('rate') ?? lastFreeNumber(stem, tokens);
  return span === null ? stem : `${stem.slice(0, span[0])}#${stem.slice(span[1])}`;
}

function lastFreeNumber(stem: string, tokens: readonly Token[]): Span | null {
  const numbers = [...stem.matchAll(/\d+(?:\.\d{1,2}(?![\da-z]))?/gi)].map((match) => spanOf(match));
  return numbers.findLast(([start, end]) => tokens.every(({ at }) => end <= at[0] || start >= at[1])) ?? null;
}

/** The part of a name that tells the content: what stands before, else between or behind, what tells the encode; null: nothing does. */
function contentOf(stem: string): string | null {
  const ends = /^[ _.+()[\]{}-]+|[ _.+()[\]{}-]+$/g;
  const tokens = tokensOf(stem).filter(({ kind }) => kind !== 'version');
  let from = 0;
  for (const { at } of tokens) {
    const before = stem.slice(from, at[0]).replaceAll(ends, '');
    if (before !== '') return before;
    from = at[1];
  }
  return tokens.length === 0 ? null : stem.slice(from).replaceAll(ends, '');
}

/**
 * The group of each clip by its name: `scene1_crf20` and `scene1_crf32` -> `scene1`. A name that tells nothing of an encode is
 * cut before its last part where others share the rest, and stands alone otherwise; one that tells nothing else is in the group
 * of its folder. `paths` with `/`.
 */
export function nameGroups(paths: readonly string[]): string[] {
  const stems = paths.map(stemOf);
  const contents = stems.map(contentOf);
  const known = new Set(contents);
  const heads = stems.map((stem, k) => contents[k] ?? (known.has(stem) ? stem : withoutLastPart(stem)));
  const shared = new Map<string, number>();
  for (const head of heads) shared.set(head, (shared.get(head) ?? 0) + 1);
  return heads.map((head, k) => {
    if (head === '') return folderOf(paths[k]!);
    return contents[k] !== null || shared.get(head)! > 1 ? head : stems[k]!;
  });
}

const withoutLastPart = (stem: string): string => /^(.+?)[ _.-]+[^ _.-]+$/.exec(stem)?.[1] ?? stem;
/** The innermost folder; `.` for the ranked one, as in groups by folder. */
const folderOf = (path: string): string => path.split('/').at(-2) ?? '.';
