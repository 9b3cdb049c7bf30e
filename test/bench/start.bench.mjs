// How fast the command starts when it has nothing to compute, against an empty Node program.
import { fixed, holds, median, timed, versusq } from './tools.mjs';

const ROUNDS = 9;
/** ms */
const HELP = 150;

export async function bench() {
  const rounds = [];
  for (let i = 0; i < ROUNDS; i++) {
    const empty = await timed(process.execPath, ['-e', '']);
    const help = await versusq(['compare', '--help']);
    rounds.push({ empty: empty.seconds * 1000, help: help.seconds * 1000 });
  }
  const at = (name) => median(rounds.map((r) => r[name]));
  return [
    ['fresh process', 'ms (median)', 'limit', 'holds'],
    ['node -e ""', fixed(at('empty'), 0), '', ''],
    ['versusq compare --help', fixed(at('help'), 0), `${HELP}`, holds(at('help'), HELP)],
  ];
}
