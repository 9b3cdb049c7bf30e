/** What becomes of panels whose extension host was killed: made anew in the same session of the window, and only then. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { Memento, WebviewPanel } from 'vscode';
import { bringBackLost, keepPanel } from '../../../src/extension/lostPanels.js';
import * as fake from './fake-vscode.js';

vi.mock('vscode', () => import('./fake-vscode.js'));

const OPEN = { viewType: 'versusq.rank', titles: ['Ranking of encodes'], state: { folder: '/encodes' } };
let memory: Memento;

beforeEach(() => {
  fake.reset();
  fake.env.sessionId = 'session';
  memory = new fake.FakeMemento() as unknown as Memento;
});

const open = (panel = new fake.FakePanel()): fake.FakePanel => {
  keepPanel(memory, panel as unknown as WebviewPanel, OPEN);
  return panel;
};
/** Tabs in the window, by type and title; VS Code's own prefix stands before the type. */
const showTabs = (...tabs: [viewType: string, label: string, isActive?: boolean][]): void => {
  const group = { viewColumn: 2, tabs: [] as object[] };
  for (const [viewType, label, isActive = true] of tabs) {
    group.tabs.push({ label, isActive, group, input: new fake.TabInputWebview(`mainThreadWebview-${viewType}`) });
  }
  fake.window.tabGroups.all = [group as unknown as (typeof fake.window.tabGroups.all)[number]];
};
async function restored(): Promise<[string, unknown][]> {
  const told: [string, unknown][] = [];
  await bringBackLost(memory, {
    'versusq.rank': ({ title }, state) => told.push([title, state]),
    'versusq.compare': ({ title }, state) => told.push([title, state]),
  });
  return told;
}

test('a panel that a killed host left is closed and made anew with what it showed', async () => {
  open();
  showTabs(['other.view', 'Ranking of encodes'], ['versusq.rank', 'Ranking of encodes']);
  expect(await restored()).toEqual([['Ranking of encodes', { folder: '/encodes' }]]);
  expect(fake.seen.closed).toMatchObject([{ input: { viewType: 'mainThreadWebview-versusq.rank' } }]);
});

test('after a reload of the window, which changes the session, panels are left to VS Code', async () => {
  open();
  showTabs(['versusq.rank', 'Ranking of encodes']);
  fake.env.sessionId = 'the next';
  expect(await restored()).toEqual([]);
  expect(fake.seen.closed).toEqual([]);
});

test('a panel that was closed before, or whose tab was closed since, does not come back', async () => {
  open().dispose();
  showTabs(['versusq.rank', 'Ranking of encodes']);
  expect(await restored()).toEqual([]);
  open();
  showTabs();
  expect(await restored()).toEqual([]);
});

test('a tab that this host never made is not touched', async () => {
  open();
  showTabs(['versusq.rank', 'Ranking of others'], ['versusq.compare', 'Ranking of encodes']);
  expect(await restored()).toEqual([]);
});

test('a panel that is opened again is kept once, and one behind others is left to VS Code', async () => {
  open();
  open();
  const pair = { viewType: 'versusq.compare', titles: ['a.mp4 - b.mp4', 'b.mp4 - a.mp4'], state: { a: 'a', b: 'b' } };
  keepPanel(memory, new fake.FakePanel() as unknown as WebviewPanel, pair);
  showTabs(['versusq.rank', 'Ranking of encodes', true], ['versusq.compare', 'b.mp4 - a.mp4', false]);
  expect((await restored()).map(([title]) => title)).toEqual(['Ranking of encodes']);
});
