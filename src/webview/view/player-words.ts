/**
 * What stands in the place of a clip's picture, and what is to be known of the picture that stands there. Pure.
 */
import type { ClipFacts, ClipState, RunState, Side } from '../../protocol/index.js';
import { sentence, t } from '../language.js';

export interface PlayerWords {
  words: string;
  /** There will be no picture, as things stand. */
  failed: boolean;
}

/** In place of a picture; `failure` is what the player said. "Loading" only while something may still come. */
export function missingPicture(side: Side, clip: ClipState, run: RunState | null, failure: string | null): PlayerWords {
  const letter = side.toUpperCase();
  if (clip.media.note !== null) return { words: sentence(clip.media.note), failed: true };
  if (failure !== null) return { words: t('{0} is not shown: {1}.', letter, sentence(failure)), failed: true };
  if (run?.status === 'failed' && run.error.path === clip.path)
    return { words: t('{0} could not be read.', letter), failed: true };
  if (clip.media.uri === null && (run?.status === 'failed' || run?.status === 'done'))
    return { words: t('There is no picture of {0}.', letter), failed: true };
  return { words: t('Loading'), failed: false };
}

/** Below a picture: what the copy is that plays instead of the file, and what may be missing in it. */
export function copyWords({ source, note, uri }: ClipState['media'], facts: ClipFacts | null): string | null {
  if (uri === null) return null;
  if (source === 'original') return note === null ? null : sentence(note);
  const words = note ? sentence(note) : t('Copy made for playback');
  // The engine tells of the sound where it knows; not every ffmpeg can write it.
  if (!facts?.audio || /\bsound\b/i.test(note ?? '')) return words;
  return t('{0}. Its sound may be missing.', words.replace(/\.$/, ''));
}
