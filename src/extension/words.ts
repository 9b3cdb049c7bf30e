/** The words of the stations of the way of the data, for progress texts. */
import type { Station } from '../protocol/index.js';

const STATION_WORDS: Record<Station, string> = {
  probe: 'reading the files',
  plan: 'planning where to look',
  decode: 'decoding',
  encode: 'measuring',
  compare: 'comparing',
  explain: 'writing the reasoning',
  proxy: 'making a copy for playback',
  rank: 'ranking',
};

export function stationWord(station: Station): string {
  return STATION_WORDS[station];
}
