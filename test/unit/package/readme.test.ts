// What the README shows of the command is what it prints today: the model in its sample is the one that ships.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const text = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

it('shows a comparison by the model that ships', () => {
  const { name, version } = JSON.parse(text('models/versusq-mini/model.json')) as { name: string; version: string };
  const sample = /<!-- example:compare -->([^]*)<!-- \/example:compare -->/.exec(text('README.md'))?.[1];
  expect(sample).toContain(`Model ${name} ${version} on cpu`);
});
