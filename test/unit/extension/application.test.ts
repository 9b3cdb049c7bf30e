// What the extension does at its commands and in its panels, against a made-up VS Code and a made-up worker.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExtensionContext } from 'vscode';
import {
  VersusqError,
  type ComparePanelState,
  type EngineSettings,
  type StoreTrouble,
} from '../../../src/protocol/index.js';
import { storeFolder } from '../../../src/engine/paths.js';
import type { Services } from '../../../src/extension/services.js';
import { FakeEngine, fakeComparison } from '../cli/fake-engine.js';
import * as vscode from './fake-vscode.js';
import { answers, files, seen, type FakePanel } from './fake-vscode.js';

vi.mock('vscode', () => import('./fake-vscode.js'));

/** The worker's client: answers at once, unless the test holds a method's answer back. */
const worker = vi.hoisted(() => ({
  asked: [] as { method: string; params: Record<string, unknown> }[],
  restarts: 0,
  settings: (): unknown => null,
  trouble: (_trouble: StoreTrouble): void => {},
  answer: async (_method: string, _params: Record<string, unknown>, _signal?: AbortSignal): Promise<unknown> => null,
}));
vi.mock('../../../src/engine/worker/client.js', () => ({
  WorkerClient: class {
    constructor(options: { settings: () => unknown; onStoreTrouble: (trouble: StoreTrouble) => void }) {
      worker.settings = options.settings;
      worker.trouble = options.onStoreTrouble;
    }
    request(method: string, params: Record<string, unknown>, options?: { signal?: AbortSignal }): Promise<unknown> {
      worker.asked.push({ method, params });
      return worker.answer(method, params, options?.signal);
    }
    restart(): void {
      worker.restarts++;
    }
    dispose(): void {}
  },
}));

const { Application } = await import('../../../src/extension/application.js');
const [A, B] = ['/videos/a50.mp4', '/videos/sub/b20.mp4'];
const uri = (path: string): vscode.Uri => vscode.Uri.file(path);
let app: InstanceType<typeof Application>;

/** The extension, with its store in this folder. */
function begun(storage: string): typeof app {
  vi.stubEnv('VERSUSQ_HOME', storage);
  const context = { extensionUri: uri('/extension'), workspaceState: new vscode.FakeMemento() };
  return new Application(context as unknown as ExtensionContext);
}

beforeEach(() => {
  vscode.reset();
  worker.asked.length = 0;
  worker.restarts = 0;
  const engine = new FakeEngine(null as unknown as EngineSettings);
  worker.answer = async (method, params) => {
    if (method === 'compare') return fakeComparison(String(params['a']), String(params['b']));
    if (method === 'thumbnail') return engine.thumbnail(String(params['path']));
    return { schema: 'versusq.doctor/1', versusq: '1.2.3', ok: true, items: [], devices: [] };
  };
  app = begun('/storage');
});
afterEach(() => {
  app.dispose();
  vi.unstubAllEnvs();
});

/** The state that the panel shows last. */
const shown = (panel: FakePanel): ComparePanelState => panel.posted.at(-1)!.state as ComparePanelState;
async function compared(): Promise<FakePanel> {
  await app.compare(uri(B), [uri(A), uri(B)]);
  const panel = seen.panels[0]!;
  await vi.waitFor(() => expect(shown(panel).run.status).toBe('done'));
  return panel;
}
/** Lets the next such request wait until the test answers it. */
function heldBack(method: string): { answer(result: unknown): void; fail(error: unknown): void } {
  const before = worker.answer;
  let held!: { answer(result: unknown): void; fail(error: unknown): void };
  const waiting = new Promise((answer, fail) => (held = { answer, fail }));
  worker.answer = (name, params, signal) => {
    if (name !== method) return before(name, params, signal);
    worker.answer = before;
    return waiting;
  };
  return held;
}

describe('compare from the command palette', () => {
  it('asks for A, then for B among the others, and compares them in this order', async () => {
    files.found = [B, A, '/videos/c10.mp4'];
    answers.pick = (items) => items[0];
    await app.compare(undefined, undefined);
    const [first, second] = seen.picks;
    expect([first?.title, second?.title]).toEqual(['Compare Quality: Clip A', 'Compare Quality: Clip B']);
    expect(first?.items.map((i) => [i.label, i.description])).toEqual([
      ['a50.mp4', ''],
      ['c10.mp4', ''],
      ['b20.mp4', 'sub'],
      ['$(folder-opened) Browse...', undefined],
    ]);
    expect(second?.items.map((i) => i.label)).not.toContain('a50.mp4');
    expect(worker.asked[0]).toMatchObject({ method: 'compare', params: { a: A, b: '/videos/c10.mp4' } });
  });

  it('takes a file from anywhere by Browse, and stops without a word when the reviewer gives up', async () => {
    answers.pick = (items) => items.at(-1);
    answers.open = [uri('/elsewhere/x30.mov')];
    await app.compare(uri(A), undefined);
    expect(worker.asked[0]?.params).toMatchObject({ a: A, b: '/elsewhere/x30.mov' });
    answers.open = undefined;
    await app.compare(undefined, undefined);
    answers.pick = () => undefined;
    await app.compare(undefined, undefined);
    expect(seen.panels).toHaveLength(1);
    expect([...seen.warnings, ...seen.errors]).toEqual([]);
  });
});

describe('check installation', () => {
  it('shows the report as a document, anew each time', async () => {
    await app.doctor();
    await app.doctor();
    expect(seen.documents).toHaveLength(2);
    expect(seen.documents[0]).toMatch(/^VersusQ 1\.2\.3: everything it needs is there$/m);
  });

  it('tells why there is no report, and says nothing when it was cancelled', async () => {
    worker.answer = () => Promise.reject(new VersusqError('cancelled', 'Cancelled.'));
    await app.doctor();
    expect(seen.errors).toEqual([]);
    worker.answer = () => Promise.reject(new VersusqError('worker/crashed', 'The worker ended.'));
    await app.doctor();
    expect(seen.errors).toEqual(['VersusQ: The worker ended.']);
  });
});

describe('save report', () => {
  it('proposes a name beside A, writes one page with pictures there, and says so', async () => {
    const panel = await compared();
    answers.save = uri('/reports/r.html');
    panel.says({ type: 'saveReport' });
    await vi.waitFor(() => expect(seen.written.size).toBe(1));
    expect(seen.saveDialogs[0]?.defaultUri.path).toBe('/videos/a50 - b20.html');
    const page = seen.written.get('/reports/r.html')!;
    expect(page).toContain('a50.mp4 against b20.mp4');
    expect(page).toContain('data:image/');
    await vi.waitFor(() => expect(seen.status).toContain('Report saved to /reports/r.html'));
  });

  it('writes nothing when the reviewer gives up, and tells why when it can not be written', async () => {
    const panel = await compared();
    panel.says({ type: 'saveReport' });
    await vi.waitFor(() => expect(seen.saveDialogs).toHaveLength(1));
    expect(seen.written.size).toBe(0);
    const write = vi.spyOn(vscode.workspace.fs, 'writeFile').mockRejectedValueOnce(new Error('disk full'));
    answers.save = uri('/reports/r.html');
    panel.says({ type: 'saveReport' });
    await vi.waitFor(() => expect(seen.errors[0]).toContain('the report could not be saved. disk full'));
    write.mockRestore();
  });
});

describe('a file that changes', () => {
  it('marks the comparison stale, and the next run reads the new file and clears the mark', async () => {
    const panel = await compared();
    vscode.fileChanges('/videos/other.mp4');
    expect(shown(panel).stale).toEqual([]);
    vscode.fileChanges(B);
    await vi.waitFor(() => expect(shown(panel).stale).toEqual(['b20.mp4']));
    expect(shown(panel).comparison).not.toBeNull();
    panel.says({ type: 'run', fresh: true });
    await vi.waitFor(() => expect(shown(panel)).toMatchObject({ stale: [], run: { status: 'done' } }));
    expect(shown(panel).b.media.uri).toBe(`file://${B}?version=1`);
  });

  it('that is deleted after the comparison marks it too', async () => {
    const panel = await compared();
    vscode.fileGoes(A);
    await vi.waitFor(() => expect(shown(panel).stale).toEqual(['a50.mp4']), 2000);
  });
});

describe('trouble of the store', () => {
  const full: StoreTrouble = { kind: 'full', message: 'There is no room.', remedy: 'Free some space.' };

  it('is told once a kind, and stands in open and new panels until the worker begins anew', async () => {
    const panel = await compared();
    expect(shown(panel).storeNote).toBeNull();
    worker.trouble(full);
    worker.trouble({ ...full, message: 'There is still no room.' });
    expect(seen.warnings).toEqual(['VersusQ: There is no room. Free some space.']);
    await vi.waitFor(() => expect(shown(panel).storeNote).toBe('There is still no room. Free some space.'));
    worker.trouble({ ...full, kind: 'damaged', message: 'It was damaged.' });
    expect(seen.warnings).toHaveLength(2);
    await app.compare(uri(A), [uri(A), uri('/videos/c10.mp4')]);
    await vi.waitFor(() => expect(shown(seen.panels[1]!).storeNote).toBe('It was damaged. Free some space.'));
    app.restartWorker();
    for (const each of seen.panels) await vi.waitFor(() => expect(shown(each).storeNote).toBeNull());
  });
});

describe('a check of quality gates', () => {
  it('that computed is followed by annotations and cards; a look at the store is not', async () => {
    const { worker: requests } = (app as unknown as { services: Services }).services;
    const outdated = vi.spyOn(app.annotations, 'storeChanged');
    const cards = vi.spyOn(app.cards, 'comparisonMade');
    await requests.request('check', { config: '/videos/.versusq.json', storedOnly: true });
    expect([outdated.mock.calls, cards.mock.calls]).toEqual([[], []]);
    await requests.request('check', { config: '/videos/.versusq.json' });
    expect(outdated).toHaveBeenCalled();
    expect(cards).toHaveBeenCalledTimes(1);
  });
});

describe('the store', () => {
  it("lies where the command has it: in VERSUSQ_HOME, else in the system's cache folder", () => {
    expect(worker.settings()).toMatchObject({ storePath: '/storage' });
    vi.stubEnv('VERSUSQ_HOME', '');
    const { env, platform } = process;
    expect(worker.settings()).toMatchObject({ storePath: storeFolder({ env, platform, home: homedir() }) });
  });
});

describe('a panel', () => {
  it('may load its clips and the copies of clips, and nothing else of the folder of the store', async () => {
    const panel = await compared();
    const { localResourceRoots } = panel.webview.options as { localResourceRoots: vscode.Uri[] };
    expect(localResourceRoots.map(({ fsPath }) => fsPath)).toEqual([
      '/extension/dist/webview',
      '/videos',
      '/videos/sub',
      '/storage/proxies',
    ]);
  });
});

describe('a changed setting', () => {
  it('restarts the worker once, before the next request', async () => {
    const panel = await compared();
    vscode.settingChanges('editor.fontSize', 20);
    panel.says({ type: 'run', fresh: false });
    await vi.waitFor(() => expect(worker.asked).toHaveLength(2));
    expect(worker.restarts).toBe(0);
    vscode.settingChanges('versusq.device', 'cpu');
    for (let n = 3; n <= 4; n++) {
      panel.says({ type: 'run', fresh: false });
      await vi.waitFor(() => expect(worker.asked).toHaveLength(n));
      await vi.waitFor(() => expect(shown(panel).run.status).toBe('done'));
    }
    expect(worker.restarts).toBe(1);
    expect(worker.settings()).toMatchObject({ device: 'cpu', storePath: '/storage' });
  });

  it('outdates what annotations know when it is made, and again when the worker has it', async () => {
    const outdated = vi.spyOn(app.annotations, 'storeChanged');
    vscode.settingChanges('editor.fontSize', 20);
    expect(outdated).not.toHaveBeenCalled();
    vscode.settingChanges('versusq.modelPath', '/models/other');
    expect(outdated).toHaveBeenCalledTimes(1);
    await app.doctor();
    expect(outdated).toHaveBeenCalledTimes(2);
    await app.doctor();
    expect(outdated).toHaveBeenCalledTimes(2);
  });

  it('waits for what runs', async () => {
    const held = heldBack('compare');
    await app.compare(uri(B), [uri(A), uri(B)]);
    vscode.settingChanges('versusq.store', false);
    await app.doctor();
    expect(worker.restarts).toBe(0);
    held.answer(fakeComparison(A, B));
    await vi.waitFor(() => expect(shown(seen.panels[0]!).run.status).toBe('done'));
    await app.doctor();
    expect(worker.restarts).toBe(1);
  });
});

describe('a swap', () => {
  it('flips what is shown at once, in one state, and then takes the answer of the engine', async () => {
    const panel = await compared();
    const before = shown(panel);
    const states = panel.posted.length;
    const held = heldBack('compare');
    panel.says({ type: 'swap' });
    expect(panel.posted).toHaveLength(states + 1);
    expect(shown(panel)).toMatchObject({
      a: { path: B },
      b: { path: A },
      run: { status: 'working' },
      comparison: { margin: -before.comparison!.margin, verdict: 'b', reasoning: '' },
    });
    expect(panel.title).toBe('b20.mp4 - a50.mp4');
    const answer = fakeComparison(B, A);
    held.answer(answer);
    await vi.waitFor(() => expect(shown(panel).run.status).toBe('done'));
    expect(shown(panel)).toMatchObject({ comparison: answer, reasoning: answer.reasoning });
  });

  it('keeps nothing of a comparison whose files changed', async () => {
    const panel = await compared();
    vscode.fileChanges(A);
    heldBack('compare');
    panel.says({ type: 'swap' });
    expect(shown(panel)).toMatchObject({ stale: [], comparison: null, run: { status: 'working' } });
  });
});

describe('a copy for playback', () => {
  it('tells what it is, or why there is none, also when the worker was restarted meanwhile', async () => {
    const panel = await compared();
    const media = (): ComparePanelState['a']['media'] => shown(panel).a.media;
    const restarted = heldBack('proxy');
    panel.says({ type: 'needProxy', side: 'a', reason: 'no decoder' });
    restarted.fail(new VersusqError('cancelled', 'The worker was restarted.'));
    await vi.waitFor(() => expect(media().note).toBe("This clip can't be played here: The worker was restarted."));
    expect(media().proxyShare).toBeNull();
    const made = heldBack('proxy');
    panel.says({ type: 'needProxy', side: 'a', reason: 'no decoder' });
    made.answer({ path: '/storage/proxies/x.mp4', note: 'H.264 copy' });
    await vi.waitFor(() => expect(media()).toMatchObject({ source: 'proxy', note: 'H.264 copy', proxyShare: null }));
  });

  it('may be loaded wherever the worker puts it; with a store, from its folder alone', async () => {
    const panel = await compared();
    const roots = (): string[] =>
      (panel.webview.options as { localResourceRoots: vscode.Uri[] }).localResourceRoots.map((root) => root.fsPath);
    const before = roots();
    for (const path of ['/storage/proxies/x.mp4', '/tmp/versusq-proxies-1/y.mp4']) {
      const made = heldBack('proxy');
      panel.says({ type: 'needProxy', side: path.includes('x.mp4') ? 'a' : 'b', reason: 'no decoder' });
      made.answer({ path, note: 'H.264 copy' });
      await vi.waitFor(() => expect(shown(panel)[path.includes('x.mp4') ? 'a' : 'b'].media.note).toBe('H.264 copy'));
      expect(roots()).toEqual(path.includes('x.mp4') ? before : [...before, '/tmp/versusq-proxies-1']);
    }
  });
});

describe('a store that another window writes', () => {
  it('has the gates judged anew', async () => {
    const storage = mkdtempSync(join(tmpdir(), 'versusq-storage-'));
    const other = begun(storage);
    try {
      const refreshed = vi.spyOn(other.gates, 'refreshSoon');
      await vi.waitFor(() => {
        writeFileSync(join(storage, 'versusq.sqlite-wal'), 'more'); // again: the first may be what the window began with
        vscode.windowFocus(true);
        expect(refreshed).toHaveBeenCalled();
      });
    } finally {
      other.dispose();
      rmSync(storage, { recursive: true });
    }
  });
});
