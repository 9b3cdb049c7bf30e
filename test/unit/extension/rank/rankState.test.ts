import { describe, expect, it, vi } from 'vitest';
import { FakeEngine } from '../../cli/fake-engine.js';
import * as State from '../../../../src/extension/rank/rankState.js';
import type { EngineSettings } from '../../../../src/protocol/index.js';
import { progress, rankedRow, waiting } from './rows.js';

vi.mock('vscode', () => import('../fake-vscode.js'));

const source = { folder: '/v', clips: null };
const nothing = { excluded: [], reference: null, grouping: 'none' } as const;
const empty = State.initialState(source, nothing);
const working = State.started(State.withFiles(empty, ['a.mp4', 'b.mp4', 'c.mp4']), 5);
const told = State.ranked(working, [rankedRow('c.mp4', 1, 1), rankedRow('a.mp4', 2, -1)], progress);
const paths = (state: State.RankState): string[] => State.shownRows(state).map(({ path }) => path);

describe('the state of a ranking', () => {
  it('shows every clip from the start, those the engine has told nothing of as waiting, behind the others', () => {
    expect(State.shownRows(working).map(({ path, status }) => [path, status])).toEqual([
      ['a.mp4', 'waiting'],
      ['b.mp4', 'waiting'],
      ['c.mp4', 'waiting'],
    ]);
    expect(paths(told)).toEqual(['c.mp4', 'a.mp4', 'b.mp4']);
  });

  it('keeps what is shown when a run begins again, and counts its time from its beginning', () => {
    const again = State.started(State.failed(told, { code: 'worker/crashed', message: 'x' }), 9);
    expect(paths(again)).toEqual(paths(told));
    expect(again.table).toMatchObject({ run: { status: 'working', since: 9 }, progress: null });
    expect(State.started(told, 9).table).toMatchObject({ run: { since: 5 }, progress });
  });

  it('takes no rows in after the end of a run, and none of a clip that is gone', () => {
    const ended = State.paused(told);
    expect(State.ranked(ended, [], progress)).toBe(ended);
    const fewer = State.withFiles(told, ['a.mp4', 'b.mp4']);
    expect(paths(fewer)).toEqual(['a.mp4', 'b.mp4']);
    expect(paths(State.ranked(fewer, [rankedRow('c.mp4', 1, 1)], progress))).toEqual(['a.mp4', 'b.mp4']);
  });

  it('keeps the ranks that are shown while the engine reads the files again', () => {
    const reading = State.ranked(told, [waiting('a.mp4'), waiting('c.mp4')], { ...progress, stage: 'probe' });
    expect(State.shownRows(reading)).toEqual(State.shownRows(told));
    expect(reading.table.progress?.stage).toBe('probe');
  });

  it('shows the first table of a large folder, which comes while the engine still reads the other files', () => {
    const first = [rankedRow('b.mp4', 1, 1), rankedRow('a.mp4', 2, -1), waiting('c.mp4')];
    const reading = State.ranked(working, first, { ...progress, stage: 'probe' });
    expect(State.shownRows(reading)).toEqual(first);
    const further = first.map((row) => (row.rank === null ? row : { ...row, rank: 3 - row.rank }));
    expect(State.shownRows(State.ranked(reading, further, { ...progress, stage: 'probe' }))).toEqual(further);
  });

  it('leaves clips out, without a rank and at the end, and takes them in again', () => {
    const out = State.withExcluded(told, ['c.mp4'], true);
    expect(paths(out)).toEqual(['a.mp4', 'b.mp4', 'c.mp4']);
    expect(State.shownRows(out).at(-1)).toMatchObject({ status: 'waiting', rank: null });
    expect(State.pathsToRank(out)).toEqual(['/v/a.mp4', '/v/b.mp4']);
    expect(State.pathsToRank(State.withExcluded(out, ['c.mp4'], false))).toHaveLength(3);
  });

  it('has no reference that was left out or is gone', () => {
    const referred = State.withReference(told, 'a.mp4');
    expect(State.rankOptions(referred, { fresh: false, retry: [] })).toEqual({
      reference: '/v/a.mp4',
      grouping: 'none',
      whole: true,
    });
    expect(State.withExcluded(referred, ['a.mp4'], true).table.reference).toBeNull();
    expect(State.withFiles(referred, ['b.mp4']).table.reference).toBeNull();
    expect(State.withFiles(referred, ['a.mp4']).table.reference).toBe('a.mp4');
  });

  it('has an answer only as long as it is the latest word', async () => {
    const engine = new FakeEngine(null as unknown as EngineSettings);
    const done = State.finished(told, await engine.rank('/v', ['/v/a50.mp4', '/v/b20.mp4']));
    expect(done.table).toMatchObject({ run: { status: 'done' }, provenance: expect.stringContaining('versusq-mini') });
    expect(done.ranking).not.toBeNull();
    expect(State.ranked(State.started(done, 7), [], progress).ranking).toBeNull();
  });

  it('tells the run as other runs are told, with the share of its stage', () => {
    expect(State.runState(working)).toMatchObject({ status: 'working', station: 'probe', share: null });
    expect(State.runState(told)).toMatchObject({ station: 'compare', share: 0.25, since: 5 });
    expect(State.runState(State.paused(told))).toEqual({ status: 'idle' });
  });

  it('gives a clip its place once the run has ended, and none while the rows still move', async () => {
    const ranking = await new FakeEngine(null as unknown as EngineSettings).rank('/v', ['/v/a.mp4', '/v/c.mp4']);
    const done = State.finished(told, ranking);
    const { finished } = ranking.provenance;
    expect(State.placeIn(done, '/v/a.mp4')).toMatchObject({ folder: '/v', rank: 2, of: 2, score: -1, finished });
    expect(State.placeIn(done, '/v/b.mp4')).toBeNull();
    expect(State.placeIn(done, '/elsewhere/a.mp4')).toBeNull();
    expect(State.placeIn(told, '/v/a.mp4')).toBeNull();
  });
});
