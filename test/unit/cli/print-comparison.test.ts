// A comparison as text: the ends of the gauge, and when and where a claim holds.
import { describe, expect, it } from 'vitest';
import { comparisonPrinter } from '../../../src/cli/print-comparison.js';
import { styleFor } from '../../../src/cli/terminal.js';
import type { Claim, Comparison } from '../../../src/protocol/index.js';
import { fakeComparison } from './fake-engine.js';

function printed(over: Partial<Comparison>): string {
  let text = '';
  const style = styleFor({ write: () => undefined }, {});
  const printer = comparisonPrinter((piece) => (text += piece), 100, style, '/v/a.mp4', '/v/b.mp4');
  printer.finish({ ...fakeComparison('/v/a50.mp4', '/v/b20.mp4'), ...over });
  return text;
}
const gauge = (margin: number, interval95: [number, number]): string =>
  /^A (.*) B$/m.exec(printed({ margin, interval95 }))?.[1] ?? 'no gauge';

describe('the gauge', () => {
  it.each([
    ['in reach of both ends', 2, [1, 3]],
    ['beyond the end of A', 11, [-2.3, 24.4]],
    ['beyond the end of A with all of its interval', 12, [10, 14]],
    ['beyond the end of B', -12, [-14, -10]],
    ['in reach, with an interval that is not', 1, [-20, 22]],
  ] as const)('keeps its width: %s', (_, margin, interval) => {
    expect(gauge(margin, [...interval])).toHaveLength(49);
  });

  it('ends in an arrow where margin or interval goes on, and says so', () => {
    expect(gauge(11, [-2.3, 24.4])).toMatch(/^\u25c2\u25cf/);
    expect(gauge(-1, [-20, 3])).toMatch(/\u25b8$/);
    expect(gauge(2, [1, 3])).not.toMatch(/[\u25c2\u25b8]/);
    const sentence = 'The gauge ends at 8; where its end is an arrow, the';
    expect(printed({ margin: 11, interval95: [-2.3, 24.4] })).toContain(`${sentence} margin goes on.`);
    expect(printed({ margin: 2, interval95: [-5, 9] })).toContain(`${sentence} interval goes on.`);
    expect(printed({ margin: 2, interval95: [1, 3] })).not.toContain('The gauge ends');
  });
});

describe('the table of claims', () => {
  const claim = (over: Partial<Claim>): string => {
    const [first] = fakeComparison('/v/a50.mp4', '/v/b20.mp4').claims;
    return /Where it is worse\n(.*)/.exec(printed({ claims: [{ ...first!, ...over }] }))?.[1]?.trim() ?? '';
  };

  it('gives no place to what happens to whole pictures, and no times to what lasts throughout', () => {
    expect(claim({ attribute: 'smoothness', regionName: 'whole', time: [0, 4] })).toMatch(
      /^B {2}smoothness {2}throughout +\u25a0/,
    );
    expect(claim({ attribute: 'noise', regionName: 'whole', time: [0, 4] })).toContain('throughout  whole picture');
    expect(claim({ attribute: 'noise', regionName: 'top-left', time: [1, 2] })).toContain('0:01.0-0:02.0  top left');
  });

  it("gives the model's confidence as what it is, and says what the measurements do not confirm", () => {
    expect(claim({})).toMatch(/model's confidence {2}91 %$/);
    expect(claim({ supported: false })).toMatch(/91 % {2}not confirmed$/);
  });
});
