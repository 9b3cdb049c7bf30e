// The language model tools against a made-up VS Code and a made-up worker, with real (empty) files.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CancellationToken, LanguageModelTool } from 'vscode';
import {
  Comparison,
  Ranking,
  VersusqError,
  type ClipQuality,
  type EngineSettings,
} from '../../../../src/protocol/index.js';
import type { EngineWorker } from '../../../../src/extension/services.js';
import { CompareInput, ExplainInput, RankInput } from '../../../../src/extension/tools/inputs.js';
import { FakeEngine, fakeComparison, fakeFacts } from '../../cli/fake-engine.js';
import * as vscode from '../fake-vscode.js';

vi.mock('vscode', () => import('../fake-vscode.js'));
const { CompareTool } = await import('../../../../src/extension/tools/compareTool.js');
const { RankTool } = await import('../../../../src/extension/tools/rankTool.js');
const { ExplainTool } = await import('../../../../src/extension/tools/explainTool.js');
const { TOOL_NAMES } = await import('../../../../src/extension/tools/register.js');

let root: string;
let asked: { method: string; params: Record<string, unknown> }[];
let stored: Comparison | null;
let waits: boolean;
/** What the store knows, by path. */
const known = new Map<string, ClipQuality>();
const nothing = { state: 'unknown', ranking: null, comparison: null, facts: null, error: null };
const engine = new FakeEngine(null as unknown as EngineSettings);
const worker = {
  request: async (method: string, params: Record<string, unknown>, options?: { signal?: AbortSignal }) => {
    asked.push({ method, params });
    const { a, b, path, folder, paths } = params as Record<string, string> & { paths: string[] };
    if (waits)
      await new Promise((_, reject) =>
        options?.signal?.addEventListener('abort', () => reject(new VersusqError('cancelled', 'Cancelled.'))),
      );
    if (method === 'storedComparison') return stored;
    if (method === 'compare') return fakeComparison(a!, b!, params['glanceOnly'] === true);
    if (method === 'probe') return engine.probe(path!);
    if (method === 'quality') return paths.map((name) => known.get(name) ?? { ...nothing, path: name });
    return engine.rank(folder!, paths);
  },
} as unknown as EngineWorker;

const source = new vscode.CancellationTokenSource();
const prepare = async <T>(tool: LanguageModelTool<T>, input: T) =>
  tool.prepareInvocation?.({ input }, source.token as CancellationToken);
async function invoke<T>(
  tool: LanguageModelTool<T>,
  input: T,
  token: unknown = source.token,
  budget?: number,
): Promise<{ sentence: string; json: Record<string, unknown> }> {
  const options = {
    input,
    toolInvocationToken: undefined,
    ...(budget && { tokenizationOptions: { tokenBudget: budget } }),
  };
  const result = (await tool.invoke(options as never, token as CancellationToken)) as unknown as {
    content: { value: string }[];
  };
  const [sentence, json] = result.content.map(({ value }) => value);
  return { sentence: sentence!, json: JSON.parse(json!) as Record<string, unknown> };
}

beforeEach(() => {
  vscode.reset();
  asked = [];
  known.clear();
  stored = null;
  waits = false;
  root = realpathSync(mkdtempSync(join(tmpdir(), 'versusq-tools-')));
  mkdirSync(join(root, 'clips'));
  for (const name of ['a50.mp4', 'b20.mp4', 'c30.mp4', 'notes.txt']) writeFileSync(join(root, 'clips', name), name);
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.file(root) }];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const clip = (name: string): string => join(root, 'clips', name);
const pair = { a: 'clips/a50.mp4', b: 'clips/b20.mp4' };

it('package.json declares each tool with the schema that the code checks', () => {
  const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: { languageModelTools: { name: string; inputSchema: object }[] };
  };
  const declared = contributes.languageModelTools;
  expect(declared.map(({ name }) => name)).toEqual([...TOOL_NAMES]);
  const schemas = [CompareInput, RankInput, ExplainInput].map((schema) => JSON.parse(JSON.stringify(schema)) as object);
  expect(declared.map(({ inputSchema }) => inputSchema)).toEqual(schemas);
});

describe('versusq_compare', () => {
  const tool = new CompareTool(worker);

  it('answers with one sentence and a comparison of the shipped schema', async () => {
    const { sentence, json } = await invoke(tool, pair);
    expect(asked).toEqual([
      { method: 'compare', params: { a: clip('a50.mp4'), b: clip('b20.mp4'), glanceOnly: false } },
    ]);
    expect(sentence).toBe(
      'A looks clearly better, where A is a50.mp4 and B is b20.mp4: margin +3.0 (+2.4 to +3.6), over 99 % sure A is better. ' +
        'A margin of 1 is about one just-noticeable difference.',
    );
    expect(Value.Check(Comparison, json)).toBe(true);
    expect(json['margin']).toBe(3);
  });

  it('asks before it computes, and does not ask for what the store holds', async () => {
    const long = await prepare(tool, pair);
    expect(long?.invocationMessage).toBe('Comparing the quality of a50.mp4 and b20.mp4');
    expect(long?.confirmationMessages?.message).toMatchObject({
      value: expect.stringMatching('not been compared yet'),
    });
    stored = fakeComparison(clip('a50.mp4'), clip('b20.mp4'), true);
    expect(await prepare(tool, { ...pair, glanceOnly: true })).not.toHaveProperty('confirmationMessages');
    expect(await prepare(tool, pair)).toHaveProperty('confirmationMessages');
    stored = fakeComparison(clip('a50.mp4'), clip('b20.mp4'));
    expect(await prepare(tool, pair)).not.toHaveProperty('confirmationMessages');
    expect(asked.map(({ method }) => method)).not.toContain('compare');
  });

  it('tells the model in words what is wrong with its input', async () => {
    await expect(invoke(tool, { ...pair, b: 'clips/gone.mp4' })).rejects.toThrow(
      /"clips\/gone.mp4" is not in .*not-found/,
    );
    await expect(invoke(tool, { ...pair, b: 'clips/notes.txt' })).rejects.toThrow('not a video by its name');
    await expect(invoke(tool, { ...pair, b: '../x.mp4' })).rejects.toThrow('outside the workspace');
    await expect(invoke(tool, { a: 'clips/a50.mp4' } as CompareInput)).rejects.toThrow("can't be used so: /b");
    expect(asked).toEqual([]);
  });

  it('ends with the cancellation of the chat', async () => {
    waits = true;
    const stop = new vscode.CancellationTokenSource();
    const answer = invoke(tool, pair, stop.token);
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    stop.cancel();
    await expect(answer).rejects.toBeInstanceOf(vscode.CancellationError);
  });
});

describe('versusq_rank', () => {
  const tool = new RankTool((request, signal) => worker.request('rank', request, { signal }));

  it('ranks the videos of a folder, says the ends in words, and gives a ranking of the shipped schema', async () => {
    const { sentence, json } = await invoke(tool, { folder: 'clips' });
    expect(asked[0]?.params['paths']).toEqual(['a50.mp4', 'b20.mp4', 'c30.mp4'].map(clip));
    expect(sentence).toMatch(
      /^3 videos of clips ranked from \d+ comparisons: best a50.mp4 \(\+1\.7\), worst b20.mp4 \(-1\.3\)\./,
    );
    expect(Value.Check(Ranking, json)).toBe(true);
  });

  it('always asks, with how many videos it will read', async () => {
    const prepared = await prepare(tool, { clips: ['clips/a50.mp4', 'clips/c30.mp4'] });
    expect(prepared?.confirmationMessages?.message).toMatchObject({
      value: expect.stringMatching(/^VersusQ reads 2 videos \\\(2 clips in clips\\\)/),
    });
    expect(asked).toEqual([]);
  });

  it('gives both ends of a long list within the token budget', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `n${100 + i}.mp4`);
    for (const name of names) writeFileSync(clip(name), name);
    const { sentence, json } = await invoke(tool, { clips: names.map((name) => `clips/${name}`) }, source.token, 700);
    const told = (json['clips'] as { path: string }[]).map(({ path }) => path);
    expect(told).toHaveLength(10);
    expect([told[0], told[9]]).toEqual(['n139.mp4', 'n100.mp4']);
    expect(sentence).toMatch('Only both ends are listed, 10 of 40 videos.');
  });

  it('follows no link of a folder out of the workspace, and tells one that leads nowhere in its row', async () => {
    symlinkSync(join(root, 'clips', 'missing_1.mp4'), join(root, 'clips', 'missing_2.mp4'));
    symlinkSync(join(root, 'clips', 'a50.mp4'), join(root, 'clips', 'd50.mp4'));
    expect((await invoke(tool, { folder: 'clips' })).json['clips']).toHaveLength(5);
    const beside = mkdtempSync(join(tmpdir(), 'versusq-beside-'));
    writeFileSync(join(beside, 'far.mp4'), '');
    symlinkSync(join(beside, 'far.mp4'), join(root, 'clips', 'far.mp4'));
    asked.length = 0;
    await expect(invoke(tool, { folder: 'clips' })).rejects.toThrow(/far\.mp4" lies outside the workspace/);
    await expect(prepare(tool, { folder: 'clips' })).rejects.toThrow(/lies outside the workspace/);
    expect(asked).toEqual([]);
    rmSync(beside, { recursive: true });
  });

  it('takes a reference only from the ranked videos, and either a folder or clips', async () => {
    await invoke(tool, { folder: 'clips', reference: 'clips/c30.mp4' });
    expect(asked[0]?.params['options']).toEqual({ reference: clip('c30.mp4'), whole: true });
    const two = ['clips/a50.mp4', 'clips/b20.mp4'];
    await expect(invoke(tool, { clips: two, reference: 'clips/c30.mp4' })).rejects.toThrow('not one of the ranked');
    await expect(invoke(tool, {})).rejects.toThrow('either a folder or clips');
    await expect(invoke(tool, { folder: 'clips', clips: two })).rejects.toThrow('either a folder or clips');
  });
});

describe('versusq_explain', () => {
  const place = {
    id: '/w/clips',
    folder: '/w/clips',
    rank: 2,
    of: 3,
    score: -0.333333,
    interval95: [-0.6, 0] as [number, number],
    toReference: null,
    mainDefect: 'banding' as const,
    finished: '2026-11-22T10:00:00.000Z',
  };
  const tool = new ExplainTool(worker, (path) => (path.endsWith('c30.mp4') ? place : null));

  it('gives reasoning, claims and the facts that differ of a pair', async () => {
    const { json } = await invoke(tool, { clip: 'clips/a50.mp4', against: 'clips/b20.mp4' });
    const { reasoning, claims } = fakeComparison('a50.mp4', 'b20.mp4');
    expect(json).toMatchObject({ reasoning, claims, verdict: 'a', a: clip('a50.mp4') });
    expect(json['differences']).toEqual([{ fact: 'Bit rate', a: '5.0 Mb/s', b: '2.0 Mb/s' }]);
  });

  it('tells what is known of one clip without comparing anything', async () => {
    const ranked = await invoke(tool, { clip: 'clips/c30.mp4' });
    expect(ranked.sentence).toBe('c30.mp4 is number 2 of 3 in clips: score -0.3 (-0.6 to 0.0), main defect banding.');
    expect(ranked.json).toMatchObject({
      state: 'ranked',
      ranking: { score: -0.333 },
      facts: fakeFacts(clip('c30.mp4')),
    });
    const other = await invoke(tool, { clip: 'clips/a50.mp4' });
    expect(other.sentence).toMatch('was read but not ranked');
    writeFileSync(clip('missing.mp4'), '');
    expect((await invoke(tool, { clip: 'clips/missing.mp4' })).json).toMatchObject({
      state: 'failed',
      facts: null,
      error: { code: 'media/not-found' },
    });
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['quality', 'probe']));
    expect(await prepare(tool, { clip: 'clips/a50.mp4' })).not.toHaveProperty('confirmationMessages');
  });

  it('tells what the store knows of one clip, and reads no file for that', async () => {
    const facts = fakeFacts(clip('c30.mp4'));
    const last = {
      other: clip('b20.mp4'),
      margin: 1.23456,
      interval95: [0.5, 2] as [number, number],
      verdict: 'a' as const,
      kind: 'considered' as const,
      reason: 'It keeps the texture.',
      finished: place.finished,
    };
    const stored: ClipQuality = {
      path: clip('a50.mp4'),
      state: 'compared',
      ranking: null,
      comparison: last,
      facts,
      error: null,
    };
    known.set(stored.path, stored);
    const compared = await invoke(tool, { clip: 'clips/a50.mp4' });
    expect(compared.sentence).toBe(
      'a50.mp4 was last compared with b20.mp4: margin +1.2 (+0.5 to +2.0), above 0 where a50.mp4 looks better.',
    );
    expect(compared.json).toMatchObject({ state: 'compared', comparison: { margin: 1.235, reason: last.reason } });
    // The store's ranking goes before the one of this window.
    known.set(clip('c30.mp4'), { ...stored, path: clip('c30.mp4'), state: 'ranked', ranking: { ...place, rank: 1 } });
    const ranked = await invoke(tool, { clip: 'clips/c30.mp4' });
    expect(ranked.sentence).toMatch(/^c30\.mp4 is number 1 of 3 in clips/);
    expect(ranked.json).toMatchObject({ state: 'ranked', ranking: { rank: 1 }, comparison: { other: last.other } });
    const error = { code: 'media/decode-failed' as const, message: 'It breaks off.' };
    known.set(stored.path, { ...stored, state: 'failed', comparison: null, error });
    const failed = await invoke(tool, { clip: 'clips/a50.mp4' });
    expect([failed.sentence, failed.json['state']]).toEqual(["a50.mp4 can't be judged: It breaks off.", 'failed']);
    expect(asked.map(({ method }) => method)).toEqual(['quality', 'quality', 'quality']);
  });
});
