/** Which clips a command of the table is about, and what the host is asked for, without a browser. */
import { describe, expect, test } from 'vitest';
import { intentOf, rowMenu, targets, type RowContext } from '../../src/webview/table/row-actions.js';
import { TableData, type Entry } from '../../src/webview/table/view/data.js';
import { parseFilter } from '../../src/webview/table/view/filter.js';
import { FIRST_SORT, arrange } from '../../src/webview/table/view/order.js';
import { chooseAll, NO_SELECTION } from '../../src/webview/table/view/selection.js';
import { chosenWords } from '../../src/webview/table/status-line.js';
import { ranking } from './harness/ranking.js';

const data = new TableData();
data.setClips(ranking().clips, true);
data.setRows(ranking().rows);
const { entries } = data;
const all = [...entries.keys()];
const shownBy = (filter: string): string[] =>
  arrange(entries.values(), { filter: parseFilter(filter), sort: FIRST_SORT, grouped: false, folded: new Set() }).paths;
const paths = (clips: Entry[]): string[] => clips.map((e) => e.path);

/** A table in which every row was selected before the filter. */
const filtered = (filter: string, more: Partial<RowContext> = {}): RowContext => ({
  entries,
  selection: chooseAll(NO_SELECTION, all),
  shown: shownBy(filter),
  columns: ['name'],
  reference: null,
  excluded: [],
  ...more,
});

describe('a command', () => {
  test('leaves alone what is selected but hidden by the filter', () => {
    const context = filtered('crf22');
    expect(context.shown.length).toBeGreaterThan(2);
    expect(context.shown.length).toBeLessThan(all.length);
    expect(paths(targets(context, null))).toEqual(context.shown);
    expect(intentOf('exclude', context, null)).toEqual({ type: 'exclude', paths: context.shown, excluded: true });
    expect(intentOf('copy-path', context, null)).toEqual({ type: 'copyPath', paths: context.shown });
    expect(chosenWords(targets(context, null))).toBe(`${context.shown.length} clips selected`);
    expect(intentOf('retry', filtered('status:failed -broken2'), null)).toEqual({
      type: 'retry',
      paths: ['day1/broken1.mp4'],
    });
  });

  test('is about the row with the focus where nothing that is shown is selected, unless that is hidden, too', () => {
    const [first] = shownBy('crf22');
    const selection = { selected: new Set(['day1/broken1.mp4']), focus: first!, anchor: null };
    expect(paths(targets(filtered('crf22', { selection }), null))).toEqual([first]);
    expect(targets(filtered('crf26', { selection }), null)).toEqual([]);
    expect(intentOf('exclude', filtered('crf26', { selection }), null)).toBeNull();
  });

  test('is about the clips it names, shown or not', () => {
    expect(paths(targets(filtered('crf22'), ['day1/broken1.mp4']))).toEqual(['day1/broken1.mp4']);
  });

  test('copies the selected rows that are shown, all shown ones where none of them is selected', () => {
    const lines = (context: RowContext): string[] => {
      const intent = intentOf('copy-rows', context, null);
      return intent?.type === 'copyText' ? intent.text.split('\n').slice(1) : [];
    };
    const shown = shownBy('crf22');
    const one = { ...NO_SELECTION, selected: new Set([shown[1]!, 'day1/broken1.mp4']) };
    expect(lines(filtered('crf22', { selection: one }))).toEqual([shown[1]]);
    const hidden = { ...NO_SELECTION, selected: new Set(['day1/broken1.mp4']) };
    expect(lines(filtered('crf22', { selection: hidden }))).toEqual(shown);
  });

  test('analyses any clip again, whether it failed or not, but none that is left out', () => {
    const [first, second] = shownBy('crf22') as [string, string];
    const out = new TableData();
    out.setRows(ranking().rows);
    out.setExcluded([second]);
    const selection = { ...NO_SELECTION, selected: new Set([first, second]) };
    const context = filtered('crf22', { entries: out.entries, selection });
    expect(intentOf('retry', context, null)).toEqual({ type: 'retry', paths: [first] });
    const only = filtered('crf22', { ...context, selection: { ...NO_SELECTION, focus: second } });
    expect(intentOf('retry', only, null)).toBeNull();
    const items = rowMenu(context, () => {}).items.filter((item) => !item.disabled);
    expect(items.map(({ label }) => label)).toContain('Analyse again');
  });
});
