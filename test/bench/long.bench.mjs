// Two hours of 1080p against ten seconds of the same, each compared with a worse copy.
import { clip, fixed, holds, longClip, median, versusq } from './tools.mjs';

const ROUNDS = 3;
const TWO_HOURS = 7200;
const TIMES_SHORT = 3;

export async function bench(say) {
  const short = [24, 36].map((crf) => clip(`plain-${crf}`, { crf, grain: 0 }));
  const long = short.map((path, i) => longClip(`hours-${i}`, path, TWO_HOURS));
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const glance = async (pair) => (await versusq(['compare', ...pair, '--glance', '--no-store', '--json'])).seconds;
    const round = { short: await glance(short), long: await glance(long) };
    rounds.push(round);
    say(`round ${i + 1}: 10 s ${fixed(round.short)} s, 2 h ${fixed(round.long)} s`);
  }
  const ratio = median(rounds.map((r) => r.long / r.short));
  return [
    ['glance, fresh process, 1080p, CPU', 'seconds (median)', 'against 10 s', 'limit', 'holds'],
    ['two clips of 10 s', fixed(median(rounds.map((r) => r.short))), '1', '', ''],
    [
      'two clips of 2 hours',
      fixed(median(rounds.map((r) => r.long))),
      fixed(ratio),
      `${TIMES_SHORT}`,
      holds(ratio, TIMES_SHORT),
    ],
  ];
}
