// Writes schemas/*.json (JSON Schema, draft 7) and media/versusq.schema.json, which the editor completes `.versusq.json` with, from
// the definitions in src/protocol; the files are committed and ship.
//   node scripts/schemas.mjs            writes them
//   node scripts/schemas.mjs --check    fails when one is not up to date
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('..', import.meta.url);

/** File (relative to the repository) -> text, as it must be. */
export async function schemaFiles() {
  const { buildSync } = createRequire(import.meta.url)('esbuild');
  const entry = fileURLToPath(new URL('src/protocol/index.ts', ROOT));
  const bundle = buildSync({ entryPoints: [entry], bundle: true, format: 'esm', write: false, logLevel: 'error' });
  const source = Buffer.from(bundle.outputFiles[0].contents).toString('base64');
  const { BenchResult, Comparison, Ranking, DoctorReport, ErrorData, GateCheck, GateConfig } = await import(
    `data:text/javascript;base64,${source}`
  );
  const failure = {
    $id: 'versusq.failure/1',
    title: 'VersusQ failure: the line of a pair that could not be compared',
    type: 'object',
    properties: { error: ErrorData },
    required: ['error'],
    additionalProperties: false,
  };
  const { format } = await import('prettier');
  const text = (schema) =>
    format(JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }), {
      parser: 'json',
      printWidth: 120,
    });
  return {
    'schemas/comparison.schema.json': await text(Comparison),
    'schemas/ranking.schema.json': await text(Ranking),
    'schemas/failure.schema.json': await text(failure),
    'schemas/doctor.schema.json': await text(DoctorReport),
    'schemas/bench.schema.json': await text(BenchResult),
    'schemas/check.schema.json': await text(GateCheck),
    'media/versusq.schema.json': await text(GateConfig),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(new URL('schemas/', ROOT), { recursive: true });
  for (const [name, text] of Object.entries(await schemaFiles())) {
    const file = new URL(name, ROOT);
    if (!process.argv.includes('--check')) {
      writeFileSync(file, text);
    } else if (readFileSync(file, 'utf8') !== text) {
      console.error(`${name} is not up to date: run node scripts/schemas.mjs`);
      process.exitCode = 1;
    }
  }
}
