// Names of clips in documents: the first pass over 10,000 lines with 3,000 names, an edit in them (typed letters, with the list of
// references taken each time), the edit that changes how all the rest is read, and a CSV of 50 MB. Bundled as it ships.
//   node test/bench/references.bench.mjs     printed only
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { fixed, holds, median } from './tools.mjs';

const LINES = 10_000;
const NAMES = 3_000;
/** ms: of the issue, for all of the first hints; and for one edit. */
const FIRST_MS = 300;
const EDIT_MS = 5;
/** ms: what one pass may take before the editor is felt to wait; twice the pass's own limit and a collection of garbage. */
const STALL_MS = 100;
const EDITS = 300;
const CSV_MB = 50;

const isNamed = (i) => i % LINES < LINES && Math.floor(((i + 1) * NAMES) / LINES) > Math.floor((i * NAMES) / LINES);
const lines = (named, other) => Array.from({ length: LINES }, (_, i) => (isNamed(i) ? named(i) : other(i)));
const PROSE = 'The grain holds up in the shadows, but the gradient in the sky bands a little from here on';
const DOCUMENTS = {
  json: () =>
    `{ "clips": [\n${lines(
      (i) => `    { "clip": "encodes/scene ${i}/take_${i}.mp4", "score": ${i / 7} },`,
      (i) => `    { "note": "${PROSE}", "at": ${i} },`,
    ).join('\n')}\n{} ] }`,
  yaml: () =>
    `clips:\n${lines(
      (i) => `  - file: encodes/scene ${i}/take_${i}.mp4 # ${i}`,
      (i) => `    note: ${PROSE} (${i})`,
    ).join('\n')}`,
  csv: () =>
    `clip,note,score\n${lines(
      (i) => `encodes/scene ${i}/take_${i}.mp4,"fine, so far",${i}`,
      (i) => `,"${PROSE}",${i}`,
    ).join('\n')}`,
  markdown: () =>
    lines(
      (i) =>
        `- [take ${i}](encodes/take%20${i}.mp4) against \`masters/${i}.mov\``.replace(/ against.*/, i % 2 ? '' : ' *'),
      () => PROSE,
    ).join('\n'),
  xml: () =>
    `<fcpxml>\n${lines(
      (i) => `<asset id="r${i}" src="file:///raid/scene%20${i}/take_${i}.mov" name="r${i}"/>`,
      (i) => `<note id="n${i}">${PROSE}</note>`,
    ).join('\n')}\n</fcpxml>`,
  'xml in an open comment': () => `<!--\n${DOCUMENTS.xml()}`,
  text: () =>
    lines(
      (i) => `${i} encodes/take_${i}.mp4 done`,
      () => PROSE,
    ).join('\n'),
};
/** Typed at the beginning, it changes how all that follows is read; the formats not named have nothing of the kind. */
const TURNS = { json: '/*', yaml: 'x: |\n', markdown: '```\n', csv: 'a;b;c\n', xml: '<!--' };

const timed = (work) => {
  const from = performance.now();
  work();
  return performance.now() - from;
};
/** Milliseconds of CPU of the whole process: other work on the machine does not lengthen them as it does the clock's. */
const computed = (work) => {
  const from = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
};

export async function bench(say, rounds = 5) {
  const folder = mkdtempSync(join(tmpdir(), 'versusq-references-'));
  try {
    const outfile = join(folder, 'references.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('../../src/engine/references/index.ts', import.meta.url))],
      ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', outfile, logLevel: 'warning' },
    });
    const { ReferenceIndex } = await import(pathToFileURL(outfile).href);
    const rows = [
      [
        `${LINES.toLocaleString('en')} lines, ${NAMES.toLocaleString('en')} names`,
        ...[
          'MB',
          'names',
          'first pass, ms',
          'edit, ms (median; of CPU: median, 99 %)',
          'first pass : edit',
          'turn of all the rest, ms (longest pass)',
          'limits',
          'hold',
        ],
      ],
    ];
    for (const [format, make] of Object.entries(DOCUMENTS))
      rows.push(await measure(ReferenceIndex, format, make(), rounds, say));
    rows.push(...(await large(ReferenceIndex, rounds, say)));
    const [head] = rows;
    return rows.map((row) => [...row, ...Array(head.length - row.length).fill('')]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(ReferenceIndex, format, text, rounds, say) {
  const first = [];
  const edits = [];
  const clock = [];
  let count = 0;
  let turn = 0;
  let longest = 0;
  let index;
  for (let round = 0; round < rounds; round++) {
    index = new ReferenceIndex(format.split(' ')[0]);
    first.push(
      timed(() => {
        index.set(text);
        while (index.advance());
        index.references.at(-1);
      }),
    );
    count = index.references.length;
    for (let k = 0; k < EDITS; k++) {
      // places spread over the document, letters typed and taken back
      const start = Math.floor(((k * 7919) % EDITS) * (text.length / EDITS));
      const typed = k % 3 === 0 ? '"' : 'x';
      const edit = () => {
        index.edit([{ start, end: start, text: typed }]);
        index.references.at(-1);
      };
      edits.push(computed(() => clock.push(timed(edit))));
      index.edit([{ start, end: start + 1, text: '' }]);
      while (index.advance());
    }
    if (TURNS[format]) {
      const passes = [timed(() => index.edit([{ start: 0, end: 0, text: TURNS[format] }]))];
      for (let more = index.truncated; more;) passes.push(timed(() => (more = index.advance())));
      turn = passes.reduce((sum, ms) => sum + ms, 0);
      longest = Math.max(...passes);
    }
  }
  edits.sort((a, b) => a - b);
  const [middle, late, wall] = [median(edits), edits[Math.floor(edits.length * 0.99)], median(clock)];
  say(`${format}: first ${fixed(median(first), 1)} ms, edit ${fixed(wall, 3)} ms`);
  return [
    format,
    fixed(text.length / 1e6),
    count,
    fixed(median(first), 1),
    `${fixed(wall, 3)}; ${fixed(middle, 3)}, ${fixed(late, 2)}`,
    fixed(median(first) / wall, 0),
    turn > 0 ? `${fixed(turn, 1)} (${fixed(longest, 1)})` : '',
    `${FIRST_MS}; 99 % ${EDIT_MS}`,
    `${holds(median(first), FIRST_MS)}; ${holds(late, EDIT_MS)}`,
  ];
}

async function large(ReferenceIndex, rounds, say) {
  const line = (i) => `encodes/batch ${i % 97}/take_${i}.mp4,masters/take_${i}.mov,"noted, ${i}",${i / 7}\n`;
  const parts = [];
  for (let i = 0, length = 0; length < CSV_MB * 1e6; i++) length += parts[parts.push(line(i)) - 1].length;
  const text = Buffer.from(parts.join('')).toString();
  const found = { set: [], pass: [], total: [], edit: [], cpu: [] };
  let index;
  for (let round = 0; round < rounds; round++) {
    index = new ReferenceIndex('csv');
    const passes = [];
    found.set.push(timed(() => index.set(text)));
    for (let more = true; more;) passes.push(timed(() => (more = index.advance())));
    found.pass.push(Math.max(found.set.at(-1), ...passes));
    found.total.push(found.set.at(-1) + passes.reduce((sum, ms) => sum + ms, 0));
    for (let k = 0; k < 20; k++) {
      const start = k * 50_000;
      const edit = () => {
        index.edit([{ start, end: start, text: 'x' }]);
        index.references.at(-1);
      };
      found.cpu.push(computed(() => found.edit.push(timed(edit))));
    }
  }
  const longest = median(found.pass);
  say(`csv of ${CSV_MB} MB: longest pass ${fixed(longest, 1)} ms`);
  return [
    [
      `csv of ${CSV_MB} MB, up to the limits (truncated: ${index.truncated})`,
      fixed(text.length / 1e6),
      index.references.length,
      `${fixed(median(found.total), 1)} (longest pass ${fixed(longest, 1)})`,
      `${fixed(median(found.edit), 3)}; ${fixed(median(found.cpu), 3)}, ${fixed(found.cpu.sort((a, b) => a - b)[Math.floor(found.cpu.length * 0.99)])}`,
      '',
      '',
      `pass ${STALL_MS}`,
      holds(longest, STALL_MS),
    ],
  ];
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const row of await bench(console.log)) console.log(`| ${row.join(' | ')} |`);
}
