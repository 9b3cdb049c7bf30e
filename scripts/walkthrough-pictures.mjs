// Pictures of the walkthrough, cut out of screenshots that the end-to-end tests make. Run it after those were made anew.
// usage: node scripts/walkthrough-pictures.mjs        writes media/walkthrough/{annotations,gates}.png; needs ffmpeg on the PATH
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Pixels; as wide as the other pictures of the walkthrough. */
const WIDTH = 720;
/** Parts of a screenshot, one below the other, as ffmpeg's crop takes them: width:height:x:y in pixels of the 1400x1000 picture. */
const PICTURES = {
  'annotations.png': { from: 'media/screenshots/annotations-dark.png', parts: ['1010:346:48:36'] },
  'gates.png': { from: 'test/screenshots/gates-dark.png', parts: ['1042:136:354:36', '1042:150:354:640'] },
};

for (const [name, { from, parts }] of Object.entries(PICTURES)) {
  const cut = parts.map((part, i) => `[0]crop=${part}[${i}p]`).join(';');
  const joined = parts.length === 1 ? '[0p]null' : `${parts.map((_, i) => `[${i}p]`).join('')}vstack=${parts.length}`;
  const fewColours = `scale=${WIDTH}:-1:flags=lanczos,split[a][b];[a]palettegen=stats_mode=single[c];[b][c]paletteuse=dither=none`;
  const to = join(ROOT, 'media', 'walkthrough', name);
  const filter = `${cut};${joined},${fewColours}`;
  const done = spawnSync('ffmpeg', ['-v', 'error', '-y', '-i', join(ROOT, from), '-filter_complex', filter, to], {
    stdio: 'inherit',
  });
  if (done.status !== 0) throw new Error(`${name} was not made`);
  console.log(`media/walkthrough/${name}`);
}
