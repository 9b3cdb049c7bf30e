// Numbers in words, the same on the command line and in the report.
import { describe, expect, it } from 'vitest';
import {
  alignmentLine,
  factRows,
  formatBitRate,
  formatTime,
  shortNames,
  signed,
} from '../../../src/engine/report/words.js';
import { fakeComparison, fakeFacts } from './fake-engine.js';

describe('numbers in words', () => {
  it('never writes minus zero', () => {
    expect([signed(-0.04), signed(0.04), signed(-0.06), signed(2.55)]).toEqual(['0.0', '0.0', '-0.1', '+2.5']);
  });

  it('carries tenths of seconds over into minutes', () => {
    expect([formatTime(59.96), formatTime(3.12, 3), formatTime(600), formatTime(-0.5)]).toEqual([
      '1:00.0',
      '0:03.120',
      '10:00.0',
      '-0:00.5',
    ]);
  });

  it('writes bit rates in the unit that fits', () => {
    expect([formatBitRate(6_123_000), formatBitRate(640_400), formatBitRate(null)]).toEqual([
      '6.1 Mb/s',
      '640 kb/s',
      '?',
    ]);
  });

  it('names two files by the shortest ends that tell them apart', () => {
    expect(shortNames('/x/one/clip.mp4', '/x/two/clip.mp4')).toEqual(['one/clip.mp4', 'two/clip.mp4']);
    expect(shortNames('/x/a.mp4', '/x/b.mp4')).toEqual(['a.mp4', 'b.mp4']);
    expect(shortNames('/x/a.mp4', '/x/a.mp4')).toEqual(['a.mp4', 'a.mp4']);
  });

  it('marks the facts that differ and no others', () => {
    const rows = factRows(fakeFacts('/a10.mp4'), { ...fakeFacts('/b20.mp4'), codec: 'vp9' });
    expect(rows.filter((r) => r.differs).map((r) => r.label)).toEqual(['Codec', 'Bit rate']);
  });

  it('tells how sure it is of what it takes the contents for, and never that different ones match', () => {
    const c = fakeComparison('a40.mp4', 'b10.mp4');
    const line = (sameContent: number) => alignmentLine({ ...c, alignment: { ...c.alignment, sameContent } });
    expect(line(0.98)).toMatch(/^same content, .* 12 samples matched/);
    expect(line(0.6)).toMatch(/^same content: 60 % sure, .* 12 samples matched/);
    expect(line(0.13)).toMatch(/^different content: 87 % sure, .* 12 samples at the same times/);
    expect(line(0.02)).toMatch(/^different content, /);
  });
});
