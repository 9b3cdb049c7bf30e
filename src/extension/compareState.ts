/**
 * The state of a compare panel as a value, and what each happening does to it. Pure: no `vscode`, no clock of its own. The
 * panel is sent the whole value, never a part.
 */
import type {
  ClipState,
  ComparePanelState,
  Comparison,
  ErrorData,
  PlayableMedia,
  Side,
  WorkerEvent,
} from '../protocol/index.js';
import { shortNames } from '../engine/report/words.js';
import { mirroredComparison } from './mirroredComparison.js';

const NO_MEDIA: PlayableMedia = { uri: null, source: 'original', proxyShare: null, note: null };

export function initialState(a: string, b: string, storeNote: string | null = null): ComparePanelState {
  const [nameA, nameB] = shortNames(a, b);
  const clip = (path: string, name: string): ClipState => ({ path, name, facts: null, media: NO_MEDIA });
  return {
    a: clip(a, nameA),
    b: clip(b, nameB),
    run: { status: 'idle' },
    comparison: null,
    reasoning: '',
    stale: [],
    deviceNote: null,
    storeNote,
  };
}

/** A run begins: what an earlier one said is gone, facts and players stay. `now` in milliseconds since 1970. */
export function started(state: ComparePanelState, now: number): ComparePanelState {
  return { ...confirming(state, now), comparison: null, stale: [] };
}

/** A run begins whose answer is known but for its words (after a swap): what is shown stays until the engine has spoken. */
export function confirming(state: ComparePanelState, now: number): ComparePanelState {
  const run = { status: 'working', station: 'probe', clip: null, share: null, since: now } as const;
  return { ...state, run, reasoning: '' };
}

/** An event of the worker; after the end of a run nothing is taken in any more. */
export function received(state: ComparePanelState, event: WorkerEvent): ComparePanelState {
  if (state.run.status !== 'working') return state;
  switch (event.type) {
    case 'progress':
      return { ...state, run: { ...state.run, station: event.station, clip: event.clip, share: clamp(event.share) } };
    case 'facts':
      return withClip(state, event.side, { facts: event.facts });
    case 'glance':
      // A considered margin stands here only after a swap: a first look would be a step back.
      return state.comparison?.kind === 'considered' ? state : withComparison(state, event.comparison);
    case 'reasoning':
      return { ...state, reasoning: state.reasoning + event.text };
    default:
      return state;
  }
}

export function finished(state: ComparePanelState, comparison: Comparison): ComparePanelState {
  return { ...withComparison(state, comparison), run: { status: 'done' }, reasoning: comparison.reasoning };
}

/** The run ended with an error, or was cancelled (code `cancelled`); what there was of a result stays. */
export function failed(state: ComparePanelState, error: ErrorData): ComparePanelState {
  return { ...state, run: { status: 'failed', error } };
}

/** The sides change places, and with them all that was said of them but the words, which only the engine has. */
export function swapped(state: ComparePanelState): ComparePanelState {
  const comparison = state.comparison === null ? null : mirroredComparison(state.comparison);
  return { ...state, a: state.b, b: state.a, comparison, reasoning: '' };
}

export function changedOnDisk(state: ComparePanelState, side: Side): ComparePanelState {
  const name = state[side].name;
  return state.stale.includes(name) ? state : { ...state, stale: [...state.stale, name] };
}

export function withMedia(state: ComparePanelState, path: string, media: Partial<PlayableMedia>): ComparePanelState {
  const update = (clip: ClipState): ClipState =>
    clip.path === path ? { ...clip, media: { ...clip.media, ...media } } : clip;
  return { ...state, a: update(state.a), b: update(state.b) };
}

function withClip(state: ComparePanelState, side: Side, change: Partial<ClipState>): ComparePanelState {
  return side === 'a' ? { ...state, a: { ...state.a, ...change } } : { ...state, b: { ...state.b, ...change } };
}

function withComparison(state: ComparePanelState, comparison: Comparison): ComparePanelState {
  return {
    ...state,
    a: { ...state.a, facts: comparison.a },
    b: { ...state.b, facts: comparison.b },
    comparison,
    deviceNote: comparison.provenance.deviceNote,
  };
}

/** A share the panel will take: 0..1, or null for "not known". */
export function clamp(share: number | null): number | null {
  return share === null || Number.isNaN(share) ? null : Math.min(1, Math.max(0, share));
}
