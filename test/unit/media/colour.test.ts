import { describe, expect, it } from 'vitest';
import { colourMatrix } from '../../../src/engine/media/colour.js';

const facts = (
  matrix: string | null,
  range: 'limited' | 'full',
  more: { height?: number; hdr?: boolean; pixelFormat?: string } = {},
) => ({
  height: more.height ?? 1080,
  pixelFormat: more.pixelFormat ?? 'yuv420p',
  colour: { primaries: null, transfer: null, matrix, range, hdr: more.hdr ?? false },
});
const apply = (m: Float32Array, y: number, u: number, v: number) =>
  [0, 1, 2].map((r) => m[r * 4]! * y + m[r * 4 + 1]! * u + m[r * 4 + 2]! * v + m[r * 4 + 3]!);
const near = (a: number[], b: number[]) => a.forEach((x, i) => expect(x).toBeCloseTo(b[i]!, 1));

describe('colour matrix', () => {
  it('of limited BT.709 only stretches: black is 0, white 255, grey has no colour', () => {
    const m = colourMatrix(facts('bt709', 'limited'));
    expect([...m].map((x) => +x.toFixed(4))).toEqual([
      1.1644, 0, 0, -18.6301, 0, 1.1384, 0, -145.7143, 0, 0, 1.1384, -145.7143,
    ]);
    near(apply(m, 16, 128, 128), [0, 0, 0]);
    near(apply(m, 235, 128, 128), [255, 0, 0]);
  });

  it('of full range keeps luma as it is', () =>
    near(apply(colourMatrix(facts('bt709', 'full')), 77, 130, 120), [77, 2, -8]));

  it.each([
    ['bt470bg', 0.299, 0.114],
    ['bt2020nc', 0.2627, 0.0593],
    ['smpte240m', 0.212, 0.087],
  ])('of %s gives the BT.709 values of the same colour', (matrix, kr, kb) => {
    const [r, g, b] = [200, 90, 40];
    const encode = (wr: number, wb: number) => {
      const y = wr * r + (1 - wr - wb) * g + wb * b;
      return [y, (b - y) / (2 * (1 - wb)), (r - y) / (2 * (1 - wr))] as const;
    };
    const [y, pb, pr] = encode(kr, kb);
    const m = colourMatrix(facts(matrix, 'limited'));
    near(apply(m, 16 + (y * 219) / 255, 128 + (pb * 224) / 255, 128 + (pr * 224) / 255), [...encode(0.2126, 0.0722)]);
  });

  it('of an unspecified clip follows the players: BT.601 up to 576 lines, BT.709 above', () => {
    expect(colourMatrix(facts(null, 'limited', { height: 576 }))).toEqual(colourMatrix(facts('smpte170m', 'limited')));
    expect(colourMatrix(facts(null, 'limited', { height: 720 }))).toEqual(colourMatrix(facts('bt709', 'limited')));
  });

  it('of HDR and RGB is that of limited BT.709, as which they are decoded', () => {
    const bt709 = colourMatrix(facts('bt709', 'limited'));
    expect(colourMatrix(facts('bt2020nc', 'limited', { hdr: true }))).toEqual(bt709);
    expect(colourMatrix(facts('gbr', 'full', { pixelFormat: 'gbrp' }))).toEqual(bt709);
  });
});
