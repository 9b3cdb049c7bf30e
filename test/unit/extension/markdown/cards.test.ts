// Cards in the Markdown preview against a made-up VS Code and a made-up worker, with real (empty) files.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Uri } from 'vscode';
import { VersusqError, type Comparison } from '../../../../src/protocol/index.js';
import type { Services } from '../../../../src/extension/services.js';
import { comparisonCard, plainCard } from '../../../../src/extension/markdown/card.js';
import { fakeComparison } from '../../cli/fake-engine.js';
import * as vscode from '../fake-vscode.js';
import { answers, seen } from '../fake-vscode.js';

vi.mock('vscode', () => import('../fake-vscode.js'));
const { Cards } = await import('../../../../src/extension/markdown/cards.js');
const { cardsWhenLoaded } = await import('../../../../src/extension/markdown/late.js');

let root: string;
let asked: { method: string; params: Record<string, unknown> }[];
let stored: Comparison | null;
let cards: InstanceType<typeof Cards>;
const worker = {
  request: async (method: string, params: { a: string; b: string }) => {
    asked.push({ method, params });
    if (method === 'storedComparison') return stored;
    if (params.a.includes('broken')) throw new VersusqError('media/truncated', 'broken.mp4 ends early.');
    return (stored = fakeComparison(params.a, params.b));
  },
};
const at = (name: string): string => join(root, name);
const document = (): Uri => vscode.Uri.file(at('notes/day.md')) as unknown as Uri;
const html = (...names: string[]): string => cards.html(names, document());
const refreshes = (): number => seen.opened.filter(([command]) => command === 'markdown.preview.refresh').length;
const contexts = (): unknown[] => seen.opened.filter(([c]) => c === 'setContext').map(([, , value]) => value);

beforeEach(() => {
  vi.useRealTimers();
  vscode.reset();
  asked = [];
  stored = null;
  root = realpathSync(mkdtempSync(join(tmpdir(), 'versusq-cards-')));
  mkdirSync(at('notes'));
  for (const name of ['a50.mp4', 'b 20.mp4', 'broken.mp4', 'notes/c30.mp4']) writeFileSync(at(name), name);
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.file(root) }];
  cards = new Cards({ worker } as unknown as Services);
});
afterEach(() => {
  cards.dispose();
  rmSync(root, { recursive: true, force: true });
});

it('shows what the store holds, after one question and one refresh, and computes nothing', async () => {
  stored = fakeComparison(at('a50.mp4'), at('b 20.mp4'));
  expect(html('a50.mp4', 'b 20.mp4')).toMatch('Looking for a stored comparison.');
  await vi.waitFor(() => expect(refreshes()).toBe(1));
  const card = html('a50.mp4', 'b 20.mp4');
  expect(card).toMatch('A looks clearly better');
  expect(card).toMatch('+3.0 (+2.4 to +3.6)');
  expect(card).toMatch('<a href="./../b%2020.mp4">b 20.mp4</a>');
  expect(card).toMatch('blockiness B');
  expect(card).not.toMatch('ringing B'); // not supported by the measurements
  expect(asked.map(({ method }) => method)).toEqual(['storedComparison']);
});

it.each([
  ['names one clip', true, ['a50.mp4'], 'Two clips are to be named here.'],
  ['is in an untrusted workspace', false, ['a50.mp4', 'b 20.mp4'], 'not trusted yet'],
])('the first block is rendered again when cards are loaded, also where it %s', async (_, trusted, names, words) => {
  vscode.workspace.isTrusted = trusted;
  let loaded: typeof cards | undefined;
  const first = cardsWhenLoaded(
    () => loaded,
    async () => (loaded = cards),
  );
  expect(first(names, document())).toMatch('Looking for a stored comparison.');
  await vi.waitFor(() => expect(refreshes()).toBe(1));
  expect(first(names, document())).toMatch(words);
});

it('asks the store again when it is rendered later, and refreshes only where the answer is another', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  html('a50.mp4', 'b 20.mp4');
  await vi.waitFor(() => expect(refreshes()).toBe(1));
  expect(html('a50.mp4', 'b 20.mp4')).toMatch('Not analysed.');
  expect(asked).toHaveLength(1);
  vi.setSystemTime(Date.now() + 10_000);
  html('a50.mp4', 'b 20.mp4');
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(refreshes()).toBe(1);
});

it('compares on demand what is unknown, and offers that only while there is something', async () => {
  html('a50.mp4', 'b 20.mp4');
  html('c30.mp4', 'broken.mp4');
  await vi.waitFor(() => expect(contexts()).toEqual([true]));
  await vi.waitFor(() => expect(html('c30.mp4', 'broken.mp4')).toMatch('Not analysed.'));
  answers.pick = () => undefined;
  await cards.analyse();
  expect(seen.picks[0]?.items.map(({ label }) => label)).toEqual(['a50.mp4 - b 20.mp4', 'c30.mp4 - broken.mp4']);
  expect(asked.map(({ method }) => method)).not.toContain('compare');
  answers.pick = ((items: unknown[]) => items) as never;
  await cards.analyse();
  expect(html('a50.mp4', 'b 20.mp4')).toMatch('A looks clearly better');
  expect(asked.filter(({ method }) => method === 'compare')).toHaveLength(2);
  expect(contexts()).toEqual([true, false]);
});

it('takes in a comparison that was made elsewhere in the window', async () => {
  html('a50.mp4', 'b 20.mp4');
  await vi.waitFor(() => expect(refreshes()).toBe(1));
  stored = fakeComparison(at('a50.mp4'), at('b 20.mp4'));
  cards.comparisonMade();
  await vi.waitFor(() => expect(html('a50.mp4', 'b 20.mp4')).toMatch('A looks clearly better'));
});

it('follows its clips: one that changed is asked for again, one that is gone is named', async () => {
  stored = fakeComparison(at('a50.mp4'), at('b 20.mp4'));
  html('a50.mp4', 'b 20.mp4');
  await vi.waitFor(() => expect(html('a50.mp4', 'b 20.mp4')).toMatch('A looks clearly better'));
  stored = null;
  vscode.fileChanges(at('a50.mp4'));
  await vi.waitFor(() => expect(html('a50.mp4', 'b 20.mp4')).toMatch('Not analysed.'));
  rmSync(at('b 20.mp4'));
  vscode.fileGoes(at('b 20.mp4'));
  await vi.waitFor(() => expect(html('a50.mp4', 'b 20.mp4')).toMatch('is not in'));
});

it('says what is wrong with the names, and follows none out of the workspace', async () => {
  expect(html('a50.mp4')).toMatch('Two clips are to be named here.');
  expect(html('a', 'b', 'c')).toMatch('Two clips are to be named here.');
  expect(asked).toEqual([]);
  html('../../../etc/passwd', 'a50.mp4');
  html('gone.mp4', 'a50.mp4');
  await vi.waitFor(() => expect(html('../../../etc/passwd', 'a50.mp4')).toMatch('outside the workspace'));
  await vi.waitFor(() => expect(html('gone.mp4', 'a50.mp4')).toMatch('is not in'));
  expect(asked).toEqual([]);
  vscode.workspace.isTrusted = false;
  expect(html('a50.mp4', 'b 20.mp4')).toMatch('not trusted yet');
  expect(asked).toEqual([]);
});

it('forgets its cards with the last preview', async () => {
  html('a50.mp4', 'b 20.mp4');
  await vi.waitFor(() => expect(contexts()).toEqual([true]));
  vscode.tabsChange([{ viewType: 'mainThreadWebview-markdown.preview' }]);
  expect(contexts()).toEqual([true]);
  vscode.tabsChange([{ uri: 'x' }]);
  expect(contexts()).toEqual([true, false]);
});

it('escapes everything in a card', () => {
  const evil = '"><img src=x onerror=alert(1)>&';
  const comparison = fakeComparison(`/v/a${evil}.mp4`, `/v/b${evil}.mp4`);
  comparison.reasoning = evil;
  comparison.claims[0]!.attribute = evil as never;
  comparison.provenance.model.name = evil;
  comparison.a.codec = evil;
  const clip = { name: evil, link: `./${evil}` };
  for (const card of [comparisonCard(comparison, [clip, clip]), plainCard(evil, evil, [clip])]) {
    expect(card).not.toMatch('<img');
    expect(card).not.toMatch(/"[^"<>]*&(?!#\d+;)/);
    expect(card).not.toMatch(/style=|<script|javascript:/);
  }
});
