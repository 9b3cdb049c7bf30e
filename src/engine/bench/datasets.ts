/**
 * The data sets of the two papers: which label files each is published with, which columns name the clip and its mean opinion
 * score (MOS), and how names become video files. The lists in JSON are those of VQAThinker's public code
 * (clh124/VQAThinker, test/json_files), which hold all ten sets in one layout. docs/benchmarks.md says where each comes from.
 */
import { basename, extname } from 'node:path';
import {
  labelFault,
  readCsvTable,
  readJsonTable,
  readMatTable,
  readSheetTable,
  readSidewaysTable,
  readTextTable,
  type Table,
} from './tables.js';

/** How a label file is laid out. Names of columns are compared without regard to case. */
export interface LabelLayout {
  /** Name of the published file, as the owner gives it. */
  file: string;
  read(path: string): Promise<Table>;
  /** Columns that may name the clip: the first that is there; further ones are other names of it. */
  names: string[];
  score: string;
  /** Keeps the rows that belong to the set. */
  only?: { column: string; is: RegExp };
}

export interface Dataset {
  id: string;
  title: string;
  /** Clips in the published set; null where papers use different subsets. */
  clips: number | null;
  layouts: LabelLayout[];
  /** What may follow a label's name in the video's name, before the extension. */
  suffix?: RegExp;
  /** The content a clip was made from, where several clips share one: bootstrap draws these. Applied to the clip's name. */
  source?: RegExp;
  /** What a reader of the result should know: subsets, unseen files. */
  note: string;
}

export interface Label {
  /** Names of the clip, the first for reports. */
  names: string[];
  mos: number;
}

export interface LabelList {
  file: string;
  labels: Label[];
  /** Rows that carry no usable label. */
  skipped: { name: string; reason: string }[];
}

const json = (file: string): LabelLayout => ({ file, read: readJsonTable, names: ['image_id'], score: 'score' });
const csv = (file: string, names: string[], score: string): LabelLayout => ({ file, read: readCsvTable, names, score });
const mat = (file: string): LabelLayout => ({ file, read: readMatTable, names: ['video_list'], score: 'mos' });

const TEXT: LabelLayout = { file: 'labels.txt', read: readTextTable, names: ['path'], score: 'mos' };
const UNSEEN = "The owner's own label file was not seen: the list in VQAThinker's layout is read, or text.";

export const DATASETS: readonly Dataset[] = [
  {
    id: 'lsvq-test',
    title: 'LSVQ test',
    clips: 7182,
    layouts: [
      { ...csv('labels_train_test.csv', ['name'], 'mos'), only: { column: 'is_test', is: /^(?:true|1(?:\.0)?)$/i } },
      json('LSVQ_whole_test_ds_score.json'),
    ],
    note: 'The rows of labels_train_test.csv that is_test marks.',
  },
  {
    id: 'lsvq-1080p',
    title: 'LSVQ 1080p',
    clips: 3573,
    layouts: [csv('labels_test_1080p.csv', ['name'], 'mos'), json('LSVQ_whole_test_1080p_ds_score.json')],
    note: 'All rows of labels_test_1080p.csv.',
  },
  {
    id: 'konvid-1k',
    title: 'KoNViD-1k',
    clips: 1200,
    layouts: [
      csv('KoNViD_1k_mos.csv', ['flickr_id'], 'mos'),
      csv('KoNViD_1k_attributes.csv', ['flickr_id', 'file_name'], 'MOS'),
      json('Konvid-1k_total_ds_score.json'),
    ],
    suffix: /^_.*centercrop.*$/i,
    note: 'Videos are named by flickr_id, in the first release with what was cut from the original behind it.',
  },
  {
    id: 'live-vqc',
    title: 'LIVE-VQC',
    clips: 585,
    layouts: [mat('data.mat'), json('LIVE-VQC_total_ds_score.json')],
    note: 'All clips of data.mat.',
  },
  {
    id: 'live-yt-gaming',
    title: 'LIVE-YT-Gaming',
    clips: 600,
    layouts: [mat('LIVEYTGaming.mat'), json('LIVE-YT-Gaming_total_score.json')],
    note: 'All clips of LIVEYTGaming.mat.',
  },
  {
    id: 'waterloo-ivc-4k',
    title: 'Waterloo-IVC-4K',
    clips: 1200,
    layouts: [json('Waterloo_IVC_4K_total_score.json')],
    source: /^[^_]+_(\d+)_/,
    note: UNSEEN,
  },
  {
    id: 'vdpve',
    title: 'VDPVE',
    clips: 839,
    layouts: [json('VDPVE_train_score.json')],
    source: /^([^_]+)_/,
    note: `The training part, which VQAThinker's test code names. ${UNSEEN}`,
  },
  {
    id: 'youtube-ugc',
    title: 'YouTube-UGC',
    clips: null,
    layouts: [
      {
        file: 'original_videos_MOS_for_YouTube_UGC_dataset.xlsx',
        read: (path) => readSheetTable(path, 'MOS'),
        names: ['vid'],
        score: 'MOS full',
      },
      json('youtube_ugc_total.json'),
    ],
    suffix: /^_crf_\d+_ss_[\d.]+_t_[\d.]+$/,
    note: 'Papers use different subsets (1,380, 1,147 and 1,020 clips; VQAThinker 1,020): compare only with the same list.',
  },
  {
    id: 'cgvds',
    title: 'CGVDS',
    clips: 357,
    layouts: [json('CGVDS_total_score.json')],
    source: /^([^_]+)_/,
    note: UNSEEN,
  },
  {
    id: 'live-yt-hfr',
    title: 'LIVE-YT-HFR',
    clips: 480,
    layouts: [
      { file: 'subject_MOS.csv', read: readSidewaysTable, names: ['File Names'], score: 'MOS' },
      json('live_hfr_total_score.json'),
    ],
    source: /^(.+?)_crf_/,
    note: 'subject_MOS.csv lies on its side: one column a clip.',
  },
  {
    id: 'text',
    title: 'Text list',
    clips: null,
    layouts: [TEXT],
    note: 'Any set: lines of path, duration, fps, mos, without a header.',
  },
];

/** How `path` is to be read for the set: the layout of that file name, else the set's for that extension, else text for .txt. */
export function layoutFor(dataset: Dataset, path: string): LabelLayout {
  const name = basename(path).toLowerCase();
  const kind = extname(name);
  const layouts = dataset.layouts;
  const found =
    layouts.find(({ file }) => file.toLowerCase() === name) ??
    layouts.find(({ file }) => extname(file).toLowerCase() === kind) ??
    (kind === '.json' ? json(name) : kind === '.txt' ? TEXT : undefined);
  if (found) return found;
  const files = layouts.map(({ file }) => file).join(', ');
  throw labelFault(path, `is no label file of ${dataset.title}: it reads ${files}, .json and .txt.`);
}

/**
 * The labels of a file. Rows without name or number are kept apart with their reason. Error `usage`, naming the file: a column
 * is missing, no row is usable, or one clip has two different scores.
 */
export async function readLabels(dataset: Dataset, path: string): Promise<LabelList> {
  const layout = layoutFor(dataset, path);
  const table = await layout.read(path);
  const cell = cellReader(table, layout, path);
  const labels: Label[] = [];
  const skipped: LabelList['skipped'] = [];
  const seen = new Map<string, { mos: number; where: string }>();
  for (const [i, row] of table.rows.entries()) {
    const { names, score, belongs } = cell(row);
    if (!belongs) continue;
    const where = table.rowName(i);
    const [name] = names;
    const mos = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(score) ? Number(score) : NaN;
    if (name === undefined) skipped.push({ name: where, reason: 'the row has no name' });
    else if (!Number.isFinite(mos)) skipped.push({ name, reason: `the score in ${where} is '${score}', no number` });
    else if (!seen.has(name)) labels.push({ names, mos });
    else if (seen.get(name)!.mos === mos) skipped.push({ name, reason: `${where} repeats it` });
    else {
      const first = seen.get(name)!;
      throw labelFault(path, `gives ${name} two scores: ${first.mos} in ${first.where}, ${mos} in ${where}.`);
    }
    if (name !== undefined && Number.isFinite(mos) && !seen.has(name)) seen.set(name, { mos, where });
  }
  if (labels.length === 0) {
    const first = skipped[0] ? ` The first: ${skipped[0].name}: ${skipped[0].reason}.` : '';
    throw labelFault(path, `holds no usable label.${first}`);
  }
  return { file: path, labels, skipped };
}

interface RowParts {
  names: string[];
  score: string;
  belongs: boolean;
}

function cellReader(table: Table, layout: LabelLayout, path: string): (row: string[]) => RowParts {
  const known = table.columns.map((name) => name.toLowerCase());
  const find = (name: string): number => known.indexOf(name.toLowerCase());
  const need = (name: string): number => {
    const at = find(name);
    const there = table.columns.filter((column) => column !== '').join(', ') || 'none';
    if (at < 0) throw labelFault(path, `has no column '${name}'; its columns: ${shortened(there)}.`);
    return at;
  };
  const names = layout.names.map((name, i) => (i === 0 ? need(name) : find(name))).filter((at) => at >= 0);
  const score = need(layout.score);
  const only = layout.only && { at: need(layout.only.column), is: layout.only.is };
  const text = (row: string[], at: number): string => (row[at] ?? '').trim();
  return (row) => ({
    names: names.map((at) => text(row, at)).filter((name) => name !== ''),
    score: text(row, score),
    belongs: !only || only.is.test(text(row, only.at)),
  });
}

const shortened = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 200)}...`);
