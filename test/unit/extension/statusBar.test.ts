// The one item in the status bar: what runs and what waits, else the device and the clip in the active tab.
import { beforeEach, expect, it, vi } from 'vitest';
import type { Provenance, RunState } from '../../../src/protocol/index.js';
import * as vscode from './fake-vscode.js';

vi.mock('vscode', () => import('./fake-vscode.js'));
const { StatusBar } = await import('../../../src/extension/statusBar.js');

const item = { text: '', tooltip: '', show: vi.fn(), dispose: () => undefined };
beforeEach(() => {
  vscode.reset();
  item.show.mockClear();
  vi.spyOn(vscode.window, 'createStatusBarItem').mockReturnValue(item);
});

const working = { status: 'working', station: 'decode', share: 0.4 } as RunState;
const idle = { status: 'idle' } as RunState;
const onCpu = { device: 'cpu', deviceNote: null } as Provenance;
const clip = { text: '#3 of 12  +0.8', words: 'a.mp4: Rank 3 of 12.' };

it('shows the current clip beside the device', () => {
  const bar = new StatusBar();
  bar.update({}, idle, onCpu);
  expect(item.show).not.toHaveBeenCalled();
  bar.showClip(clip);
  expect(item.text).toBe('$(compare-changes) VersusQ: CPU  #3 of 12  +0.8');
  expect(item.tooltip).toContain('a.mp4: Rank 3 of 12.');
  bar.showClip(null);
  expect(item.text).toBe('$(compare-changes) VersusQ: CPU');
});

it('counts the runs that go on beside the one it names', () => {
  const bar = new StatusBar();
  const [first, second] = [{}, {}];
  bar.update(first, working, null);
  expect(item.text).toBe('$(loading~spin) VersusQ: decoding 40 %');
  bar.update(second, working, null);
  expect(item.text).toBe('$(loading~spin) VersusQ: decoding 40 % (+1)');
  bar.remove(first);
  expect(item.text).toBe('$(loading~spin) VersusQ: decoding 40 %');
});

it('stays away while nothing was done and no clip is shown', () => {
  new StatusBar().showClip(null);
  expect(item.show).not.toHaveBeenCalled();
});
