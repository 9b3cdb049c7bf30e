import { describe, expect, it, vi } from 'vitest';
import * as State from '../../../../src/extension/rank/rankState.js';
import { TableFeed } from '../../../../src/extension/rank/tableFeed.js';
import type { TableClip, ToTable } from '../../../../src/protocol/index.js';
import { waiting } from './rows.js';

vi.mock('vscode', () => import('../fake-vscode.js'));

const arranged = { excluded: [], reference: null, grouping: 'none' } as const;
const { table } = State.initialState({ folder: '/v', clips: null }, arranged);

function truth(count: number): {
  table: typeof table;
  rows: ReturnType<typeof waiting>[];
  clips: Map<string, TableClip>;
} {
  const names = Array.from({ length: count }, (_, i) => `${i}.mp4`);
  const clips = new Map(names.map((path) => [path, { path, facts: null, error: null }]));
  return { table, rows: names.map(waiting), clips };
}
const told = (messages: ToTable[]): unknown[] =>
  messages.map((message) => (message.type === 'clips' ? [message.clips.length, message.reset] : message.type));

describe('messages for the table', () => {
  it('tell a new table everything, clips 500 at a time, and nothing again', () => {
    const feed = new TableFeed(truth(1200));
    feed.changed({ table: true, rows: true, clips: ['3.mp4'] });
    expect(told(feed.whole())).toEqual(['state', [500, true], [500, false], [200, false], 'rows']);
    expect(feed.next()).toEqual([]);
  });

  it('tell an empty ranking too, so that the table forgets what it knew', () => {
    expect(told(new TableFeed(truth(0)).whole())).toEqual(['state', [0, true], 'rows']);
  });

  it('tell only what has changed, each clip once however often it did', () => {
    const feed = new TableFeed(truth(10));
    feed.changed({ clips: ['1.mp4', '2.mp4'] });
    feed.changed({ clips: ['2.mp4'], rows: true });
    expect(told(feed.next())).toEqual([[2, false], 'rows']);
    feed.changed({ table: true });
    expect(told(feed.next())).toEqual(['state']);
  });

  it('make the table forget a clip that is gone', () => {
    const now = truth(3);
    const feed = new TableFeed(now);
    now.clips.delete('1.mp4');
    feed.changed({ clips: ['1.mp4'] });
    expect(told(feed.next())).toEqual([[2, true]]);
  });
});
