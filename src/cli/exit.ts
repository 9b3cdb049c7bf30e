/** Exit codes of DESIGN 3.3: 0 done; 1 a gate or a clip failed; 2 usage; 3 environment; 130 cancelled. */
import type { ErrorCode } from '../protocol/index.js';

export const EXIT = { done: 0, failed: 1, usage: 2, environment: 3, cancelled: 130 } as const;

export function exitCodeOf(code: ErrorCode): number {
  if (code === 'cancelled') return EXIT.cancelled;
  if (code === 'usage') return EXIT.usage;
  return /^(?:ffmpeg|model|device|store)\//.test(code) ? EXIT.environment : EXIT.failed;
}

/** One code for many results: cancelled, then environment, then a failed clip. */
export function worstExit(codes: number[]): number {
  for (const code of [EXIT.cancelled, EXIT.environment, EXIT.usage, EXIT.failed]) {
    if (codes.includes(code)) return code === EXIT.usage ? EXIT.failed : code;
  }
  return EXIT.done;
}
