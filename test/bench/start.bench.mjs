// How fast the command starts when it has nothing to compute, against an empty Node program.
import { fixed, holds, median, timed, versusq } from './tools.mjs';

/** ms */
const HELP = 150;

export async function bench(_, rounds = 9) {
  const results = [];
  for (let i = 0; i < rounds; i++) {
    const empty = await timed(process.execPath, ['-e', '']);
    const help = await versusq(['compare', '--help']);
    results.push({ empty: empty.seconds * 1000, help: help.seconds * 1000 });
  }
  const at = (name) => median(results.map((r) => r[name]));
  return [
    ['fresh process', 'ms (median)', 'limit', 'holds'],
    ['node -e ""', fixed(at('empty'), 0), '', ''],
    ['versusq compare --help', fixed(at('help'), 0), `${HELP}`, holds(at('help'), HELP)],
  ];
}
