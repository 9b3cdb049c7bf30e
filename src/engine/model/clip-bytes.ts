/**
 * ClipTokens as bytes, for the store: magic, version, checksum, a JSON header that names the arrays, then the arrays, each
 * aligned to 8 bytes. Little endian, as every platform of the device table is. Bytes of another version or with a single bit
 * changed are refused, never half read.
 */
import { createHash } from 'node:crypto';
import type { ClipTokens } from './types.js';

const MAGIC = 0x4b545156; // "VQTK"
const VERSION = 1;
const ALIGN = 8;
/** magic, version, header length (u32 each), 4 bytes unused, then the first 16 bytes of the SHA-256 of all that follows. */
const FIXED_BYTES = 32;
const DIGEST_AT = 16;

const TYPES = { f32: Float32Array, f64: Float64Array, u8: Uint8Array };
type ArrayType = keyof typeof TYPES;
const FIELDS = {
  times: 'f64',
  shares: 'f64',
  cells: 'f32',
  tokens: 'f32',
  measurements: 'f32',
  crops: 'u8',
  thumbs: 'f32',
  summary: 'f32',
  series: 'f32',
  seriesTimes: 'f64',
} as const satisfies Record<Exclude<keyof ClipTokens, 'count' | 'detail'>, ArrayType>;
type Field = keyof typeof FIELDS;
const NAMES = Object.keys(FIELDS) as Field[];

interface Header {
  count: number;
  arrays: { name: string; type: string; length: number; offset: number }[];
}

const aligned = (n: number) => Math.ceil(n / ALIGN) * ALIGN;

/** The clip as bytes; `deserialiseTokens` gives back the same values, bit by bit. */
export function serialiseTokens(clip: ClipTokens): Uint8Array {
  let offset = 0;
  const arrays = NAMES.map((name) => {
    const entry = { name, type: FIELDS[name], length: clip[name].length, offset };
    offset += aligned(clip[name].byteLength);
    return entry;
  });
  const header = new TextEncoder().encode(JSON.stringify({ count: clip.count, arrays } satisfies Header));
  const body = FIXED_BYTES + aligned(header.length);
  const bytes = new Uint8Array(body + offset);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, header.length, true);
  bytes.set(header, FIXED_BYTES);
  for (const { name, offset: at } of arrays) {
    const array = clip[name];
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), body + at);
  }
  bytes.set(digest(bytes), DIGEST_AT);
  return bytes;
}

/** Throws an Error where the bytes are not a whole clip of this version. */
export function deserialiseTokens(bytes: Uint8Array): ClipTokens {
  const own = bytes.slice(); // one copy: the arrays below are views into it, aligned whatever the source was
  const view = new DataView(own.buffer);
  if (own.length < FIXED_BYTES || view.getUint32(0, true) !== MAGIC)
    throw new Error('These bytes are not clip tokens.');
  const version = view.getUint32(4, true);
  if (version !== VERSION) throw new Error(`Clip tokens of version ${version}; this program reads version ${VERSION}.`);
  if (!digest(own).every((byte, i) => own[DIGEST_AT + i] === byte)) throw new Error('The clip tokens are damaged.');
  const headerLength = view.getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(own.subarray(FIXED_BYTES, FIXED_BYTES + headerLength))) as Header;
  const body = FIXED_BYTES + aligned(headerLength);
  const array = (name: Field) => {
    const entry = header.arrays.find((a) => a.name === name);
    if (entry?.type !== FIELDS[name]) throw new Error(`The clip tokens hold no ${name}.`);
    return new TYPES[FIELDS[name]](own.buffer, body + entry.offset, entry.length);
  };
  return { count: header.count, detail: null, ...Object.fromEntries(NAMES.map((n) => [n, array(n)])) } as ClipTokens;
}

/** First 16 bytes of the SHA-256 of everything but the digest's own place. */
function digest(bytes: Uint8Array): Uint8Array {
  const hash = createHash('sha256').update(bytes.subarray(0, DIGEST_AT)).update(bytes.subarray(FIXED_BYTES)).digest();
  return hash.subarray(0, FIXED_BYTES - DIGEST_AT);
}
