// The reader of MAT-files, against a file that another program wrote and against every variant of the format in use.
import { describe, expect, it } from 'vitest';
import { readMat } from '../../../src/engine/bench/mat.js';
import { matFile, type MatColumn } from './files.js';

/** Written by scipy 1.17.1: savemat with do_compression, a cell array, doubles and a struct. */
const BY_SCIPY =
  'TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IFNhdCBOb3YgMjEgMjE6MTY6MjYgMjAyNgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0PAAAAUgAAAHic42NgYPgBxGxAzAHEjAwQwArlM0PFQJgLiMsyU1Lz43Myi0sg6viA2AJJPwuafkY0cwWgfEcDA0O93AITCvQbEaufHYt+p8NLikD6Ad13DnUPAAAANwAAAHic42NgYPAAYjYg5oDSIMAK5TMDMSMYMzPk5hczcALZEkB89gwQ8IQ4gBUfcIHQDf4OAMdHCOAPAAAAUwAAAHic42NgYNgBxGxAzAHETAwQwArlM8IxC0NmXlo+K5BmgYqB5POAuDwjn4EPSFsgmcOH0xwI4IGKM0P5IPUGSPpZsOhnQdIvAOT5eIa5AgDPxQaZ';

const COLUMNS: MatColumn[] = [
  { name: 'video_list', strings: ['A001.mp4', 'x', 'a longer name.mp4', ''] },
  { name: 'mos', numbers: [80.25, -1, 0, 1e-3] },
];

describe('readMat', () => {
  it('reads what scipy writes', () => {
    const variables = readMat(Buffer.from(BY_SCIPY, 'base64'), 'x.mat');
    expect([...variables.keys()]).toEqual(['video_list', 'mos', 'info']);
    expect(variables.get('video_list')).toMatchObject({
      kind: 'cells',
      dims: [3, 1],
      cells: [{ rows: ['A001.mp4'] }, { rows: ['A002.mp4'] }, { rows: ['Bär.mp4'] }],
    });
    expect(variables.get('mos')).toEqual({ kind: 'numbers', dims: [3, 1], data: Float64Array.of(80.2, 41.5, 63) });
    const info = variables.get('info');
    expect(info?.kind === 'struct' && info.elements[0]?.get('n')).toMatchObject({ data: Float64Array.of(3) });
    expect(info?.kind === 'struct' && info.elements[0]?.get('who')).toMatchObject({ rows: ['LIVE'] });
  });

  it.each([
    ['plain', {}],
    ['compressed', { compress: true }],
    ['in the other byte order', { bigEndian: true }],
    ['both', { compress: true, bigEndian: true }],
  ])('reads cell arrays and numbers, %s', (_, options) => {
    const variables = readMat(matFile(COLUMNS, options), 'x.mat');
    const names = variables.get('video_list');
    expect(names?.kind === 'cells' && names.cells.map((c) => c.kind === 'text' && c.rows[0])).toEqual([
      'A001.mp4',
      'x',
      'a longer name.mp4',
      '',
    ]);
    expect(variables.get('mos')).toMatchObject({ data: Float64Array.of(80.25, -1, 0, 1e-3) });
  });

  it('names the file and the remedy for what it cannot read', () => {
    const hdf5 = Buffer.alloc(512, ' ');
    hdf5.write('MATLAB 7.3 MAT-file, Platform: GLNXA64');
    expect(() => readMat(hdf5, '/d/data.mat')).toThrow(/\/d\/data\.mat is a MATLAB 7\.3 file.* -v7/);
    expect(() => readMat(Buffer.from('hello'), 'data.mat')).toThrow('no MATLAB 5 file');
  });

  it('says that a file is cut short, wherever it is cut', () => {
    const whole = matFile([COLUMNS[1]!]);
    for (const length of [140, 160, 180, whole.length - 8]) {
      expect(() => readMat(whole.subarray(0, length), 'x.mat')).toThrow('cut short');
    }
    const packed = matFile(COLUMNS, { compress: true });
    expect(() => readMat(packed.subarray(0, packed.length - 5), 'x.mat')).toThrow('cut short');
  });
});
