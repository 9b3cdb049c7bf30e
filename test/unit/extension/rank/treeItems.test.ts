import { describe, expect, it, vi } from 'vitest';
import { failedWords, treeContext, treeEntry } from '../../../../src/extension/rank/treeItems.js';
import { rankedRow, waiting } from './rows.js';

vi.mock('vscode', () => import('../fake-vscode.js'));

const best = rankedRow('best.mp4', 1, 2);
const near = rankedRow('near.mp4', 2, 1.8);
const far = { ...rankedRow('sub/far.mp4', 3, -2.5), mainDefect: 'blockiness' as const };
const rows = [best, near, far, waiting('new.mp4')];

describe('an entry of the Quality view', () => {
  it('tells rank and score, and the same in words', () => {
    const entry = treeEntry(far, null, treeContext(rows, null));
    expect(entry).toMatchObject({ label: 'far.mp4', description: '#3  -2.5  sub', icon: 'arrow-down', failed: false });
    expect(entry.tooltip).toEqual([
      'sub/far.mp4',
      'Rank 3 of 3, score -2.5 (-2.8 to -2.2)',
      'Looks much worse than best.mp4',
      'Main defect: blockiness',
    ]);
  });

  it('says where no difference is to be seen from the best', () => {
    expect(treeEntry(near, null, treeContext(rows, null)).tooltip).toContain('No visible difference from best.mp4');
    expect(treeEntry(best, null, treeContext(rows, null)).tooltip).toContain('The best of all');
  });

  it('is told against the reference where there is one', () => {
    const better = { ...best, toReference: { margin: 1.2, interval95: [0.5, 1.9] as [number, number] } };
    const context = treeContext([better, near], 'near.mp4');
    expect(treeEntry(better, null, context).tooltip).toContain('Looks noticeably better than near.mp4');
    expect(treeEntry(near, null, context).icon).toBe('bookmark');
  });

  it('tells why a clip failed, and that one has no rank yet', () => {
    const failed = { ...waiting('x.mp4'), status: 'failed' as const };
    const entry = treeEntry(
      failed,
      { code: 'media/not-a-video', message: 'x.mp4 is a text.' },
      treeContext(rows, null),
    );
    expect(entry).toMatchObject({ icon: 'error', failed: true, tooltip: ['x.mp4', 'x.mp4 is a text.'] });
    expect(treeEntry(waiting('new.mp4'), null, treeContext(rows, null)).tooltip).toContain('Not ranked yet.');
    expect([failedWords(1), failedWords(2)]).toEqual(['One clip could not be ranked', '2 clips could not be ranked']);
  });
});
