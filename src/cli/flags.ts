/**
 * The engine's sentences name VS Code settings. On the command line the same thing is a flag, and that is what they say here.
 */
import type { DoctorReport, ErrorData, Ranking } from '../protocol/index.js';

const FLAGS: Record<string, string> = {
  ffmpegPath: '--ffmpeg',
  modelPath: '--model',
  device: '--device',
  store: '--no-store',
};

/** How the engine words a setting: its name alone, or with more around it that only fits a setting. */
const SETTING = /(?:\bin )?(?:\b[Tt]he setting )?\bversusq\.(ffmpegPath|modelPath|device|store)\b(?: \(or --\w+\))?/g;

/** "name it in the setting versusq.ffmpegPath" -> "name it with --ffmpeg" */
export function withFlags(sentence: string): string {
  return sentence
    .replace(SETTING, (words, name: string) => `${words.startsWith('in ') ? 'with ' : ''}${FLAGS[name]}`)
    .replace(', or empty it to use', ', or leave it out to use')
    .replace(', from the setting)', ', from --ffmpeg)');
}

export const errorWithFlags = <E extends Pick<ErrorData, 'message'>>(error: E): E => ({
  ...error,
  message: withFlags(error.message),
});

export function reportWithFlags(report: DoctorReport): DoctorReport {
  const items = report.items.map((item) => ({
    ...item,
    found: withFlags(item.found),
    remedy: item.remedy === null ? null : withFlags(item.remedy),
  }));
  return { ...report, items };
}

export function rankingWithFlags(ranking: Ranking): Ranking {
  const clips = ranking.clips.map((clip) => ({ ...clip, error: clip.error && errorWithFlags(clip.error) }));
  return { ...ranking, clips };
}
