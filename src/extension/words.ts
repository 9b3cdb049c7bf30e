/** The words of stations of the way of the data, for progress texts, and of attributes, in the language of the window. */
import { l10n } from 'vscode';
import { ffmpegName, short } from '../engine/report/words.js';
import type { AttributeName, Provenance, Station } from '../protocol/index.js';
import { decimals } from './language.js';

const STATION_WORDS: Record<Station, string> = {
  probe: l10n.t('reading the files'),
  plan: l10n.t('planning where to look'),
  decode: l10n.t('decoding'),
  encode: l10n.t('measuring'),
  compare: l10n.t('comparing'),
  explain: l10n.t('writing the reasoning'),
  proxy: l10n.t('making a copy for playback'),
  rank: l10n.t('ranking'),
};

export function stationWord(station: Station): string {
  return STATION_WORDS[station];
}

const ATTRIBUTE_WORDS: Record<AttributeName, string> = {
  sharpness: l10n.t('sharpness'),
  noise: l10n.t('noise'),
  blockiness: l10n.t('blockiness'),
  ringing: l10n.t('ringing'),
  banding: l10n.t('banding'),
  colour: l10n.t('colour'),
  exposure: l10n.t('exposure'),
  contrast: l10n.t('contrast'),
  flicker: l10n.t('flicker'),
  smoothness: l10n.t('smoothness'),
  interlacing: l10n.t('interlacing'),
  transmission: l10n.t('transmission'),
  framing: l10n.t('framing'),
};

export function attributeWord(attribute: AttributeName): string {
  return ATTRIBUTE_WORDS[attribute];
}

/** "Model versusq-mini 1.0 on cpu, 2.4 s, clips from the store; ffmpeg 5.1; versusq 0.1.0" */
export function provenanceWords(p: Provenance): string {
  const { total } = p.timings;
  const parts = [l10n.t('Model {0} {1} on {2}', p.model.name, p.model.version, p.device)];
  if (total !== undefined) parts.push(`${decimals(short(total / 1000, total < 1000 ? 2 : 1))} s`);
  if (p.cached.margin) parts.push(l10n.t('from the store'));
  else if (p.cached.a && p.cached.b) parts.push(l10n.t('clips from the store'));
  return [parts.join(', '), ffmpegName(p.ffmpeg), `versusq ${p.versusq}`].join('; ');
}
