import { describe, expect, it } from 'vitest';
import { deserialiseTokens, serialiseTokens } from '../../../src/engine/model/clip-bytes.js';
import { readManifest, shippedModelFolder } from '../../../src/engine/model/package.js';
import type { ClipTokens } from '../../../src/engine/model/types.js';
import { madeUpClip } from './helpers.js';

const { manifest } = await readManifest(shippedModelFolder());
const clip = madeUpClip(manifest, 5, 2);

/** Every array as text of its bytes: vitest compares long arrays slowly. */
const asText = (tokens: ClipTokens) =>
  Object.fromEntries(
    Object.entries(tokens).map(([name, value]: [string, number | null | ArrayBufferView]) => [
      name,
      value === null || typeof value === 'number'
        ? value
        : `${value.constructor.name} ${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`,
    ]),
  );
const whole = asText(clip);

describe('clip tokens as bytes', () => {
  it('come back with every bit', () => {
    expect(asText(deserialiseTokens(serialiseTokens(clip)))).toEqual(whole);
  });

  it('leave out the details, which are made from the crops again', () => {
    const detailed = { ...clip, detail: Float32Array.of(1, 2) };
    expect(asText(deserialiseTokens(serialiseTokens(detailed)))).toEqual(whole);
  });

  it('are equal for equal clips', () => {
    expect(Buffer.compare(serialiseTokens(madeUpClip(manifest, 5, 2)), serialiseTokens(clip))).toBe(0);
  });

  it('come back from a place in memory that is not aligned', () => {
    const bytes = serialiseTokens(clip);
    const odd = new Uint8Array(bytes.length + 3).subarray(3);
    odd.set(bytes);
    expect(asText(deserialiseTokens(odd))).toEqual(whole);
  });

  it('do not share memory with the bytes they came from', () => {
    const bytes = serialiseTokens(clip);
    const back = deserialiseTokens(bytes);
    bytes.fill(0);
    expect(asText(back)).toEqual(whole);
  });

  it('are refused when a single bit differs, wherever it is', () => {
    const bytes = serialiseTokens(clip);
    for (const at of [0, 5, 9, 13, 17, 40, 200, bytes.length >> 1, bytes.length - 1]) {
      const damaged = bytes.slice();
      damaged[at]! ^= 4;
      expect(() => deserialiseTokens(damaged), `byte ${at}`).toThrow();
    }
  });

  it('are refused when they are cut short, empty or something else', () => {
    const bytes = serialiseTokens(clip);
    for (const part of [bytes.subarray(0, bytes.length - 1), bytes.subarray(0, 20), new Uint8Array(0)]) {
      expect(() => deserialiseTokens(part)).toThrow();
    }
    expect(() => deserialiseTokens(new TextEncoder().encode('x'.repeat(5000)))).toThrow('not clip tokens');
  });

  it('of another version are refused with its number', () => {
    const bytes = serialiseTokens(clip);
    new DataView(bytes.buffer).setUint32(4, 7, true);
    expect(() => deserialiseTokens(bytes)).toThrow('version 7');
  });
});
