// A comparison as a sentence of a hover.
import { describe, expect, it, vi } from 'vitest';
vi.mock('vscode', () => import('../fake-vscode.js'));
const { comparisonWords } = await import('../../../../src/extension/annotations/noteWords.js');

const words = (margin: number, interval95: [number, number]): string =>
  comparisonWords({
    other: '/v/b.mp4',
    margin,
    interval95,
    verdict: margin > 0 ? 'a' : 'b',
    kind: 'considered',
    reason: '',
    finished: '2026-01-01T00:00:00.000Z',
  });

describe('what a hover says of a comparison', () => {
  it('calls no winner where the interval holds 0', () => {
    expect(words(2.6, [2.1, 3.1])).toBe('Looks clearly better than b.mp4: +2.6 (+2.1 to +3.1).');
    expect(words(2.6, [-0.1, 5.3])).toBe('May look clearly better than b.mp4: +2.6 (-0.1 to +5.3).');
    expect(words(-5, [-11, 1])).toBe('May look much worse than b.mp4: -5.0 (-11.0 to +1.0).');
  });

  it('says that no difference is visible only where the interval is narrow', () => {
    expect(words(0.1, [-0.3, 0.5])).toBe('No visible difference to b.mp4: +0.1 (-0.3 to +0.5).');
    expect(words(0.1, [-4, 4.2])).toBe('No clear difference to b.mp4: +0.1 (-4.0 to +4.2).');
  });
});
