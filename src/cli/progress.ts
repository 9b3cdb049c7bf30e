/**
 * One line on stderr that tells station, clip and share while work goes on. Only on a terminal; rewritten in place at most ten
 * times a second; `clear` before anything else is written.
 */
import { basename } from 'node:path';
import type { RankProgress, WorkerEvent } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { printable, shorten, styleFor, widthOf } from './terminal.js';

const INTERVAL_MS = 100;
type ProgressEvent = Extract<WorkerEvent, { type: 'progress' }>;

export class Progress {
  private readonly on: boolean;
  private shown = false;
  private last = 0;
  private prefix = '';
  /** Latest event per clip, so that A and B, decoded side by side, stand on one line. */
  private readonly clips = new Map<string, ProgressEvent>();
  /** Stage, count, rate and time left of a ranking. */
  private rank: string | null = null;
  /** Latest event that belongs to no clip. */
  private whole: ProgressEvent | null = null;

  constructor(private readonly context: CliContext) {
    this.on = context.stderr.isTTY === true;
  }

  /** Stands before the station: "pair 3 of 10". */
  setPrefix(prefix: string): void {
    this.prefix = prefix;
    this.whole = null;
    this.clips.clear();
  }

  update(event: WorkerEvent): void {
    if (!this.on) return;
    if (event.type === 'rankRows') {
      this.rank = rankText(event.progress);
      this.clips.clear();
      this.draw();
      return;
    }
    if (event.type !== 'progress' || (this.rank !== null && event.station === 'rank')) return;
    const key = event.clip ?? event.path ?? '';
    if (key === '') {
      // A station of the whole job: what the clips did before is over.
      if (event.station !== this.whole?.station) this.clips.clear();
      this.whole = event;
    } else {
      if (this.whole?.station !== 'rank') this.whole = null;
      if (event.share === 1) this.clips.delete(key);
      else this.clips.set(key, event);
    }
    const now = this.context.now().getTime();
    if (now - this.last < INTERVAL_MS || (this.whole === null && this.clips.size === 0 && this.rank === null)) return;
    this.last = now;
    this.draw();
  }

  clear(): void {
    if (this.shown) this.context.stderr.write('\r\x1b[K');
    this.shown = false;
    this.rank = null;
  }

  private draw(): void {
    const style = styleFor(this.context.stderr, this.context.env);
    const events = [...(this.whole === null ? [] : [this.whole]), ...[...this.clips.values()].slice(-2)];
    const parts = events.map((event) => {
      const name = event.path === null ? '' : shorten(printable(basename(event.path)), 28);
      const side = event.clip === null ? '' : event.clip.toUpperCase();
      const share = event.share === null ? '' : `${Math.round(event.share * 100)} %`;
      return [event.station, side, name, share].filter((p) => p !== '').join(' ');
    });
    const line = shorten(
      [this.prefix, this.rank ?? '', ...parts].filter((p) => p !== '').join('   '),
      widthOf(this.context.stderr) - 1,
    );
    this.context.stderr.write(`\r\x1b[K${style.dim(line)}`);
    this.shown = true;
  }
}

/** "compare 230 of 355   14 /s   9 s left   2 failed" */
function rankText({ stage, clips, encoded, failed, comparisons, expected, rate, secondsLeft }: RankProgress): string {
  const [done, all] = stage === 'compare' ? [comparisons, expected] : [encoded + failed, clips];
  return [
    stage === 'done' ? 'done' : `${stage} ${done} of ${all}`,
    rate === null ? '' : `${rate.toFixed(rate < 10 ? 1 : 0)} /s`,
    secondsLeft === null || stage === 'done' ? '' : `${timeText(secondsLeft)} left`,
    failed > 0 ? `${failed} failed` : '',
  ]
    .filter((part) => part !== '')
    .join('   ');
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
