// Every data set's adapter on a miniature in the layout it is published in, and what bad labels are told.
import { join } from 'node:path';
import writeWorkbook from 'write-excel-file/node';
import { describe, expect, it } from 'vitest';
import { DATASETS } from '../../../src/engine/bench/datasets.js';
import { openDataset } from '../../../src/engine/bench/join.js';
import { publishedSrcc } from '../../../src/engine/bench/published.js';
import { annotations, dataset, matFile, put, videos } from './files.js';

/** [name, path below the folder, MOS] of all clips that were joined. */
async function joined(id: string, folder: string, labels: string | null = null) {
  const set = await openDataset(dataset(id), folder, labels && join(folder, labels));
  return {
    ...set,
    found: set.clips.map(({ name, path, mos }) => [name, path.slice(folder.length + 1), mos]),
    file: set.labels.file.slice(folder.length + 1),
  };
}

const LSVQ =
  'name,height,width,mos,frame_number,is_test,is_valid\r\n' +
  'yfcc-batch1/747,480,640,67.75,240,True,True\r\n' +
  'ia-batch24/zoleee.s,360,480,40.5,240,True,True\r\n' +
  'ia-batch3/747,360,480,20.5,240,False,True\r\n';

describe('LSVQ', () => {
  it('takes the test rows, whose names have folders and no extension', async () => {
    const folder = put({
      'labels_train_test.csv': LSVQ,
      ...videos('yfcc-batch1/747.mp4', 'ia-batch3/747.mp4', 'ia-batch24/zoleee.s.mp4'),
    });
    const { found, file } = await joined('lsvq-test', folder);
    expect(file).toBe('labels_train_test.csv');
    expect(found).toEqual([
      ['yfcc-batch1/747', 'yfcc-batch1/747.mp4', 67.75],
      ['ia-batch24/zoleee.s', 'ia-batch24/zoleee.s.mp4', 40.5],
    ]);
  });

  it('1080p takes all rows of its own file', async () => {
    const folder = put({
      'meta/labels_test_1080p.csv': 'name,mos\nyfcc-batch1/722,78.7\nyfcc-batch2/9,50\n',
      ...videos('LSVQ/yfcc-batch1/722.mp4', 'LSVQ/yfcc-batch2/9.mp4'),
    });
    const { found } = await joined('lsvq-1080p', folder);
    expect(found).toEqual([
      ['yfcc-batch1/722', 'LSVQ/yfcc-batch1/722.mp4', 78.7],
      ['yfcc-batch2/9', 'LSVQ/yfcc-batch2/9.mp4', 50],
    ]);
  });
});

describe('KoNViD-1k', () => {
  const names = videos(
    'KoNViD_1k_videos/8129160337.mp4',
    'KoNViD_1k_videos/6947112934_original_centercrop_960x540_8s.mp4',
  );

  it('joins numbers with both ways in which its videos were named', async () => {
    const folder = put({ 'KoNViD_1k_mos.csv': 'flickr_id,mos\n8129160337,3.12\n6947112934,4.18\n', ...names });
    expect((await joined('konvid-1k', folder)).found).toEqual([
      ['8129160337', 'KoNViD_1k_videos/8129160337.mp4', 3.12],
      ['6947112934', 'KoNViD_1k_videos/6947112934_original_centercrop_960x540_8s.mp4', 4.18],
    ]);
  });

  it('reads the attributes where the list of scores is not there', async () => {
    const text =
      'flickr_id,file_name,MOS,SD\n8129160337,8129160337_hd_centercrop_960x540_8s.mp4,3.12,0.6\n' +
      '6947112934,6947112934_original_centercrop_960x540_8s.mp4,4.18,0.5\n';
    const folder = put({ 'KoNViD_1k_metadata/KoNViD_1k_attributes.csv': text, ...names });
    const { found, file } = await joined('konvid-1k', folder);
    expect(file).toBe('KoNViD_1k_metadata/KoNViD_1k_attributes.csv');
    expect(found.map(([name, , mos]) => [name, mos])).toEqual([
      ['8129160337', 3.12],
      ['6947112934', 4.18],
    ]);
  });
});

describe('sets with MATLAB labels', () => {
  it('LIVE-VQC: data.mat with video_list and mos', async () => {
    const mat = matFile([
      { name: 'video_list', strings: ['A001.mp4', 'B213.mp4'] },
      { name: 'mos', numbers: [80.978, 85.93] },
    ]);
    const folder = put({ 'data.mat': mat, ...videos('Video/A001.mp4', 'Video/B213.mp4') });
    expect((await joined('live-vqc', folder)).found).toEqual([
      ['A001.mp4', 'Video/A001.mp4', 80.978],
      ['B213.mp4', 'Video/B213.mp4', 85.93],
    ]);
  });

  it('LIVE-YT-Gaming: LIVEYTGaming.mat with video_list without extensions, MOS, and an index beside', async () => {
    const mat = matFile(
      [
        { name: 'video_list', strings: ['WorldTanks-012', 'ARKSuvivalEvolved-001'] },
        { name: 'MOS', numbers: [44.1, 68.71447486] },
        { name: 'index', numbers: [1, 0] },
      ],
      { compress: true },
    );
    const folder = put({ 'LIVEYTGaming.mat': mat, ...videos('WorldTanks-012.mp4', 'ARKSuvivalEvolved-001.mp4') });
    expect((await joined('live-yt-gaming', folder)).found).toEqual([
      ['WorldTanks-012', 'WorldTanks-012.mp4', 44.1],
      ['ARKSuvivalEvolved-001', 'ARKSuvivalEvolved-001.mp4', 68.71447486],
    ]);
  });
});

describe('YouTube-UGC', () => {
  const workbook = (rows: (string | number | null)[][]): Promise<Buffer> =>
    writeWorkbook([
      { sheet: 'readme', data: [['About this file']] },
      { sheet: 'MOS', data: [['vid', 'category', 'MOS full', 'MOS chunk00'], ...rows] },
    ]).toBuffer();

  it('joins the ids of the sheet MOS with originals and transcodes, and says which have no score', async () => {
    const bytes = await workbook([
      ['Animation_1080P-05f8', 'Animation', 3.901, 3.7],
      ['Vlog_720P-60f8', 'Vlog', 2.5, null],
      ['Vlog_720P-6d56', 'Vlog', null, null],
      ['Sports_2160P-2c06', 'Sports', 4.25, null],
    ]);
    const folder = put({
      'original_videos_MOS_for_YouTube_UGC_dataset.xlsx': bytes,
      ...videos('Animation_1080P-05f8_crf_10_ss_00_t_20.0.mp4', 'h264/Vlog_720P-60f8.mkv', 'Vlog_720P-6d56.mkv'),
    });
    const { found, missing, labels } = await joined('youtube-ugc', folder);
    expect(found).toEqual([
      ['Animation_1080P-05f8', 'Animation_1080P-05f8_crf_10_ss_00_t_20.0.mp4', 3.901],
      ['Vlog_720P-60f8', 'h264/Vlog_720P-60f8.mkv', 2.5],
    ]);
    expect(missing).toEqual([{ name: 'Sports_2160P-2c06', reason: 'no such video' }]);
    expect(labels.skipped).toEqual([{ name: 'Vlog_720P-6d56', reason: expect.stringContaining("'', no number") }]);
  });

  it('a subset is a list of its own, named with --labels', async () => {
    const folder = put({
      'original_videos_MOS_for_YouTube_UGC_dataset.xlsx': 'not read',
      'youtube_ugc_total.json': annotations({ 'Vlog_720P-60f8_crf_10_ss_00_t_20.0.mp4': '2.5' }),
      ...videos('Vlog_720P-60f8_crf_10_ss_00_t_20.0.mp4', 'Vlog_720P-6d56.mkv'),
    });
    const { found } = await joined('youtube-ugc', folder, 'youtube_ugc_total.json');
    expect(found).toEqual([['Vlog_720P-60f8_crf_10_ss_00_t_20.0.mp4', 'Vlog_720P-60f8_crf_10_ss_00_t_20.0.mp4', 2.5]]);
  });

  it('says what is wrong with a workbook that is none', async () => {
    const folder = put({ 'original_videos_MOS_for_YouTube_UGC_dataset.xlsx': 'text', ...videos('a.mp4') });
    await expect(joined('youtube-ugc', folder)).rejects.toThrow(/YouTube_UGC_dataset\.xlsx is no Excel workbook/);
  });
});

describe('LIVE-YT-HFR', () => {
  it("reads the owner's table, which lies on its side, and knows the contents", async () => {
    const text =
      'File Names,1Runner_crf_0_24fps,1Runner_crf_63_120fps,books_crf_12_24fps\nMOS,43.02,49.91,31.5\nstd,12.5,10.6,9\n';
    const folder = put({
      'subject_MOS.csv': text,
      ...videos('1Runner_crf_0_24fps.webm', '1Runner_crf_63_120fps.webm', 'books_crf_12_24fps.webm'),
    });
    const { found, clips } = await joined('live-yt-hfr', folder);
    expect(found.map(([name, , mos]) => [name, mos])).toEqual([
      ['1Runner_crf_0_24fps', 43.02],
      ['1Runner_crf_63_120fps', 49.91],
      ['books_crf_12_24fps', 31.5],
    ]);
    expect(clips.map(({ source }) => source)).toEqual(['1Runner', '1Runner', 'books']);
  });
});

describe("lists in VQAThinker's layout", () => {
  it.each([
    ['lsvq-test', 'LSVQ_whole_test_ds_score.json', 'yfcc-batch1/747.mp4', 'yfcc-batch1/747.mp4'],
    ['lsvq-1080p', 'LSVQ_whole_test_1080p_ds_score.json', 'yfcc-batch1/722.mp4', 'yfcc-batch1/722.mp4'],
    ['konvid-1k', 'Konvid-1k_total_ds_score.json', '8129160337.mp4', '8129160337.mp4'],
    ['live-vqc', 'LIVE-VQC_total_ds_score.json', 'A001.mp4', 'A001.mp4'],
    ['live-yt-gaming', 'LIVE-YT-Gaming_total_score.json', 'WorldTanks-012.mp4', 'WorldTanks-012.mp4'],
    ['waterloo-ivc-4k', 'Waterloo_IVC_4K_total_score.json', 'HEVC_01_960x540_1.mp4', '01'],
    ['vdpve', 'VDPVE_train_score.json', 'A0023_01.mp4', 'A0023'],
    ['youtube-ugc', 'youtube_ugc_total.json', 'Vlog_720P-60f8_crf_10_ss_00_t_20.0.mp4', ''],
    ['cgvds', 'CGVDS_total_score.json', 'Overwatch_30_30fps_640x480_30_300_h264_nvenc.mp4', 'Overwatch'],
    ['live-yt-hfr', 'live_hfr_total_score.json', '1Runner_crf_0_24fps.mp4', '1Runner'],
  ])('%s: %s', async (id, file, name, source) => {
    const folder = put({ [file]: annotations({ [name]: '43.9215071773589' }), ...videos(name) });
    const { clips } = await joined(id, folder);
    expect(clips).toEqual([
      { name, path: join(folder, name), mos: 43.9215071773589, source: source === '' ? name : source },
    ]);
  });
});

describe('the text layout', () => {
  it('reads path, duration, fps and mos; the path may hold commas, or be absolute', async () => {
    const folder = put(videos('a/one, two.mp4', 'b.mkv', 'c.webm'));
    put(
      { 'mine.txt': `# mine\na/one, two.mp4, 8.0, 30, 3.5\n\nb, 10, 25, -1\n${join(folder, 'c.webm')},1,1,2\n` },
      folder,
    );
    expect((await joined('text', folder, 'mine.txt')).found).toEqual([
      ['a/one, two.mp4', 'a/one, two.mp4', 3.5],
      ['b', 'b.mkv', -1],
      [join(folder, 'c.webm'), 'c.webm', 2],
    ]);
  });

  it('names the line that lacks a field', async () => {
    const folder = put({ 'labels.txt': 'a.mp4, 8, 30, 3\nb.mp4, 3\n', ...videos('a.mp4') });
    await expect(joined('text', folder)).rejects.toThrow(/labels\.txt has in line 2 not the four fields/);
  });

  it('serves any set that way', async () => {
    const folder = put({ 'labels.txt': 'x, 1, 1, 3\n', ...videos('x.mp4') });
    expect((await joined('cgvds', folder, 'labels.txt')).found).toEqual([['x', 'x.mp4', 3]]);
  });
});

describe('bad labels', () => {
  const konvid = (csv: string, ...files: string[]) =>
    joined('konvid-1k', put({ 'KoNViD_1k_mos.csv': csv, ...videos(...(files.length ? files : ['1.mp4', '2.mp4'])) }));

  it.each([
    [
      'a missing column',
      'flickr_id,score\n1,2\n',
      /KoNViD_1k_mos\.csv has no column 'mos'; its columns: flickr_id, score/,
    ],
    ['a clip with two scores', 'flickr_id,mos\n1,2\n2,3\n1,4\n', /gives 1 two scores: 2 in line 2, 4 in line 4/],
    ['no usable label', 'flickr_id,mos\n1,NaN\n', /no usable label.*1: the score in line 2 is 'NaN', no number/],
    ['an empty file', '', /has no column 'flickr_id'; its columns: none/],
    ['a quote that never closes', 'flickr_id,mos\n"1,2\n', /no CSV file: the quote that opens in line 2 never closes/],
  ])('%s', async (_, csv, message) => {
    await expect(konvid(csv)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message) as string,
    });
  });

  it('rows without name or number, and repeated rows, are told apart from the rest', async () => {
    const { found, labels } = await konvid('flickr_id,mos\n1,2\n2,inf\n,3\n1,2\n');
    expect(found).toEqual([['1', '1.mp4', 2]]);
    expect(labels.skipped).toEqual([
      { name: '2', reason: "the score in line 3 is 'inf', no number" },
      { name: 'line 4', reason: 'the row has no name' },
      { name: '1', reason: 'line 5 repeats it' },
    ]);
  });

  it('a label with several videos, or none, is missing', async () => {
    const { found, missing } = await konvid('flickr_id,mos\n1,2\n2,3\n3,4\n', '1.mp4', 'x/2.mp4', 'y/2.mp4');
    expect(found).toEqual([['1', '1.mp4', 2]]);
    expect(missing).toEqual([
      { name: '2', reason: 'several videos: x/2.mp4, y/2.mp4' },
      { name: '3', reason: 'no such video' },
    ]);
  });

  it('two labels never share a video', async () => {
    const folder = put({ 'labels.txt': 'a.mp4,1,1,3\na,1,1,4\n', ...videos('a.mp4') });
    const { found, missing } = await joined('text', folder);
    expect(found).toHaveLength(1);
    expect(missing).toEqual([{ name: 'a', reason: 'a.mp4 is the video of a.mp4 already' }]);
  });

  it('without any video, says where it looked', async () => {
    await expect(konvid('flickr_id,mos\n7,2\n')).rejects.toThrow(
      /None of the 1 clips of .*KoNViD_1k_mos\.csv is below/,
    );
  });

  it('says which label file belongs into the folder, and that two are one too many', async () => {
    await expect(joined('konvid-1k', put(videos('1.mp4')))).rejects.toThrow(
      /no label file of KoNViD-1k: put KoNViD_1k_mos\.csv or KoNViD_1k_attributes\.csv or .* --labels/,
    );
    const twice = put({ 'a/data.mat': '', 'b/data.mat': '', ...videos('1.mp4') });
    await expect(joined('live-vqc', twice)).rejects.toThrow(/holds data\.mat 2 times: say which with --labels/);
  });

  it.each([
    ['an unknown kind', 'x.doc', '', /x\.doc is no label file of LIVE-VQC/],
    ['a list without annotations', 'x.json', '{}', /x\.json has no list "annotations"/],
    ['JSON that is cut short', 'x.json', '{"annota', /x\.json is no JSON file/],
    ['a file that is not there', 'gone.json', null, /gone\.json can't be read/],
  ])('%s', async (_, name, content, message) => {
    const folder = put({ ...videos('A001.mp4'), ...(content === null ? {} : { [name]: content }) });
    await expect(joined('live-vqc', folder, name)).rejects.toThrow(message);
  });

  it('a folder that is not there is an error of the folder', async () => {
    await expect(joined('live-vqc', '/nowhere/at/all')).rejects.toMatchObject({ code: 'media/not-found' });
  });
});

describe('published figures', () => {
  it('stand beside the sets that have them, and are empty for the others', () => {
    const known = DATASETS.filter(({ id }) => publishedSrcc(id).length > 0).map(({ id }) => id);
    expect(known).toEqual(DATASETS.slice(0, 7).map(({ id }) => id));
    expect(publishedSrcc('konvid-1k')).toEqual([
      { method: 'VersusQ', srcc: 0.879, source: 'arXiv 2605.21130' },
      { method: 'VQAThinker', srcc: 0.881, source: 'arXiv 2508.06051' },
    ]);
  });
});
