/** The reader of each format. */
import type { ReferenceFormat } from '../../../protocol/index.js';
import type { Reader } from '../reader.js';
import { jsonReader } from './json.js';
import { csvReader, edlReader, ffconcatReader, m3uReader, textReader, tsvReader } from './lists.js';
import { markdownReader, notebookReader } from './markdown.js';
import { htmlReader, mpdReader, xmlReader } from './markup.js';
import { sourceReader } from './source.js';
import { yamlReader } from './yaml.js';

export const READERS: Record<ReferenceFormat, Reader> = {
  markdown: markdownReader,
  json: jsonReader,
  jsonl: jsonReader,
  yaml: yamlReader,
  csv: csvReader,
  tsv: tsvReader,
  xml: xmlReader,
  mpd: mpdReader,
  edl: edlReader,
  m3u: m3uReader,
  ffconcat: ffconcatReader,
  html: htmlReader,
  notebook: notebookReader,
  source: sourceReader,
  text: textReader,
};
