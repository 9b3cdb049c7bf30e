/**
 * Where the clips and references of a config really are. Names are judged by their letters when the config is read (config.ts); links
 * may still lead elsewhere, nowhere, or from a clip to itself.
 */
import { realpath, stat } from 'node:fs/promises';
import { say, type ErrorData } from '../../../protocol/index.js';
import { isInside } from '../../paths.js';

/** itself: it is the clip that it is to judge, which any limit would pass. */
export type ReferenceState = 'there' | 'missing' | 'outside' | 'itself';

interface Place {
  /** Without links; null: not known. */
  real: string | null;
  isFile: boolean;
  /** A link whose target is missing, or that leads in a circle. */
  lost: boolean;
}

/** Paths are absolute; each is looked at once. */
export class Places {
  private readonly known = new Map<string, Promise<Place>>();

  private constructor(private readonly root: string) {}

  static async in(folder: string): Promise<Places> {
    return new Places(await realpath(folder).catch(() => folder));
  }

  /** Why a clip that a rule matches can't be judged; null: it may be read. */
  async troubleOf(clip: string): Promise<ErrorData | null> {
    const place = await this.look(clip);
    if (place.lost)
      return { code: 'media/not-found', message: say`it is a link to a file that is not there.`, path: clip };
    return this.leadsOut(place)
      ? {
          code: 'usage',
          message: say`it is a link that leads out of the folder of the config, which is not allowed.`,
          path: clip,
        }
      : null;
  }

  async stateOf(reference: string, clip: string): Promise<ReferenceState> {
    const place = await this.look(reference);
    if (!place.isFile) return 'missing';
    if (this.leadsOut(place)) return 'outside';
    return place.real !== null && place.real === (await this.look(clip)).real ? 'itself' : 'there';
  }

  private leadsOut({ real }: Place): boolean {
    return real !== null && !isInside(this.root, real);
  }

  private look(path: string): Promise<Place> {
    const known = this.known.get(path) ?? lookAt(path);
    this.known.set(path, known);
    return known;
  }
}

async function lookAt(path: string): Promise<Place> {
  const isFile = await stat(path).then(
    (s) => s.isFile(),
    () => false,
  );
  try {
    return { real: await realpath(path), isFile, lost: false };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { real: null, isFile, lost: code === 'ENOENT' || code === 'ELOOP' }; // some drives tell no real place
  }
}
