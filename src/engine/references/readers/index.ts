/** The reader of each format. */
import type { ReferenceFormat } from '../../../protocol/index.js';
import type { Reader } from '../reader.js';
import { jsonReader } from './json.js';
import { csvReader, edlReader, ffconcatReader, m3uReader, textReader, tsvReader } from './lists.js';

export const READERS: Record<ReferenceFormat, Reader> = {
  markdown: textReader,
  json: jsonReader,
  jsonl: jsonReader,
  yaml: textReader,
  csv: csvReader,
  tsv: tsvReader,
  xml: textReader,
  mpd: textReader,
  edl: edlReader,
  m3u: m3uReader,
  ffconcat: ffconcatReader,
  html: textReader,
  notebook: jsonReader,
  source: textReader,
  text: textReader,
};
