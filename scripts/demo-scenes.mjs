// Two scenes of the project's own, drawn pixel by pixel in plain JavaScript: a coast in evening light and a city at night. The
// camera moves and everything is textured, so that encoders have work and defects show. Same picture on every machine.
//   node scripts/demo-scenes.mjs coast 800 450 25 100     writes 100 frames as rgb24 to stdout
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const NOISE = 256;
const noise = makeNoise();

/** Tileable lattice of pseudo-random values 0..1. */
function makeNoise() {
  const values = new Float32Array(NOISE * NOISE);
  let state = 20260521;
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 32;
  }
  return values;
}
const cell = (x, y) => noise[(y & (NOISE - 1)) * NOISE + (x & (NOISE - 1))];

/** Smooth value noise at (x, y), 0..1. */
function smooth(x, y) {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  let fx = x - ix;
  let fy = y - iy;
  fx *= fx * (3 - 2 * fx);
  fy *= fy * (3 - 2 * fy);
  const top = cell(ix, iy) + (cell(ix + 1, iy) - cell(ix, iy)) * fx;
  const bottom = cell(ix, iy + 1) + (cell(ix + 1, iy + 1) - cell(ix, iy + 1)) * fx;
  return top + (bottom - top) * fy;
}

/** Fractal sum of `octaves`, about 0..1. */
function fractal(x, y, octaves) {
  let sum = 0;
  let weight = 0.5;
  for (let i = 0; i < octaves; i++) {
    sum += weight * smooth(x, y);
    x = x * 2.03 + 17;
    y = y * 2.03 + 9;
    weight /= 2;
  }
  return sum;
}
const mix = (a, b, t) => a + (b - a) * t;
const clamp = (v) => (v < 0 ? 0 : v > 1 ? 1 : v);

/** Evening coast: clouds, two ridges, glittering water, grass that sways. x 0..16, y 0..9 downwards, t seconds. */
function coast(x, y, t, out) {
  const HORIZON = 5.1;
  const sky = clamp(y / HORIZON);
  let [r, g, b] = [mix(0.24, 0.98, sky ** 1.4), mix(0.4, 0.72, sky ** 1.2), mix(0.68, 0.5, sky)];
  if (y < HORIZON) {
    const far = x * 0.5 + t * 0.22;
    const near = x * 0.42 + t * 0.5 + 40;
    if (y > 2.9 && y > 6.1 - 3.2 * fractal(near, 7.5, 6)) {
      const rock = fractal(near * 7, y * 6, 5);
      const tree = smooth(near * 30, y * 22) * 0.16;
      [r, g, b] = [0.12 + rock * 0.3 - tree * 0.5, 0.16 + rock * 0.26 + tree * 0.4, 0.13 + rock * 0.16];
    } else if (y > 2.6 && y > 4.9 - 2.3 * fractal(far, 2.5, 5) ** 1.3) {
      const rock = fractal(far * 5, y * 4, 4);
      [r, g, b] = [0.42 + rock * 0.22, 0.36 + rock * 0.14, 0.46 + rock * 0.1];
    } else {
      const sun = Math.hypot(x - 10.5, y - 3.6);
      const glow = Math.exp(-sun * 0.55) * 0.5 + (sun < 0.5 ? 0.5 : 0);
      const cloud = clamp((fractal(x * 0.35 + t * 0.12, y * 1.1 + 3, 5) - 0.42) * 3.2);
      const lit = 0.75 + 0.25 * fractal(x * 1.4 + t * 0.12, y * 3, 3);
      r = mix(r, 1.0 * lit, cloud * 0.8) + glow * 0.5;
      g = mix(g, 0.8 * lit, cloud * 0.8) + glow * 0.38;
      b = mix(b, 0.74 * lit, cloud * 0.8) + glow * 0.12;
    }
  } else {
    const depth = (y - HORIZON) / (9 - HORIZON);
    const scale = 1 / (0.06 + depth);
    const wave = fractal((x - 8) * scale * 0.9 + t * 0.5, scale * 9 + t * 1.1, 4);
    const ripple = smooth((x - 8) * scale * 4 - t * 0.8, scale * 34 + t * 2.2);
    const mirror = clamp(1 - depth * 1.1);
    [r, g, b] = [mix(0.06, 0.7, mirror), mix(0.2, 0.55, mirror), mix(0.3, 0.5, mirror)];
    const light = (wave - 0.5) * 0.55 + (ripple - 0.5) * 0.2;
    const path = Math.exp(-(((x - 10.5) / (0.7 + depth * 2.4)) ** 2)) * clamp((ripple * wave - 0.24) * 9);
    r += light + path * 0.9;
    g += light + path * 0.7;
    b += light * 0.9 + path * 0.35;
    const ground = x * 0.9 + t * 1.4;
    const sway = Math.sin(t * 2.1 + x * 0.8) * 0.1 * (9 - y);
    const blade = y < 7.4 ? 0 : fractal((ground + sway) * 9, 1.5, 2) * 1.5 + fractal(ground * 0.6, 11, 2) * 0.9;
    if (y > 9.3 - blade) {
      const leaf = smooth((ground + sway) * 26, y * 1.4);
      const tip = clamp((y - (9.3 - blade)) * 1.3);
      [r, g, b] = [0.62 * leaf * (1.1 - tip * 0.6), 0.56 * leaf * (1.15 - tip * 0.5) + 0.04, 0.2 * leaf];
    }
  }
  [out[0], out[1], out[2]] = [r, g, b];
}

/** City at night: three rows of houses with lit windows, wet street with lights that move. Same units. */
function city(x, y, t, out) {
  const STREET = 6.9;
  let [r, g, b] = [0.05 + y * 0.035, 0.07 + y * 0.02, 0.17 + y * 0.03];
  const haze = fractal(x * 0.3 + t * 0.08, y * 0.7, 4);
  [r, g, b] = [r + haze * 0.08, g + haze * 0.05, b + haze * 0.1];
  const seen = y < STREET ? y : STREET - (y - STREET) * 1.5 - 0.25 * smooth(x * 3, y * 22 - t * 0.4);
  for (let row = 2; row >= 0; row--) {
    const width = 1.15 + row * 0.55;
    const along = x / width + t * (0.12 + row * 0.16) + row * 31;
    const house = Math.floor(along);
    const height = 1.6 + cell(house, row) * (4.6 - row * 0.9);
    const roof = STREET - height - (cell(house, row + 5) > 0.6 && Math.abs(along - house - 0.5) < 0.03 ? 0.7 : 0);
    if (seen < roof) continue;
    const inside = along - house;
    const dark = 0.05 + row * 0.035;
    const stone = fractal(along * 24, seen * 24, 3) * 0.09;
    [r, g, b] = [dark + stone + 0.03, dark + stone, dark + stone + 0.05 - row * 0.012];
    const columns = 4 + Math.floor(cell(house, row + 9) * 4);
    const [wx, wy] = [inside * columns, (seen - roof) * (3.4 - row * 0.7)];
    const [fx, fy] = [wx - Math.floor(wx), wy - Math.floor(wy)];
    if (inside > 0.04 && inside < 0.96 && fx > 0.24 && fx < 0.78 && fy > 0.28 && fy < 0.8) {
      const lamp = cell(Math.floor(wx) + house * 11, Math.floor(wy) + row * 37);
      const shade = 0.65 + 0.35 * smooth(wx * 6, wy * 5);
      if (lamp > 0.52) {
        const warm = cell(Math.floor(wx) + house * 5, Math.floor(wy) + 90);
        [r, g, b] = [shade, shade * mix(0.62, 0.95, warm), shade * mix(0.25, 0.95, warm * warm)];
      } else {
        [r, g, b] = [r * 0.6, g * 0.7, b * 0.9];
      }
    }
    break;
  }
  if (y > STREET) {
    const depth = (y - STREET) / (9 - STREET);
    const asphalt = fractal((x + t * 1.6) * (5 - depth * 2), y * 9, 4);
    const wet = 0.42 * (1 - depth * 0.6);
    [r, g, b] = [mix(asphalt * 0.22, r, wet), mix(asphalt * 0.22, g, wet), mix(asphalt * 0.28, b, wet)];
    for (const [lane, speed, red, green, blue] of [
      [7.55, -3.1, 1, 0.92, 0.75],
      [8.3, 4.2, 1, 0.16, 0.1],
    ]) {
      const across = (((x + t * speed) % 3.7) + 3.7) % 3.7;
      const near = Math.hypot(across - 1.8, (y - lane) * 1.6);
      const streak =
        Math.exp(-Math.abs(across - 1.8) * 5) * Math.exp(-Math.max(0, y - lane) * 2.5) * (y > lane ? 0.5 : 0);
      const light = Math.exp(-near * 5.5) + (near < 0.11 ? 0.9 : 0) + streak * (0.6 + asphalt * 0.8);
      [r, g, b] = [r + light * red, g + light * green, b + light * blue];
    }
  }
  [out[0], out[1], out[2]] = [r, g, b];
}

export const SCENES = { coast, city };

/** Draws one frame as rgb24. */
export function drawFrame(scene, width, height, t) {
  const frame = Buffer.alloc(width * height * 3);
  const colour = [0, 0, 0];
  const unit = 16 / width;
  for (let py = 0, i = 0; py < height; py++) {
    for (let px = 0; px < width; px++, i += 3) {
      scene((px + 0.5) * unit, (py + 0.5) * unit, t, colour);
      frame[i] = clamp(colour[0]) * 255 + 0.5;
      frame[i + 1] = clamp(colour[1]) * 255 + 0.5;
      frame[i + 2] = clamp(colour[2]) * 255 + 0.5;
    }
  }
  return frame;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, width, height, rate, frames] = process.argv.slice(2);
  for (let i = 0; i < Number(frames); i++) {
    const frame = drawFrame(SCENES[name], Number(width), Number(height), i / Number(rate));
    if (!process.stdout.write(frame)) await once(process.stdout, 'drain');
  }
}
