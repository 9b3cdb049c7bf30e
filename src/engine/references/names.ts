/**
 * What is the name of a video, and what only looks like one: templates (`{name}.mp4`, `%04d.mp4`), addresses of other machines,
 * bare extensions, TypeScript.
 */
import { TYPESCRIPT_TOO, VIDEO_EXTENSIONS, type Reference } from '../../protocol/index.js';

/** What the place says about the names in it. */
export interface Place {
  /** Names are parts of URIs: percent-encoded, with a query or a fragment behind them. */
  uri?: boolean;
  /** Lists of media: here `.ts` is a transport stream. Elsewhere only where it is numbered (`seg_001.ts`). */
  media?: boolean;
  /** Running text: `*.mp4` alone speaks of a kind of files. */
  prose?: boolean;
}

/** Longer names are none, in UTF-16 code units (a path of Linux has at most 4096 bytes). */
export const MAX_NAME = 1024;

const extensions = VIDEO_EXTENSIONS.join('|');
/**
 * Where a name may end: an extension, or several in braces, with no more of a name behind it (`a.mp4.part`, `a.mp4-old`). Global:
 * set `lastIndex`.
 */
export const newEnding = (): RegExp =>
  new RegExp(
    String.raw`\.(?:(?:${extensions})|\{(?:${extensions})(?:,(?:${extensions})){0,16}\})(?![a-z0-9]|~(?!~)|_+[a-z0-9]|[.\-+@%$/]{1,3}\w)`,
    'gi',
  );

const ending = newEnding();
export function hasEnding(text: string): boolean {
  ending.lastIndex = 0;
  return ending.test(text);
}

const TEMPLATES = [
  /\$(?:[({A-Za-z_@]|\d)/, // shells, JavaScript, DASH
  /\{(?![^{}]*(?:,|\.\.))[^{}]*\}/, // Python, Rust, C#; {a,b} and {1..9} are patterns
  /%(?:0\d[di]|[dsi](?![\da-f])|\(\w*\)|[A-Za-z_]{3,}%|%|~|\d(?=[._-]))/i, // printf, batch files
  /<[^<>]*>/,
];
const OTHER_SCHEMES = /:\/\/|^(?:https?|ftp|data|blob|javascript|mailto|rtmp|rtsp|s3|gs|vscode[\w-]*):/i;
/** `video/vnd.dece.mp4` (RFC 6838). */
const MEDIA_TYPE = /^(?:application|audio|image|video)\/(?:vnd|prs|x)[.-]/i;
const GLOB = /[*?]|\{[^{}]*(?:,|\.\.)[^{}]*\}/;
const typeScript = new RegExp(String.raw`\.(?:${TYPESCRIPT_TOO.join('|')})$`, 'i');
/** `seg_001.ts`, `7.ts`, `media0004.ts`; not `utf8.ts`, `sha256.ts`. */
const NUMBERED = /(?:(?:^|[^a-z0-9])\d+|0\d+)\.\w+$/i;

/** What a name (escapes undone) is; null: none. */
export function kindOf(name: string, place: Place): Reference['kind'] | null {
  if (name.length > MAX_NAME || /\p{Cc}/u.test(name)) return null;
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const stem = base.slice(0, base.lastIndexOf('.'));
  if (!/[^.\s]/.test(stem)) return null;
  if (place.prose && name === base && /^[*?]+$/.test(stem)) return null;
  if (!place.media && typeScript.test(base) && !NUMBERED.test(base)) return null;
  if (/^file:/i.test(name)) return /^file:\/\/?[^/]*\/|^file:[^/]/i.test(name) && !isTemplate(name) ? 'uri' : null;
  if (OTHER_SCHEMES.test(name) || /^(?:\/\/|\\\\)[^?]/.test(name)) return null;
  if (isTemplate(name) || MEDIA_TYPE.test(name)) return null;
  return GLOB.test(name) && !place.uri ? 'glob' : 'path';
}

const isTemplate = (name: string): boolean => TEMPLATES.some((template) => template.test(name));

/** `%41` and the like undone; as written where that is no UTF-8. */
export function percentDecoded(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
