/** A data set on disk: its label file found in a folder, its labels joined with the video files below that folder by name. */
import { readdir } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { isVideoName, VersusqError } from '../../protocol/index.js';
import { readLabels, type Dataset, type LabelList } from './datasets.js';
import { labelFault } from './tables.js';

export interface BenchClip {
  /** as in the label file */
  name: string;
  /** absolute */
  path: string;
  /** in the set's own units */
  mos: number;
  /** clips of one source share it */
  source: string;
}

export interface JoinedSet {
  labels: LabelList;
  clips: BenchClip[];
  /** Labels without exactly one video. */
  missing: { name: string; reason: string }[];
}

/** Clips of a set below `folder` (absolute). `labelFile`: the one to read instead of the one found. Errors: `usage`, media/*. */
export async function openDataset(dataset: Dataset, folder: string, labelFile: string | null): Promise<JoinedSet> {
  const files = await filesBelow(folder);
  const labels = await readLabels(dataset, labelFile ?? findLabelFile(dataset, folder, files));
  const index = new VideoIndex(
    files.filter((file) => isVideoName(file)),
    dataset.suffix,
  );
  const clips: BenchClip[] = [];
  const missing: JoinedSet['missing'] = [];
  const taken = new Map<string, string>();
  for (const label of labels.labels) {
    const name = label.names[0]!;
    const found = index.find(label.names.map((text) => (isAbsolute(text) ? relative(folder, text) : text)));
    const owner = found.length === 1 ? taken.get(found[0]!) : undefined;
    if (found.length === 0) missing.push({ name, reason: 'no such video' });
    else if (found.length > 1) missing.push({ name, reason: `several videos: ${found.slice(0, 3).join(', ')}` });
    else if (owner !== undefined) missing.push({ name, reason: `${found[0]!} is the video of ${owner} already` });
    else {
      taken.set(found[0]!, name);
      clips.push({ name, path: join(folder, found[0]!), mos: label.mos, source: sourceOf(dataset, name) });
    }
  }
  if (clips.length === 0) throw noVideos(folder, labels, missing);
  return { labels, clips, missing };
}

function noVideos(folder: string, labels: LabelList, missing: JoinedSet['missing']): VersusqError {
  const first = missing[0] ? ` The first: ${missing[0].name}, ${missing[0].reason}.` : '';
  return new VersusqError(
    'usage',
    `None of the ${labels.labels.length} clips of ${labels.file} is below ${folder}.${first} Give the folder that holds the videos.`,
    { path: folder },
  );
}

/** The content a clip shows: what the set's rule takes from its name, else the name itself. */
function sourceOf(dataset: Dataset, name: string): string {
  return dataset.source?.exec(name.replace(/^.*\//, ''))?.[1] ?? name;
}

/** Paths relative to `folder`, with `/`, in the order of their names. Hidden ones are left out. Errors: `usage`, media/*. */
async function filesBelow(folder: string): Promise<string[]> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true, recursive: true });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const more = { path: folder, cause };
    if (code === 'ENOTDIR') throw new VersusqError('usage', `${folder} is not a folder: bench takes a folder.`, more);
    if (code === 'EACCES') throw new VersusqError('media/no-permission', `${folder} may not be read.`, more);
    throw new VersusqError('media/not-found', `There is no folder ${folder}.`, more);
  }
  const paths = entries
    .filter((e) => !e.isDirectory())
    .map((e) => relative(folder, join(e.parentPath ?? e.path, e.name)));
  return paths
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/(?:^|\/)\./.test(path))
    .sort();
}

/** Error `usage`: no label file of the set in the folder, or the same one in two places. */
function findLabelFile(dataset: Dataset, folder: string, files: readonly string[]): string {
  for (const { file } of dataset.layouts) {
    const found = files.filter((path) => path.replace(/^.*\//, '').toLowerCase() === file.toLowerCase());
    if (found.length === 1) return join(folder, found[0]!);
    if (found.length > 1) throw labelFault(folder, `holds ${file} ${found.length} times: say which with --labels.`);
  }
  const names = dataset.layouts.map(({ file }) => file).join(' or ');
  throw labelFault(folder, `holds no label file of ${dataset.title}: put ${names} there, or name one with --labels.`);
}

/**
 * Videos by the ways a label may name them, the strictest first: path or name with extension, the same without it, and the name
 * with the set's suffix behind it.
 */
class VideoIndex {
  private readonly byEnd = new Map<string, string[]>();
  private readonly byStemEnd = new Map<string, string[]>();
  private readonly bySuffixed = new Map<string, string[]>();

  constructor(videos: readonly string[], suffix: RegExp | undefined) {
    for (const video of videos) {
      const stem = video.slice(0, -extname(video).length);
      for (const end of ends(video)) add(this.byEnd, end, video);
      for (const end of ends(stem)) add(this.byStemEnd, end, video);
      for (const short of suffix ? withoutSuffix(stem, suffix) : []) add(this.bySuffixed, short, video);
    }
  }

  /** Paths of the videos that the first way with any finds. */
  find(names: readonly string[]): string[] {
    const wanted = names.map((name) => name.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, ''));
    // A label's extension may be that of the original while the video was repacked.
    const stems = wanted.map((name) => (isVideoName(name) ? name.slice(0, -extname(name).length) : name));
    const ways: [Map<string, string[]>, string[]][] = [
      [this.byEnd, wanted],
      [this.byStemEnd, wanted],
      [this.byStemEnd, stems],
      [this.bySuffixed, stems],
    ];
    for (const [index, keys] of ways) {
      const found = keys.map((key) => index.get(key)).find((videos) => videos !== undefined);
      if (found) return found;
    }
    return [];
  }
}

/** a/b/c -> a/b/c, b/c, c */
const ends = (path: string): string[] => path.split('/').map((_, i, parts) => parts.slice(i).join('/'));

/** All beginnings of the name that leave a tail the suffix allows. */
function withoutSuffix(stem: string, suffix: RegExp): string[] {
  const name = stem.replace(/^.*\//, '');
  return [...name.matchAll(/_/g)]
    .map(({ index }) => index)
    .filter((at) => suffix.test(name.slice(at)))
    .map((at) => name.slice(0, at));
}

function add(index: Map<string, string[]>, key: string, video: string): void {
  const videos = index.get(key);
  if (videos) videos.push(video);
  else index.set(key, [video]);
}
