/** The doctor's report in lines, in the window's language: what is there, what is missing, how to get it. Names stay as they are. */
import { l10n } from 'vscode';
import type { DoctorReport } from '../protocol/index.js';
import { sentence } from './language.js';

export function doctorText({ versusq, ok, items, devices }: DoctorReport): string {
  const [good, bad, none] = [l10n.t('ok'), l10n.t('MISSING'), '-'];
  const states = Math.max(...[good, bad, none].map(({ length }) => length));
  const names = Math.max(...[...items, ...devices].map(({ name }) => name.length), 0);
  const line = (state: string, name: string, words: string): string =>
    `${state.padEnd(states)}  ${name.padEnd(names)}  ${words}`.trimEnd();
  const lines = [
    ok
      ? l10n.t('VersusQ {0}: everything it needs is there', versusq)
      : l10n.t('VersusQ {0}: something is missing', versusq),
    '',
  ];
  for (const item of items) {
    lines.push(line(item.ok ? good : bad, item.name, labelled(item.found)));
    if (item.remedy !== null) lines.push(line('', '', sentence(item.remedy)));
  }
  lines.push('', l10n.t('Devices the model can run on:'));
  for (const { available, name, note } of devices) lines.push(line(available ? good : none, name, labelled(note)));
  return `${lines.join('\n')}\n`;
}

/** A sentence, or one behind a label: "WebGPU: gives the known answers". */
function labelled(words: string): string {
  const said = sentence(words);
  const at = words.indexOf(': ');
  return said !== words || at < 0 ? said : `${sentence(words.slice(0, at))}: ${sentence(words.slice(at + 2))}`;
}
