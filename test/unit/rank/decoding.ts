/** An engine on fakes whose decoder does something first: waits, or fails. */
import type { ClipFacts } from '../../../src/protocol/index.js';
import { fakeEngine } from '../compare/fakes.js';

type Fake = ReturnType<typeof fakeEngine>;

/** `before` is awaited before each decode; where it rejects, the decode does. */
export function decodingEngine(
  before: (facts: ClipFacts, signal: AbortSignal | undefined) => Promise<void> | void,
  settings: Parameters<typeof fakeEngine>[0] = {},
): Fake {
  const { parts, counts, control } = fakeEngine();
  const fake = fakeEngine(settings, {
    createMedia: (ffmpeg) => {
      const media = parts.createMedia(ffmpeg);
      return {
        ...media,
        decode: async (facts, plan, options) => {
          await before(facts, options.signal);
          return media.decode(facts, plan, options);
        },
      };
    },
    loadModel: parts.loadModel,
  });
  return { ...fake, counts, control };
}
