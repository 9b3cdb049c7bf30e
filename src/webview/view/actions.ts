/**
 * What a person can do in the compare panel, and the keys that do it: one table for the key handler, the tooltips and the
 * list of keys, so that the three cannot disagree (UI.md, "Keys").
 */
import { t } from '../language.js';

export type Sound = 'a' | 'b' | 'off';

export type Action =
  | { type: 'toggle-play' | 'pause' | 'faster-forward' | 'toggle-loop' | 'loop-in' | 'loop-out' | 'clear-loop' }
  | { type: 'faster' | 'slower' | 'swap' | 'next-sound' | 'next-claim' | 'previous-claim' | 'clear-claim' }
  | { type: 'to-start' | 'to-end' | 'rerun' | 'keys' }
  | { type: 'step'; frames: number }
  | { type: 'jump'; seconds: number }
  | { type: 'seek'; time: number }
  | { type: 'claim'; index: number }
  | { type: 'speed'; speed: number }
  | { type: 'sound'; sound: Sound }
  | { type: 'fold'; section: string; folded: boolean };

export interface KeyBinding {
  /** `KeyboardEvent.key`, lower case; a leading "shift+" where Shift must be held. */
  key: string;
  /** The key as it is printed. */
  label: string;
  words: string;
  action: Action;
}

const key = (name: string, label: string, words: string, action: Action): KeyBinding => ({
  key: name,
  label,
  words,
  action,
});

export const KEYS: readonly KeyBinding[] = [
  key(' ', t('Space'), t('play or pause both'), { type: 'toggle-play' }),
  key('arrowleft', '\u2190', t('one frame back'), { type: 'step', frames: -1 }),
  key('arrowright', '\u2192', t('one frame on'), { type: 'step', frames: 1 }),
  key('shift+arrowleft', t('Shift+{0}', '\u2190'), t('one second back'), { type: 'jump', seconds: -1 }),
  key('shift+arrowright', t('Shift+{0}', '\u2192'), t('one second on'), { type: 'jump', seconds: 1 }),
  key('j', 'J', t('two seconds back'), { type: 'jump', seconds: -2 }),
  key('k', 'K', t('pause'), { type: 'pause' }),
  key('l', 'L', t('play; again: faster'), { type: 'faster-forward' }),
  key('home', t('Home'), t('to the start'), { type: 'to-start' }),
  key('end', t('End'), t('to the end'), { type: 'to-end' }),
  key('i', 'I', t('loop starts here'), { type: 'loop-in' }),
  key('o', 'O', t('loop ends here'), { type: 'loop-out' }),
  key('x', 'X', t('forget the loop'), { type: 'clear-loop' }),
  key('arrowup', '\u2191', t('faster'), { type: 'faster' }),
  key('arrowdown', '\u2193', t('slower'), { type: 'slower' }),
  key('m', 'M', t('next sound: A, B, off'), { type: 'next-sound' }),
  key('s', 'S', t('swap A and B'), { type: 'swap' }),
  key('n', 'N', t('next claim'), { type: 'next-claim' }),
  key('p', 'P', t('previous claim'), { type: 'previous-claim' }),
  key('escape', 'Esc', t('take the outline of a claim away'), { type: 'clear-claim' }),
  key('r', 'R', t('compare again'), { type: 'rerun' }),
  key('?', '?', t('show all keys'), { type: 'keys' }),
];

/** The binding of a key press, or none. Ctrl, Alt and Meta belong to VS Code. */
export function bindingOf(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): KeyBinding | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  const name = event.key.toLowerCase();
  const shifted = event.shiftKey && name.startsWith('arrow') ? `shift+${name}` : name;
  return KEYS.find((b) => b.key === shifted);
}

/** "Play or pause both (Space)": tooltip of the control that does what a key does. */
export function tooltip(words: string, action: Action['type'], match: (b: KeyBinding) => boolean = () => true): string {
  const binding = KEYS.find((b) => b.action.type === action && match(b));
  return binding ? `${words} (${binding.label})` : words;
}

/** Bubbling event by which every element tells the panel what was asked for. */
export class ActionEvent extends Event {
  static readonly type = 'vq-action';
  constructor(readonly action: Action) {
    super(ActionEvent.type, { bubbles: true, composed: true });
  }
}

/** Bubbling event that carries an intent for the host. */
export class IntentEvent extends Event {
  static readonly type = 'vq-intent';
  constructor(readonly intent: import('../../protocol/index.js').FromPanel) {
    super(IntentEvent.type, { bubbles: true, composed: true });
  }
}
