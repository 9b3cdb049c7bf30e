// Ranking in the extension against a made-up VS Code and a made-up worker, with real files in a folder of its own.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExtensionContext, WebviewPanel } from 'vscode';
import {
  VersusqError,
  type EngineSettings,
  type Ranking,
  type RankRequest,
  type RankRow,
  type RankTableState,
  type WorkerEvent,
} from '../../../../src/protocol/index.js';
import { FakeEngine, fakeComparison, fakeFacts, PIXEL } from '../../cli/fake-engine.js';
import * as vscode from '../fake-vscode.js';
import { answers, seen, type FakePanel } from '../fake-vscode.js';
import { progress, rankedRow } from './rows.js';

vi.mock('vscode', () => import('../fake-vscode.js'));

interface Asked {
  method: string;
  params: Record<string, unknown>;
  signal: AbortSignal | undefined;
  onEvent: (event: WorkerEvent) => void;
}
const worker = vi.hoisted(() => ({
  asked: [] as Asked[],
  answer: async (_asked: Asked): Promise<unknown> => null,
}));
vi.mock('../../../../src/engine/worker/client.js', () => ({
  WorkerClient: class {
    request(method: string, params: Asked['params'], options: Partial<Asked> = {}): Promise<unknown> {
      const asked = { method, params, signal: options.signal, onEvent: options.onEvent ?? ((): void => undefined) };
      worker.asked.push(asked);
      return Promise.race([
        worker.answer(asked),
        new Promise((_, reject) =>
          options.signal?.addEventListener('abort', () => reject(new VersusqError('cancelled', 'Cancelled.'))),
        ),
      ]);
    }
    restart(): void {}
    dispose(): void {}
  },
}));

const { Application } = await import('../../../../src/extension/application.js');
let app: InstanceType<typeof Application>;
let memento: vscode.FakeMemento;
let folder: string;
const engine = new FakeEngine(null as unknown as EngineSettings);

/** As the engine does it: facts of each clip, rows, the answer. */
async function rank({ params, onEvent }: Asked): Promise<Ranking> {
  const { folder, paths } = params as unknown as RankRequest;
  for (const path of paths) onEvent({ type: 'rankClip', path: basename(path), facts: fakeFacts(path), error: null });
  const ranking = await engine.rank(folder, paths);
  const rows = ranking.clips.map(({ path, rank, score }) => rankedRow(path, rank ?? 0, score ?? 0));
  onEvent({ type: 'rankRows', rows, progress });
  return ranking;
}
function makeApplication(): InstanceType<typeof Application> {
  const place = vscode.Uri.file('/extension');
  const context = { extensionUri: place, workspaceState: memento };
  return new Application(context as unknown as ExtensionContext);
}
const at = (name: string): string => join(folder, name);
function write(name: string): void {
  writeFileSync(at(name), name);
  utimesSync(at(name), 1, 1);
}

beforeEach(() => {
  vscode.reset();
  vi.stubEnv('VERSUSQ_HOME', '/storage');
  worker.asked.length = 0;
  worker.answer = async (asked) => {
    if (asked.method === 'rank') return rank(asked);
    if (asked.method === 'thumbnail') return { dataUri: PIXEL };
    if (asked.method === 'compare') return fakeComparison(String(asked.params['a']), String(asked.params['b']));
    return [];
  };
  folder = mkdtempSync(join(tmpdir(), 'versusq-rank-'));
  for (const name of ['b20.mp4', 'a50.mp4', 'c10.mp4', 'notes.txt', 'source.ts']) write(name);
  memento = new vscode.FakeMemento();
  app = makeApplication();
});
afterEach(() => {
  app.dispose();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const asked = (method: string): Asked[] => worker.asked.filter((each) => each.method === method);
const names = (request: Asked | undefined): string[] => (request?.params['paths'] as string[]).map((p) => basename(p));
const lastOf = (panel: FakePanel, type: string) => panel.posted.filter((message) => message.type === type).at(-1);
const state = (panel: FakePanel) => lastOf(panel, 'state')?.state as RankTableState | undefined;
const shown = (panel: FakePanel): string[] => (lastOf(panel, 'rows')?.['rows'] as RankRow[]).map(({ path }) => path);
const done = (panel: FakePanel) => vi.waitFor(() => expect(state(panel)?.run.status).toBe('done'), 5000);

async function ranked(): Promise<FakePanel> {
  const uri = vscode.Uri.file(folder);
  vi.spyOn(vscode.workspace.fs, 'stat').mockResolvedValueOnce({ type: vscode.FileType.Directory });
  await app.rankings.rank(uri, [uri]);
  const panel = seen.panels.at(-1)!;
  await done(panel);
  await vi.waitFor(() => expect(lastOf(panel, 'rows')).toBeDefined());
  return panel;
}
/** Requests of this kind go without an answer until the test gives one. */
function holdBack(method: string): void {
  const before = worker.answer;
  worker.answer = (each) => (each.method === method ? new Promise(() => undefined) : before(each));
}

describe('rank folder by quality', () => {
  it('ranks the videos of the folder, in natural order, and shows them best first', async () => {
    const panel = await ranked();
    expect(panel.title).toBe(`Ranking of ${basename(folder)}`);
    expect(names(asked('rank')[0])).toEqual(['a50.mp4', 'b20.mp4', 'c10.mp4']);
    expect(shown(panel)).toEqual(['a50.mp4', 'b20.mp4', 'c10.mp4']);
    expect(state(panel)).toMatchObject({ folder, excluded: [], provenance: expect.stringContaining('versusq-mini') });
    expect(seen.opened).toContainEqual(['setContext', 'versusq.hasRanking', true]);
  });

  it('takes in subfolders where the setting says so', async () => {
    mkdirSync(at('sub'));
    write('sub/d90.mp4');
    const panel = await ranked();
    vscode.settingChanges('versusq.rank.recursive', true);
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(2));
    expect(names(asked('rank')[1])).toContain('d90.mp4');
    await done(panel);
  });

  it('ranks chosen clips only, and says where they are too few or no videos', async () => {
    const uris = ['a50.mp4', 'c10.mp4'].map((name) => vscode.Uri.file(at(name)));
    await app.rankings.rank(uris[0], uris);
    await done(seen.panels[0]!);
    expect(names(asked('rank')[0])).toEqual(['a50.mp4', 'c10.mp4']);
    await app.rankings.rank(uris[0], [uris[0]]);
    await app.rankings.rank(uris[0], [uris[0], vscode.Uri.file(at('notes.txt'))]);
    expect(seen.warnings).toEqual([
      'VersusQ: A ranking needs two videos. Select two or more.',
      'VersusQ: "notes.txt" is not a video by its name. Select one folder, or videos only.',
    ]);
    expect(seen.panels).toHaveLength(1);
  });

  it('says so where there is nothing to rank in a folder', async () => {
    for (const name of ['a50.mp4', 'b20.mp4', 'c10.mp4']) rmSync(at(name));
    const stat = vi.spyOn(vscode.workspace.fs, 'stat').mockResolvedValue({ type: vscode.FileType.Directory });
    const uri = vscode.Uri.file(folder);
    await app.rankings.rank(uri, [uri]);
    write('a50.mp4');
    await app.rankings.rank(uri, [uri]);
    stat.mockRestore();
    expect(seen.panels).toHaveLength(0);
    expect(seen.warnings[0]).toContain(`There are no videos in "${basename(folder)}".`);
    expect(seen.warnings[1]).toContain('There is one video');
  });

  it('brings the table of a folder to the front that is ranked already', async () => {
    const panel = await ranked();
    vi.spyOn(vscode.workspace.fs, 'stat').mockResolvedValueOnce({ type: vscode.FileType.Directory });
    await app.rankings.rank(vscode.Uri.file(folder), undefined);
    expect([seen.panels.length, panel.revealed, asked('rank').length]).toEqual([1, 1, 1]);
  });
});

describe('the table', () => {
  it('gets everything when it is ready', async () => {
    const panel = await ranked();
    panel.posted.length = 0;
    panel.says({ type: 'ready' });
    expect(panel.posted.map(({ type }) => type)).toEqual(['state', 'clips', 'rows']);
    expect(panel.posted[1]).toMatchObject({ reset: true, clips: [{ path: 'a50.mp4' }, {}, {}] });
  });

  it('is told nothing while it is hidden', async () => {
    const panel = await ranked();
    panel.visible = false;
    panel.posted.length = 0;
    panel.says({ type: 'group', grouping: 'name' });
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(2));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(panel.posted).toEqual([]);
  });

  it('acts on clips of its ranking only', async () => {
    const panel = await ranked();
    for (const path of ['../secret.mp4', '/etc/passwd', 'notes.txt']) {
      panel.says({ type: 'open', path });
      panel.says({ type: 'reveal', path });
      panel.says({ type: 'copyPath', paths: [path] });
      panel.says({ type: 'needThumbnails', path, count: 1 });
      panel.says({ type: 'compare', a: path, b: 'a50.mp4' });
    }
    panel.says({ type: 'open', path: 'b20.mp4' });
    panel.says({ type: 'copyPath', paths: ['b20.mp4', '/etc/passwd'] });
    await vi.waitFor(() => expect(seen.copied).toEqual([at('b20.mp4')]));
    const opened = seen.opened.filter(([command]) => command !== 'setContext');
    expect(opened).toEqual([['vscode.open', expect.objectContaining({ path: at('b20.mp4') })]]);
    expect(asked('thumbnail')).toEqual([]);
    expect(seen.panels).toHaveLength(1);
  });

  it('gets pictures of a clip, also where it asks before the clip was looked at', async () => {
    const panel = await ranked();
    panel.says({ type: 'needThumbnails', path: 'a50.mp4', count: 3 });
    await vi.waitFor(() => expect(lastOf(panel, 'thumbnails')).toMatchObject({ pictures: [PIXEL, PIXEL, PIXEL] }));
    write('d90.mp4');
    holdBack('rank');
    panel.says({ type: 'run', fresh: false });
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(2));
    panel.says({ type: 'needThumbnails', path: 'd90.mp4', count: 1 });
    expect(asked('thumbnail')).toHaveLength(3);
    asked('rank')[1]!.onEvent({ type: 'rankClip', path: 'd90.mp4', facts: fakeFacts(at('d90.mp4')), error: null });
    await vi.waitFor(() => expect(lastOf(panel, 'thumbnails')).toMatchObject({ path: 'd90.mp4', pictures: [PIXEL] }));
  });

  it('pauses and goes on, keeping what is shown', async () => {
    const panel = await ranked();
    holdBack('rank');
    panel.says({ type: 'run', fresh: false });
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(2));
    panel.says({ type: 'pause' });
    expect(asked('rank')[1]!.signal?.aborted).toBe(true);
    await vi.waitFor(() => expect(state(panel)?.run.status).toBe('paused'));
    expect(shown(panel)).toHaveLength(3);
    worker.answer = (each) => rank(each);
    panel.says({ type: 'resume' });
    await done(panel);
  });

  it('leaves clips out, and the workspace remembers it', async () => {
    const panel = await ranked();
    panel.says({ type: 'exclude', paths: ['b20.mp4', '../x.mp4'], excluded: true });
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(2));
    expect(names(asked('rank')[1])).toEqual(['a50.mp4', 'c10.mp4']);
    await done(panel);
    expect(state(panel)?.excluded).toEqual(['b20.mp4']);
    app.dispose();
    app = makeApplication();
    const back = Object.assign(new vscode.FakePanel(), { title: panel.title });
    app.rankings.restore(back as unknown as WebviewPanel, undefined);
    await done(back);
    expect(state(back)?.excluded).toEqual(['b20.mp4']);
  });

  it('sets a reference, in words of paths the engine knows', async () => {
    const panel = await ranked();
    panel.says({ type: 'reference', path: 'c10.mp4' });
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(2));
    expect(asked('rank')[1]?.params['options']).toEqual({ reference: at('c10.mp4'), grouping: 'none', whole: true });
    await done(panel);
    expect(state(panel)?.reference).toBe('c10.mp4');
  });

  it('has failed clips read anew among the others', async () => {
    const panel = await ranked();
    panel.says({ type: 'retry', paths: ['c10.mp4', 'elsewhere.mp4'] });
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(2));
    expect(names(asked('rank')[1])).toHaveLength(3);
    expect(asked('rank')[1]?.params).toMatchObject({ options: { retry: [at('c10.mp4')] } });
    await done(panel);
  });

  it('lets a comparison go first, and goes on after it', async () => {
    const panel = await ranked();
    holdBack('rank');
    panel.says({ type: 'run', fresh: false });
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(2));
    panel.says({ type: 'compare', a: 'a50.mp4', b: 'c10.mp4' });
    await vi.waitFor(() => expect(asked('compare')).toHaveLength(1));
    expect(asked('rank')[1]!.signal?.aborted).toBe(true);
    await vi.waitFor(() => expect(asked('rank')).toHaveLength(3));
    expect(state(panel)?.run.status).toBe('working');
    expect(seen.panels).toHaveLength(2);
  });

  it('tells why a run failed, keeps the rows, and copies the reason', async () => {
    const panel = await ranked();
    worker.answer = () => Promise.reject(new VersusqError('worker/crashed', 'The worker ended.'));
    panel.says({ type: 'run', fresh: false });
    await vi.waitFor(() =>
      expect(state(panel)?.run).toMatchObject({ status: 'failed', error: { code: 'worker/crashed' } }),
    );
    expect(shown(panel)).toHaveLength(3);
    panel.says({ type: 'copyDetails' });
    await vi.waitFor(() => expect(seen.copied[0]).toContain('worker/crashed: The worker ended.'));
  });
});

describe('files that come and go', () => {
  it('are ranked and taken out by themselves', async () => {
    const panel = await ranked();
    write('d90.mp4');
    vscode.fileChanges(at('d90.mp4'));
    await vi.waitFor(() => expect(shown(panel)[0]).toBe('d90.mp4'), 5000);
    rmSync(at('b20.mp4'));
    vscode.fileGoes(at('b20.mp4'));
    await vi.waitFor(() => expect(names(asked('rank').at(-1))).toEqual(['a50.mp4', 'c10.mp4', 'd90.mp4']), 5000);
    await vi.waitFor(() => expect(shown(panel)).toEqual(['d90.mp4', 'a50.mp4', 'c10.mp4']));
    expect(lastOf(panel, 'clips')).toBeDefined();
  });

  it('of other kinds are nothing to it', async () => {
    await ranked();
    for (const name of ['notes.txt', 'source.ts']) vscode.fileChanges(at(name));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(asked('rank')).toHaveLength(1);
  });

  it('leave a clear answer where too few are left, and a ranking again when there are enough', async () => {
    const panel = await ranked();
    for (const name of ['b20.mp4', 'c10.mp4']) {
      rmSync(at(name));
      vscode.fileGoes(at(name));
    }
    await vi.waitFor(
      () => expect(state(panel)?.run).toMatchObject({ status: 'failed', error: { code: 'usage' } }),
      5000,
    );
    expect(lastOf(panel, 'rows')?.['rows']).toMatchObject([{ path: 'a50.mp4', status: 'waiting', rank: null }]);
    write('b20.mp4');
    vscode.fileChanges(at('b20.mp4'));
    await done(panel);
  });
});

describe('export', () => {
  async function exported(format: string): Promise<string> {
    const panel = await ranked();
    answers.save = vscode.Uri.file(`/out/ranking`);
    panel.says({ type: 'export', format });
    await vi.waitFor(() => expect(seen.written.size).toBe(1));
    expect(seen.saveDialogs[0]?.defaultUri.path).toContain(`${basename(folder)} ranking.`);
    return seen.written.get('/out/ranking')!;
  }

  it('writes CSV, one row a clip', async () => {
    const lines = (await exported('csv')).trim().split(/\r?\n/);
    expect(lines[0]?.split(',')).toEqual(expect.arrayContaining(['path', 'rank', 'score']));
    expect(lines[1]).toContain('a50.mp4');
    expect(lines).toHaveLength(4);
  });

  it('writes the answer of the engine as JSON', async () => {
    expect(JSON.parse(await exported('json'))).toMatchObject({ schema: 'versusq.ranking/1', folder });
  });

  it('writes a table in Markdown', async () => {
    expect(await exported('markdown')).toMatch(/\|\s*1\s*\|.*a50/);
  });

  it('writes one page with pictures', async () => {
    const page = await exported('html');
    expect(page).toContain('a50.mp4');
    expect(page).toContain('data:image/');
  });

  it('waits for the end of the run, and says so', async () => {
    const panel = await ranked();
    holdBack('rank');
    panel.says({ type: 'run', fresh: false });
    panel.says({ type: 'export', format: 'csv' });
    await vi.waitFor(() => expect(seen.warnings[0]).toContain('not finished'));
  });
});

describe('the Quality view', () => {
  const tree = () => seen.trees[0]!.treeDataProvider;

  it('lists the latest ranking, best first, and stays when the table is closed', async () => {
    const panel = await ranked();
    await vi.waitFor(() => expect(tree().getChildren()).toEqual(['a50.mp4', 'b20.mp4', 'c10.mp4']), 3000);
    expect(tree().getTreeItem('a50.mp4')).toMatchObject({
      label: 'a50.mp4',
      description: expect.stringMatching(/^#1 {2}\+/),
    });
    panel.dispose();
    expect(tree().getChildren()).toHaveLength(3);
    app.rankings.openLatest();
    expect(seen.panels).toHaveLength(2);
    expect(asked('rank')).toHaveLength(1);
  });

  it('compares two selected clips, or one with another that is picked', async () => {
    await ranked();
    await app.rankings.compareRanked('a50.mp4', ['a50.mp4', 'c10.mp4']);
    await vi.waitFor(() => expect(asked('compare')[0]?.params).toMatchObject({ a: at('a50.mp4'), b: at('c10.mp4') }));
    answers.pick = (items) => items[0];
    await app.rankings.compareRanked('b20.mp4', undefined);
    await vi.waitFor(() => expect(asked('compare')[1]?.params).toMatchObject({ a: at('b20.mp4'), b: at('a50.mp4') }));
  });

  it('goes when the ranking is closed', async () => {
    const panel = await ranked();
    panel.dispose();
    app.rankings.closeLatest();
    expect(seen.opened.at(-1)).toEqual(['setContext', 'versusq.hasRanking', false]);
    expect(tree().getChildren()).toEqual([]);
  });
});
