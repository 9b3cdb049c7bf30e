/**
 * What a reader should know of how two clips were brought together, in plain sentences (`alignment.notes`). Written for the
 * order asked for, from facts and result alone.
 */
import { isOtherContent, say, type ClipFacts } from '../../protocol/index.js';
import type { Size } from '../media/types.js';
import type { Bars, PairResult } from './result.js';

/** Lengths that differ by less are one frame's rounding, seconds. */
const LENGTH_TOLERANCE_S = 0.1;
/** Frame rates that differ by less are equal (29.97 against 30 is 0.1 %). */
const RATE_TOLERANCE = 0.0005;
/** Picture shapes that differ by less are rounding to even sizes. */
const SHAPE_TOLERANCE = 0.02;
/** Black bars count from this share of the picture, one side. */
const BAR_SHARE = 0.03;

type Named = [name: 'A' | 'B', facts: ClipFacts];

export function alignmentNotes(a: ClipFacts, b: ClipFacts, size: Size, result: PairResult): string[] {
  const clips: Named[] = [
    ['A', a],
    ['B', b],
  ];
  if (a.hash === b.hash) return [say`Both files hold the same bytes: there is nothing to tell apart.`];
  return [
    ...contentNotes(result),
    ...timeNotes(clips, result),
    ...clips.flatMap(([name, facts]) => scaleNotes(name, facts, size)),
    ...shapeNotes(a, b),
    ...barNotes(result.bars),
    ...clips.flatMap(([name, facts]) => colourNotes(name, facts)),
    ...toneNotes(a, b),
    ...rateNotes(a, b),
    ...clips.flatMap(([name, facts]) => frameNotes(name, facts)),
    ...coverageNotes(clips),
  ];
}

function contentNotes({ glance }: PairResult): string[] {
  return isOtherContent(glance) ? [say`Different content: the interval is wide.`] : [];
}

function timeNotes(clips: Named[], { alignment }: PairResult): string[] {
  const notes: string[] = [];
  const { offset, rate, common } = alignment;
  if (offset !== 0) {
    const [inner, outer] = offset > 0 ? ['A', 'B'] : ['B', 'A'];
    notes.push(
      say`${inner} begins ${seconds(Math.abs(offset))} into ${outer}: the clips were brought into step and compared over the common ${seconds(common)}.`,
    );
  }
  if (rate !== 1) {
    const by = percent(Math.abs(rate - 1));
    notes.push(rate > 1 ? say`${'B'} plays ${by} faster than ${'A'}.` : say`${'B'} plays ${by} slower than ${'A'}.`);
  }
  const [longA, longB] = [clips[0]![1].duration, clips[1]![1].duration];
  if (offset === 0 && Math.abs(longA - longB) > LENGTH_TOLERANCE_S) {
    const shorter = longA < longB ? 'A' : 'B';
    notes.push(
      say`${shorter} ends ${seconds(Math.abs(longA - longB))} earlier; compared over the common ${seconds(common)}.`,
    );
  }
  return notes;
}

function scaleNotes(name: string, facts: ClipFacts, size: Size): string[] {
  const [w, h] = [facts.displayWidth, facts.displayHeight];
  if (Math.abs(w - size.width) <= 1 && Math.abs(h - size.height) <= 1) return [];
  const [from, to] = [`${w}x${h}`, `${size.width}x${size.height}`];
  return w * h < size.width * size.height
    ? [say`${name} was scaled up from ${from} to ${to}, as a player does.`]
    : [say`${name} was scaled down from ${from} to ${to}.`];
}

function shapeNotes(a: ClipFacts, b: ClipFacts): string[] {
  const [shapeA, shapeB] = [a, b].map((c) => c.displayWidth / c.displayHeight) as [number, number];
  if (Math.abs(shapeA / shapeB - 1) <= SHAPE_TOLERANCE) return [];
  return [
    say`The pictures have different shapes (${shapeA.toFixed(2)}:1 and ${shapeB.toFixed(2)}:1); both were brought to one size.`,
  ];
}

function barNotes([a, b]: [Bars, Bars]): string[] {
  const words = (name: string, { vertical, horizontal }: Bars): string[] => {
    const [height, width] = [percent(vertical), percent(horizontal)];
    const [above, aside] = [vertical >= BAR_SHARE, horizontal >= BAR_SHARE];
    if (above && aside)
      return [
        say`${name} has black bars above and below (${height} of the height each) and at the sides (${width} of the width each).`,
      ];
    if (above) return [say`${name} has black bars above and below (${height} of the height each).`];
    return aside ? [say`${name} has black bars at the sides (${width} of the width each).`] : [];
  };
  if (words('', a).join() === words('', b).join()) return [];
  return [...words('A', a), ...words('B', b), say`Black bars move the picture: the clips do not show the same places.`];
}

function colourNotes(name: string, facts: ClipFacts): string[] {
  if (!facts.colour.hdr || facts.colour.toneMapped === false) return []; // the clip's warnings tell what was not done
  const kind = facts.colour.transfer === 'arib-std-b67' ? 'HLG' : 'PQ';
  return [say`${name} is HDR (${kind}); it was compared after tone mapping to BT.709.`];
}

function toneNotes(a: ClipFacts, b: ClipFacts): string[] {
  if (a.colour.hdr === b.colour.hdr) return [];
  return [say`One clip is HDR: differences of brightness, contrast and colour come from the tone mapping.`];
}

function rateNotes(a: ClipFacts, b: ClipFacts): string[] {
  const notes = [a, b].flatMap((facts, i) =>
    facts.variableFrameRate ? [say`${'AB'[i]!} has a variable frame rate; frames were paired by time.`] : [],
  );
  if (!notes.length && Math.abs(a.fps / b.fps - 1) > RATE_TOLERANCE) {
    notes.push(say`${'A'} has ${rate(a.fps)} frames a second, ${'B'} ${rate(b.fps)}; they were compared by time.`);
  }
  return notes;
}

function frameNotes(name: string, { timeline }: ClipFacts): string[] {
  const [dropped, repeated] = [timeline?.droppedFrames ?? 0, timeline?.repeatedFrames ?? 0];
  if (dropped > 0 && repeated > 0) return [say`${name} misses ${count(dropped)} and repeats ${count(repeated)}.`];
  if (dropped > 0) return [say`${name} misses ${count(dropped)}.`];
  return repeated > 0 ? [say`${name} repeats ${count(repeated)}.`] : [];
}

function coverageNotes(clips: Named[]): string[] {
  return clips.flatMap(([name, { timeline }]) =>
    timeline && timeline.covered < 0.995
      ? [say`Only ${percent(timeline.covered)} of ${name} was looked at frame by frame.`]
      : [],
  );
}

const seconds = (s: number) => `${s < 10 ? trim(s.toFixed(2)) : trim(s.toFixed(1))} s`;
const percent = (share: number) => `${share < 0.1 ? trim((share * 100).toFixed(1)) : Math.round(share * 100)} %`;
const rate = (fps: number) => trim(fps.toFixed(3));
const count = (n: number) => (n === 1 ? say`1 frame` : say`${n} frames`);
const trim = (digits: string) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);
