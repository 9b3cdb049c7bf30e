/**
 * Carries out the actions that are about playback. Gives false for those that are not, which are the panel's.
 */
import type { Action, Sound } from '../view/actions.js';
import { SPEEDS } from '../view/view-state.js';
import type { StepController } from './step-controller.js';
import { DEFAULT_FPS } from './timebase.js';

const SOUNDS: readonly Sound[] = ['a', 'b', 'off'];

export function perform(action: Action, c: StepController): boolean {
  switch (action.type) {
    case 'toggle-play':
      if (c.playing) c.pause();
      else c.play();
      return true;
    case 'pause':
      c.pause();
      return true;
    case 'faster-forward':
      if (c.playing) changeSpeed(c, 1);
      else c.play();
      return true;
    case 'step':
      void c.step(action.frames);
      return true;
    case 'jump':
      void c.seek(c.time + action.seconds);
      return true;
    case 'seek':
      void c.seek(action.time);
      return true;
    case 'to-start':
      void c.seek(c.range[0]);
      return true;
    case 'to-end':
      void c.seek(c.range[1] - 0.5 / (c.fps.a ?? DEFAULT_FPS));
      return true;
    case 'toggle-loop':
      c.setLoop({ ...c.loop, on: !c.loop.on });
      return true;
    case 'loop-in':
      c.setLoop({ on: true, from: c.time, to: c.loop.to !== null && c.loop.to > c.time ? c.loop.to : null });
      return true;
    case 'loop-out':
      c.setLoop({ on: true, from: c.loop.from !== null && c.loop.from < c.time ? c.loop.from : null, to: c.time });
      return true;
    case 'clear-loop':
      c.setLoop({ on: false, from: null, to: null });
      return true;
    case 'faster':
      changeSpeed(c, 1);
      return true;
    case 'slower':
      changeSpeed(c, -1);
      return true;
    case 'speed':
      if (SPEEDS.some((s) => s === action.speed) && action.speed !== c.speed) c.setSpeed(action.speed);
      return true;
    case 'next-sound':
      c.setSound(SOUNDS[(SOUNDS.indexOf(c.sound) + 1) % SOUNDS.length] ?? 'off');
      return true;
    case 'sound':
      c.setSound(action.sound);
      return true;
    default:
      return false;
  }
}

function changeSpeed(c: StepController, by: 1 | -1): void {
  const now = SPEEDS.findIndex((s) => s === c.speed);
  c.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, now + by))] ?? 1);
}
