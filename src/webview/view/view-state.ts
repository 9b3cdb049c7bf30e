/**
 * What the person arranged, kept by the host over hiding and reload: play head, loop, speed, sound, folded sections. The paths
 * stand beside it so that the host can bring the panel back (webview serializer), and so that it is not applied to other clips.
 */
import type { Sound } from './actions.js';

export interface Loop {
  on: boolean;
  /** seconds of the common time line; null: the end of what both show */
  from: number | null;
  to: number | null;
}

export interface ViewState {
  /** seconds of the common time line */
  time: number;
  loop: Loop;
  speed: number;
  sound: Sound;
  /** names of sections that are folded */
  folded: string[];
}

export interface KeptState {
  version: 1;
  /** paths of the clips */
  a: string;
  b: string;
  view: ViewState;
}

export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2] as const;

export const initialView = (): ViewState => ({
  time: 0,
  loop: { on: false, from: null, to: null },
  speed: 1,
  sound: 'off',
  folded: [],
});

/** The kept view of these two clips; the initial view for anything else, however broken. */
export function restoreView(kept: unknown, a: string, b: string): ViewState {
  const view = initialView();
  if (!isBag(kept) || kept['version'] !== 1 || kept['a'] !== a || kept['b'] !== b || !isBag(kept['view'])) return view;
  const { time, loop, speed, sound, folded } = kept['view'];
  if (isTime(time)) view.time = time;
  if (isBag(loop)) {
    view.loop = {
      on: loop['on'] === true,
      from: isTime(loop['from']) ? loop['from'] : null,
      to: isTime(loop['to']) ? loop['to'] : null,
    };
  }
  if (SPEEDS.some((s) => s === speed)) view.speed = speed as number;
  if (sound === 'a' || sound === 'b' || sound === 'off') view.sound = sound;
  if (Array.isArray(folded)) view.folded = folded.filter((f) => typeof f === 'string');
  return view;
}

const isBag = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;
const isTime = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v) && v >= 0;
