/**
 * Chooses the moments of a comparison worth a picture and gets their frames: the most certain claims, else the segment with
 * the largest margin, else the middle. A frame that can't be had is null and never fails the report.
 */
import type { Claim, Comparison, MomentPictures, Ranking } from './types.js';
import { timeInB } from '../../protocol/index.js';

/** Width of a picture in the report, pixels. */
const PICTURE_WIDTH = 480;
const ROW_WIDTH = 160;
const MOMENTS = 2;

/** Gives a frame as data URI; seconds on the clip's time line, width in pixels. */
export type GetThumbnail = (path: string, time: number, width: number) => Promise<string>;

/** Times on A's time line, with the claim each shows. */
export function moments(comparison: Comparison): { time: number; claim: Claim | null }[] {
  const claims = [...comparison.claims]
    .sort((x, y) => Number(y.supported) - Number(x.supported) || y.confidence * y.severity - x.confidence * x.severity)
    .slice(0, MOMENTS)
    .map((claim) => ({ time: (claim.time[0] + claim.time[1]) / 2, claim }));
  const chosen: { time: number; claim: Claim | null }[] = [];
  for (const moment of claims) {
    if (!chosen.some((m) => m.time === moment.time)) chosen.push(moment);
  }
  if (chosen.length > 0) return chosen;
  const segment = [...comparison.segments].sort((x, y) => Math.abs(y.margin) - Math.abs(x.margin))[0];
  const { a, b } = comparison;
  const time = segment ? (segment.time[0] + segment.time[1]) / 2 : a.start + Math.min(a.duration, b.duration) / 2;
  return [{ time, claim: null }];
}

export async function comparisonPictures(comparison: Comparison, get: GetThumbnail): Promise<MomentPictures[]> {
  const pictures: MomentPictures[] = [];
  for (const { time, claim } of moments(comparison)) {
    const [a, b] = await Promise.all([
      orNull(get(comparison.a.path, time, PICTURE_WIDTH)),
      orNull(get(comparison.b.path, timeInB(time, comparison.alignment), PICTURE_WIDTH)),
    ]);
    pictures.push({ time, a, b, claim });
  }
  return pictures;
}

/** Relative path -> data URI of the frame in the middle. */
export async function rankingPictures(ranking: Ranking, get: GetThumbnail): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const clip of ranking.clips) {
    if (clip.facts === null) continue;
    const uri = await orNull(get(clip.facts.path, clip.facts.start + clip.facts.duration / 2, ROW_WIDTH));
    if (uri !== null) pictures.set(clip.path, uri);
  }
  return pictures;
}

async function orNull(uri: Promise<string>): Promise<string | null> {
  try {
    return await uri;
  } catch {
    return null;
  }
}
