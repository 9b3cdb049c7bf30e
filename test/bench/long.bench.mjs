// Two hours of 1080p against ten seconds of the same, each compared with a worse copy.
import { clip, fixed, holds, longClip, median, versusq } from './tools.mjs';

const TWO_HOURS = 7200;
const TIMES_SHORT = 3;

export async function bench(say, rounds = 3) {
  const short = [24, 36].map((crf) => clip(`plain-${crf}`, { crf, grain: 0 }));
  const long = short.map((path, i) => longClip(`hours-${i}`, path, TWO_HOURS));
  const results = [];
  for (let i = 0; i < rounds; i++) {
    const glance = async (pair) => (await versusq(['compare', ...pair, '--glance', '--no-store', '--json'])).seconds;
    const round = { short: await glance(short), long: await glance(long) };
    results.push(round);
    say(`round ${i + 1}: 10 s ${fixed(round.short)} s, 2 h ${fixed(round.long)} s`);
  }
  const ratio = median(results.map((r) => r.long / r.short));
  return [
    ['glance, fresh process, 1080p, CPU', 'seconds (median)', 'against 10 s', 'limit', 'holds'],
    ['two clips of 10 s', fixed(median(results.map((r) => r.short))), '1', '', ''],
    [
      'two clips of 2 hours',
      fixed(median(results.map((r) => r.long))),
      fixed(ratio),
      `${TIMES_SHORT}`,
      holds(ratio, TIMES_SHORT),
    ],
  ];
}
