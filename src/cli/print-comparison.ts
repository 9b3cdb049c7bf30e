/**
 * A comparison as text: facts, verdict in words, number with interval and probability, reasoning, claims, attribute bars,
 * alignment, provenance. `ComparisonPrinter` prints each part once, as soon as it is known, so that a terminal sees the
 * glance and the words while the model still writes.
 */
import { alignmentLine, factsLine, intervalText, provenanceLine, shortNames, signed } from '../engine/report/words.js';
import {
  cautions,
  claimPlace,
  shownNotes,
  sureness,
  verdictSentence,
  winner,
  type ClipFacts,
  type Comparison,
  type Side,
  type WorkerEvent,
} from '../protocol/index.js';
import { claimTime } from '../engine/report/claim-words.js';
import { padEnd, padStart, printable, shorten, Wrapper, wrapped, textWidth, type Style } from './terminal.js';

/** Margins at the ends of the gauge, and the columns of each half. */
const GAUGE_LIMIT = 8;
const GAUGE_HALF = 24;
/** Columns of each half of an attribute bar, and the least margin at its end. */
const BAR_HALF = 16;
const BAR_LIMIT = 2;

export class ComparisonPrinter {
  private readonly facts: Partial<Record<Side, ClipFacts>> = {};
  private factsDone = false;
  private glanceDone = false;
  private words: Wrapper | null = null;
  private wordsDone = false;

  constructor(
    private readonly write: (text: string) => void,
    private readonly width: number,
    private readonly style: Style,
    private readonly names: [string, string],
  ) {}

  /** Prints what an event tells, where it can stand already. */
  onEvent(event: WorkerEvent): void {
    if (event.type === 'facts') {
      this.facts[event.side] = event.facts;
      if (this.facts.a && this.facts.b) this.printFacts(this.facts.a, this.facts.b);
    } else if (event.type === 'glance') {
      const c = event.comparison;
      this.printFacts(c.a, c.b);
      if (!this.glanceDone) this.write(`${this.verdictLine(c, 'at a glance')}\n\n`);
      this.glanceDone = true;
    } else if (event.type === 'reasoning') {
      this.words ??= new Wrapper(this.write, this.width);
      this.words.push(event.text);
    }
  }

  /** Prints the rest. */
  finish(c: Comparison): void {
    const { write, style, width } = this;
    this.printFacts(c.a, c.b);
    if (this.words !== null) {
      this.words.end();
      this.wordsDone = true;
      write('\n');
    }
    if (c.kind === 'considered' || !this.glanceDone) write(`${this.verdictLine(c, c.kind)}\n`);
    write(`${gaugeLine(c, style)}\n`);
    if (beyond(c.margin) || c.interval95.some(beyond)) write(style.dim(wrapped(beyondSentence(c), width)));
    const caution = cautions(c).join(' ');
    if (caution !== '') write(style.dim(wrapped(caution, width)));
    if (c.reasoning !== '' && !this.wordsDone) write(`\n${wrapped(c.reasoning, width)}`);
    write(claimLines(c, style));
    write(attributeLines(c, style));
    write(`\n${heading('Alignment', style)}${wrapped(alignmentLine(c), width)}`);
    const notes = [
      ...shownNotes(c.alignment),
      ...c.a.warnings.map((w) => `A: ${w}`),
      ...c.b.warnings.map((w) => `B: ${w}`),
    ];
    for (const note of notes) write(wrapped(note, width));
    write(`\n${style.dim(wrapped(provenanceLine(c.provenance), width).trimEnd())}\n`);
    if (c.provenance.deviceNote !== null) write(style.warn(wrapped(c.provenance.deviceNote, width)));
  }

  private printFacts(a: ClipFacts, b: ClipFacts): void {
    if (this.factsDone) return;
    this.factsDone = true;
    const { style } = this;
    const names = this.names.map((n) => shorten(printable(n), 40)) as [string, string];
    const room = Math.max(...names.map(textWidth));
    this.write(`${style.a('A')} ${padEnd(names[0], room)}  ${style.dim(factsLine(a))}\n`);
    this.write(`${style.b('B')} ${padEnd(names[1], room)}  ${style.dim(factsLine(b))}\n\n`);
  }

  private verdictLine(c: Comparison, kind: string): string {
    const { style } = this;
    const better = winner(c);
    const paint = better === null ? style.bold : style[better];
    return `${paint(verdictSentence(c))}  ${style.bold(signed(c.margin))} (${intervalText(c.interval95)})  ${sureness(c)}  ${style.dim(kind)}`;
  }
}

/** The printer for two paths as they were given. */
export function comparisonPrinter(
  write: (text: string) => void,
  width: number,
  style: Style,
  a: string,
  b: string,
): ComparisonPrinter {
  return new ComparisonPrinter(write, width, style, shortNames(a, b));
}

const heading = (text: string, style: Style): string => `${style.bold(text)}\n`;

const beyond = (m: number): boolean => Math.abs(m) > GAUGE_LIMIT;

function beyondSentence(c: Comparison): string {
  const what = beyond(c.margin) ? 'margin' : 'interval';
  return `The gauge ends at ${GAUGE_LIMIT}; where its end is an arrow, the ${what} goes on.`;
}

/** A on the left, B on the right: interval as a line, margin as a dot; an arrow where either goes on beyond the gauge. */
function gaugeLine(c: Comparison, style: Style): string {
  const [low, high] = [Math.min(c.margin, c.interval95[0]), Math.max(c.margin, c.interval95[1])];
  const [farA, farB] = [high > GAUGE_LIMIT, low < -GAUGE_LIMIT];
  const column = (m: number): number =>
    GAUGE_HALF - Math.round((Math.max(-GAUGE_LIMIT, Math.min(GAUGE_LIMIT, m)) / GAUGE_LIMIT) * GAUGE_HALF);
  // An arrow takes the last column, so the dot keeps clear of it.
  const dot = Math.max(farA ? 1 : 0, Math.min(2 * GAUGE_HALF - (farB ? 1 : 0), column(c.margin)));
  const [from, to] = [Math.min(dot, column(high)), Math.max(dot, column(low))];
  const paint = c.margin > 0 ? style.a : style.b;
  const dots = (n: number): string => style.dim('\u00b7'.repeat(Math.max(0, n)));
  const rest = (start: number, end: number): string =>
    start <= GAUGE_HALF && GAUGE_HALF < end
      ? `${dots(GAUGE_HALF - start)}\u2502${dots(end - GAUGE_HALF - 1)}`
      : dots(end - start);
  const reach = (columns: number): string => '\u2501'.repeat(Math.max(0, columns));
  const left = farA ? `\u25c2${reach(dot - from - 1)}` : reach(dot - from);
  const right = farB ? `${reach(to - dot - 1)}\u25b8` : reach(to - dot);
  const line = `${left}\u25cf${right}`;
  return `${style.a('A')} ${rest(0, from)}${paint(line)}${rest(to + 1, 2 * GAUGE_HALF + 1)} ${style.b('B')}`;
}

function claimLines(c: Comparison, style: Style): string {
  if (c.claims.length === 0) return '';
  const what = Math.max(...c.claims.map((claim) => claim.attribute.length));
  const where = Math.max(...c.claims.map((claim) => claimPlace(claim).length));
  const when = Math.max(...c.claims.map((claim) => claimTime(claim, c).length));
  const lines = c.claims.map((claim) => {
    const side = style[claim.worse](claim.worse.toUpperCase());
    const bad = '\u25a0'.repeat(Math.max(1, Math.round(claim.severity * 5)));
    const note = claim.supported ? '' : style.warn('  not confirmed');
    return `  ${side}  ${padEnd(claim.attribute, what)}  ${padEnd(claimTime(claim, c), when)}  ${padEnd(claimPlace(claim), where)}  ${padEnd(bad, 5)}  model's confidence ${padStart(String(Math.round(claim.confidence * 100)), 3)} %${note}\n`;
  });
  return `\n${heading('Where it is worse', style)}${lines.join('')}`;
}

function attributeLines(c: Comparison, style: Style): string {
  if (c.attributes.length === 0) return '';
  const limit = Math.max(BAR_LIMIT, ...c.attributes.map((x) => Math.abs(x.margin)));
  const room = Math.max(...c.attributes.map((x) => x.attribute.length));
  const lines = c.attributes.map(({ attribute, margin }) => {
    const halves = signed(margin) === '0.0' ? 0 : Math.ceil((Math.abs(margin) / limit) * BAR_HALF * 2);
    const full = '\u2588'.repeat(Math.floor(halves / 2));
    const left = margin > 0 ? padStart((halves % 2 === 1 ? '\u2590' : '') + full, BAR_HALF) : ' '.repeat(BAR_HALF);
    const right = margin > 0 ? ' '.repeat(BAR_HALF) : padEnd(full + (halves % 2 === 1 ? '\u258c' : ''), BAR_HALF);
    return `  ${padEnd(attribute, room)}  ${style.a(left)}\u2502${style.b(right)}  ${padStart(signed(margin), 5)}\n`;
  });
  const title = `  ${' '.repeat(room)}  ${style.a('A')}${' '.repeat(BAR_HALF * 2 - 1)}${style.b('B')}\n`;
  return `\n${heading('Attributes', style)}${title}${lines.join('')}`;
}
