// The HTML report: one file, no scripts, strangers' text stays text.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { comparisonPictures, moments } from '../../../src/engine/report/pictures.js';
import { reportHtml, type ReportData } from '../../../src/engine/report/report.js';
import { fakeComparison, fakeFacts, PIXEL } from './fake-engine.js';

const EVIL = '<img src=x onerror="alert(1)">\'"&\x00<script>.mp4';
const empty: ReportData = { title: 't', generated: 'g', versusq: '1', ranking: null, comparisons: [], failures: [] };

function evilReport(): string {
  const comparison = fakeComparison(`/v/${EVIL}5`, '/v/b20.mp4');
  comparison.reasoning = EVIL;
  comparison.alignment.notes = [EVIL];
  comparison.a.codec = EVIL;
  comparison.claims[0]!.regionName = EVIL;
  const clip = { rank: 1, score: 0, interval95: [-1, 1] as [number, number], mainDefect: null, group: null };
  return reportHtml({
    ...empty,
    title: EVIL,
    ranking: {
      ranking: {
        schema: 'versusq.ranking/1',
        folder: EVIL,
        clips: [
          { ...clip, path: EVIL, facts: fakeFacts(EVIL), error: null },
          { ...clip, rank: null, score: null, path: EVIL, facts: null, error: { code: 'internal', message: EVIL } },
        ],
        comparisons: 1,
        inconsistency: 0,
        reference: null,
        provenance: comparison.provenance,
      },
      pictures: new Map([[EVIL, `${PIXEL}" onload="alert(2)`]]),
    },
    comparisons: [
      { comparison, pictures: [{ time: 1, a: 'javascript:alert(1)', b: PIXEL, claim: comparison.claims[0]! }] },
    ],
    failures: [{ a: EVIL, b: EVIL, error: { code: 'internal', message: EVIL } }],
  });
}

describe('the report', () => {
  it('keeps names, reasoning, notes and facts as text', () => {
    const page = evilReport();
    expect(page).not.toMatch(/<script|<img src=x|onerror="|onload="|javascript:/);
    expect(page).not.toContain('\x00');
    expect(page.split('&lt;script&gt;.mp4').length).toBeGreaterThan(8);
  });

  it('takes base64 pictures and no other addresses', () => {
    const sources = [...evilReport().matchAll(/\b(?:src|href)="([^"]*)"/g)].map((m) => m[1]);
    expect(sources).toEqual([PIXEL]);
  });

  it('forbids scripts and outside resources, and allows its own style sheet by hash', () => {
    const page = evilReport();
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
    const policy = /Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'");
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy).toBe(`default-src 'none'; img-src data:; style-src 'sha256-${hash}'`);
    expect(page).not.toMatch(/\sstyle="/);
  });

  it('is the same for the same data', () => {
    expect(evilReport()).toBe(evilReport());
  });

  it('leans the gauge to the side of the better clip', () => {
    const dot = (a: string, b: string): number => {
      const page = reportHtml({ ...empty, comparisons: [{ comparison: fakeComparison(a, b), pictures: [] }] });
      return Number(/<circle[^>]*cx="([\d.]+)"/.exec(page)?.[1]);
    };
    expect(dot('/a40.mp4', '/b10.mp4')).toBeLessThan(320);
    expect(dot('/a10.mp4', '/b40.mp4')).toBeGreaterThan(320);
    expect(dot('/a10.mp4', '/b10.mp4')).toBe(320);
  });

  it('draws values beyond the axis at its end instead of outside', () => {
    const page = reportHtml({
      ...empty,
      comparisons: [{ comparison: fakeComparison('/a9000.mp4', '/b1.mp4'), pictures: [] }],
    });
    const places = [...page.matchAll(/\b(?:c?x[12]?|width)="(-?[\d.]+)"/g)].map((m) => Number(m[1]));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(640);
  });
});

describe('the pictures of a report', () => {
  it('show the claims, those that the measurements support first', () => {
    const c = fakeComparison('/a40.mp4', '/b10.mp4');
    expect(moments(c).map((m) => m.claim?.attribute)).toEqual(['blockiness', 'ringing']);
  });

  it('show the strongest segment where there is no claim, and the middle where there is none', () => {
    const c = { ...fakeComparison('/a40.mp4', '/b10.mp4'), claims: [] };
    expect(moments(c)).toEqual([{ time: 3.5, claim: null }]);
    expect(moments({ ...c, segments: [] })).toEqual([{ time: 2, claim: null }]);
  });

  it('take the same moment of both clips, and nothing where a frame cannot be had', async () => {
    const c = fakeComparison('/a40.mp4', '/b10.mp4');
    c.alignment.offset = 0.5;
    const asked: [string, number][] = [];
    const pictures = await comparisonPictures(c, async (path, time) => {
      asked.push([path, time]);
      if (path.includes('b10')) throw new Error('no frame');
      return PIXEL;
    });
    expect(asked.slice(0, 2)).toEqual([
      ['/a40.mp4', 2.75],
      ['/b10.mp4', 3.25],
    ]);
    expect(pictures[0]).toMatchObject({ a: PIXEL, b: null });
  });
});
