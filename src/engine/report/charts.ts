/**
 * The report's drawings as inline SVG: gauge, attribute bars, time line, rank axis. Everything leans to the side of the better
 * clip: A is left (and above), B right (and below). Colours come from the page's classes, so light and dark both work.
 */
import { markup, type Html } from './escape.js';
import { formatTime, signed } from './words.js';
import type { Comparison, Span2 } from './types.js';

/** Margins beyond this are drawn at the end of an axis (margin units). */
const AXIS_LIMIT = 8;
/** Inside this nobody sees a difference (DESIGN 3.1). */
const TIE = 0.5;

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));
const at = (value: number): string => value.toFixed(1);
/** Axis that always shows +-2 and grows with the largest value. */
const limitOf = (values: number[]): number =>
  Math.min(AXIS_LIMIT, Math.max(2, Math.ceil(Math.max(...values.map(Math.abs)))));

/** Margin with its 95 % interval on an axis from A (left) to B (right). */
export function gauge(margin: number, interval: Span2): Html {
  const [w, h, pad, y] = [640, 74, 44, 30];
  const limit = limitOf([margin, ...interval]);
  const x = (m: number): number => w / 2 - (clamp(m, limit) / limit) * (w / 2 - pad);
  const ticks = Array.from({ length: limit * 2 + 1 }, (_, i) => i - limit).filter((t) => limit <= 4 || t % 2 === 0);
  const side = margin > 0 ? 'a' : 'b';
  /** An arrow at the end of the axis that margin or interval goes beyond. */
  const goesOn = (m: number, end: 1 | -1) =>
    m * end > limit
      ? markup`<path class="beyond ${side}" d="M ${at(x(m) - end * 18)} ${y} l ${end * 11} -7 v 14 z" />`
      : null;
  return markup`<svg
    class="gauge"
    viewBox="0 0 ${w} ${h}"
    role="img"
    aria-label="Margin ${signed(margin)}, interval ${signed(interval[0])} to ${signed(interval[1])}"
  >
    <rect class="tie" x="${at(x(TIE))}" y="${y - 13}" width="${at(x(-TIE) - x(TIE))}" height="26" rx="3" />
    <line class="axis" x1="${pad}" x2="${w - pad}" y1="${y}" y2="${y}" />
    ${ticks.map((t) => markup`<line class="axis" x1="${at(x(t))}" x2="${at(x(t))}" y1="${y + 9}" y2="${y + 14}" /><text class="tick" x="${at(x(t))}" y="${y + 29}">${signed(t, 0)}</text>`)}
    <line class="zero" x1="${w / 2}" x2="${w / 2}" y1="${y - 16}" y2="${y + 14}" />
    <rect
      class="bar ${side}"
      x="${at(Math.min(x(0), x(margin)))}"
      y="${y - 5}"
      width="${at(Math.abs(x(margin) - x(0)))}"
      height="10"
    />
    <line class="whisker ${side}" x1="${at(x(interval[1]))}" x2="${at(x(interval[0]))}" y1="${y}" y2="${y}" />
 ${goesOn(Math.max(margin, interval[1]), 1)}${goesOn(Math.min(margin, interval[0]), -1)}
    <circle class="dot ${side}" cx="${at(x(margin))}" cy="${y}" r="8" />
    <text class="end a" x="12" y="${y + 6}">A</text>
    <text class="end b" x="${w - 12}" y="${y + 6}">B</text>
  </svg>`;
}

/** One bar per attribute, from the middle to the better side. */
export function attributeBars(attributes: Comparison['attributes']): Html {
  const [w, row, left, right] = [640, 24, 130, 60];
  const limit = limitOf(attributes.map((a) => a.margin));
  const middle = left + (w - left - right) / 2;
  const scale = (w - left - right) / 2 / limit;
  return markup`<svg
    class="bars"
    viewBox="0 0 ${w} ${attributes.length * row + 4}"
    role="img"
    aria-label="Margin per attribute"
  >
    <line class="zero" x1="${middle}" x2="${middle}" y1="0" y2="${attributes.length * row + 4}" />
    ${attributes.map(({ attribute, margin }, i) => {
      const length = Math.abs(clamp(margin, limit)) * scale;
      const y = i * row + row / 2;
      return markup`<text class="label" x="0" y="${y + 5}">${attribute}</text
        ><rect
          class="bar ${margin > 0 ? 'a' : 'b'}"
          x="${at(margin > 0 ? middle - length : middle)}"
          y="${y - 6}"
          width="${at(length)}"
          height="12"
          rx="2"
        /><text class="value" x="${w}" y="${y + 5}">${signed(margin)}</text>`;
    })}
  </svg>`;
}

/** Margin over time: above the line A is better, below B; claims as marks underneath. */
export function timeLine(comparison: Comparison): Html {
  const { segments, claims } = comparison;
  const from = Math.min(...segments.map((s) => s.time[0]));
  const to = Math.max(...segments.map((s) => s.time[1]));
  const [w, pad, middle, half] = [640, 24, 52, 42];
  const limit = limitOf(segments.map((s) => s.margin));
  const x = (t: number): number =>
    pad + ((Math.max(from, Math.min(to, t)) - from) / Math.max(to - from, 1e-9)) * (w - pad - 4);
  const lanes = claims.length;
  const base = middle + half + 10;
  return markup`<svg
    class="timeline"
    viewBox="0 0 ${w} ${base + lanes * 8 + 22}"
    role="img"
    aria-label="Margin over time"
  >
    ${segments.map(({ time, margin }) => {
      const height = (Math.abs(clamp(margin, limit)) / limit) * half;
      return markup`<rect
        class="bar ${margin > 0 ? 'a' : 'b'}"
        x="${at(x(time[0]) + 1)}"
        y="${at(margin > 0 ? middle - height : middle)}"
        width="${at(Math.max(1, x(time[1]) - x(time[0]) - 2))}"
        height="${at(Math.max(1, height))}"
        ><title>${formatTime(time[0])} to ${formatTime(time[1])}: ${signed(margin)}</title></rect
      >`;
    })}
    <line class="zero" x1="${pad}" x2="${w - 4}" y1="${middle}" y2="${middle}" />
    <text class="end a" x="10" y="${middle - 14}">A</text>
    <text class="end b" x="10" y="${middle + 24}">B</text>
    ${claims.map((claim, i) => markup`<line class="mark ${claim.worse}" x1="${at(x(claim.time[0]) + 2)}" x2="${at(Math.max(x(claim.time[0]) + 6, x(claim.time[1]) - 2))}" y1="${base + i * 8}" y2="${base + i * 8}"><title>${claim.attribute} worse in ${claim.worse.toUpperCase()}</title></line>`)}
    <text class="tick start" x="${pad}" y="${base + lanes * 8 + 14}">${formatTime(from)}</text>
    <text class="tick last" x="${w - 4}" y="${base + lanes * 8 + 14}">${formatTime(to)}</text>
  </svg>`;
}

/** Range of a ranking's common axis (margin units). */
export function rankAxis(intervals: Span2[]): Span2 {
  if (intervals.length === 0) return [-1, 1];
  return [Math.floor(Math.min(...intervals.map((i) => i[0]))), Math.ceil(Math.max(...intervals.map((i) => i[1])))];
}

/** One clip's score with its interval on the common axis; better is right. */
export function rankBar(score: number, interval: Span2, axis: Span2): Html {
  const [w, h] = [220, 22];
  const x = (s: number): number => 8 + ((s - axis[0]) / Math.max(axis[1] - axis[0], 1e-9)) * (w - 16);
  return markup`<svg
    class="rankbar"
    viewBox="0 0 ${w} ${h}"
    role="img"
    aria-label="Score ${signed(score)}, interval ${signed(interval[0])} to ${signed(interval[1])}"
  >
    <line class="axis" x1="8" x2="${w - 8}" y1="11" y2="11" />
    <line class="zero" x1="${at(x(0))}" x2="${at(x(0))}" y1="3" y2="19" />
    <line class="whisker a" x1="${at(x(interval[0]))}" x2="${at(x(interval[1]))}" y1="11" y2="11" />
    <circle class="dot a" cx="${at(x(score))}" cy="11" r="5" />
  </svg>`;
}
