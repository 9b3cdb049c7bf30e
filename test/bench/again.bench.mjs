// What follows a first look: a glance from stored clips, the reasoning, its speed, and memory.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clip, fixed, holds, median, versusq, withStore } from './tools.mjs';

const CACHED_MS = 300;
const EXPLAIN_SECONDS = 3;
const TOKENS_PER_SECOND = 60;
const RESIDENT_MB = 1.2 * 1024;
const RATE = 'reasoning, tokens/s';

export async function bench(say, rounds = 5) {
  const [a, b, c] = [20, 34, 28].map((crf, i) => clip(['good', 'bad', 'middle'][i], { crf, grain: 5 }));
  const list = join(mkdtempSync(join(tmpdir(), 'versusq-bench-')), 'pairs.csv');
  const results = [];
  for (let i = 0; i < rounds; i++) {
    const round = await withStore(async (store) => {
      const full = JSON.parse((await versusq(['compare', a, b, '--json'], store)).out);
      // The first pair decodes c and loads the model; then all clips are there and only the margin of a and c is not.
      writeFileSync(list, `a,b\n"${b}","${c}"\n"${a}","${c}"\n`);
      const lines = (await versusq(['compare', '--pairs', list, '--glance', '--json'], store)).out.trim().split('\n');
      const cached = JSON.parse(lines[1]).provenance.timings.total;
      const fresh = await versusq(['compare', a, c, '--glance', '--json'], store);
      const whole = await versusq(['compare', a, b, '--json', '--no-store']);
      const { timings, tokensPerSecond } = full.provenance;
      return { cached, fresh: fresh.seconds, explain: timings.explain / 1000, rate: tokensPerSecond, peak: whole.peak };
    });
    results.push(round);
    say(
      `round ${i + 1}: cached ${fixed(round.cached, 0)} ms, reasoning ${fixed(round.explain)} s at ${fixed(round.rate, 0)} tokens/s, ${fixed(round.peak, 0)} MB`,
    );
  }
  const at = (name) => median(results.map((r) => r[name]));
  return [
    ['10 s 1080p clips, CPU', 'median', 'limit', 'holds'],
    [
      'glance from stored clips, running engine, ms',
      fixed(at('cached'), 0),
      `${CACHED_MS}`,
      holds(at('cached'), CACHED_MS),
    ],
    ['stored result in a fresh process, s', fixed(at('fresh')), '', ''],
    [
      'considered margin after the glance, s',
      fixed(at('explain')),
      `${EXPLAIN_SECONDS}`,
      holds(at('explain'), EXPLAIN_SECONDS),
    ],
    [RATE, fixed(at('rate'), 0), `at least ${TOKENS_PER_SECOND}`, holds(-at('rate'), -TOKENS_PER_SECOND)],
    ['largest resident memory, MB', fixed(at('peak'), 0), fixed(RESIDENT_MB, 0), holds(at('peak'), RESIDENT_MB)],
  ];
}
