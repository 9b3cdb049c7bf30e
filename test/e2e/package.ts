/** Packs the VSIX once for all end-to-end tests: `inject('vsix')` is its path. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { repository } from './environment.js';

declare module 'vitest' {
  interface ProvidedContext {
    vsix: string;
  }
}

export default function pack(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'versusq-e2e-package-'));
  const vsix = join(folder, 'versusq.vsix');
  execFileSync(process.execPath, ['scripts/package.mjs', '--out', vsix], { cwd: repository, stdio: 'pipe' });
  project.provide('vsix', vsix);
  return () => rmSync(folder, { recursive: true, force: true });
}
