/**
 * Colour: what a clip's code values mean, and how ffmpeg brings them to 8-bit 4:2:0 without changing more than it must. SDR
 * Y'CbCr keeps its own code values (range and matrix are undone by `colourMatrix`); RGB and HDR come out as limited BT.709.
 */
import type { ClipFacts } from '../../protocol/index.js';
import type { Size } from './types.js';

/** [Kr, Kb] of Rec. ITU-R BT.601, BT.709, BT.2020 and SMPTE 240M. */
const LUMA_WEIGHTS: Record<string, readonly [number, number]> = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
  smpte240m: [0.212, 0.087],
};
/** Unspecified: players take BT.601 for pictures of up to 576 lines (SD) and BT.709 above. */
const SD_LINES = 576;

type ColourFacts = Pick<ClipFacts, 'colour' | 'height' | 'pixelFormat'>;

const isRgb = (facts: ColourFacts) =>
  facts.colour.matrix === 'gbr' || /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|x2rgb|pal8)/.test(facts.pixelFormat);
const isPlanarYuv = (facts: ColourFacts) => /^(yuv[ja]?4\d\dp|gray)/.test(facts.pixelFormat);
const comesAsBt709 = (facts: ColourFacts) => facts.colour.hdr || isRgb(facts);

function matrixName(facts: ColourFacts): string {
  const matrix = facts.colour.matrix ?? '';
  if (matrix.startsWith('bt2020')) return 'bt2020';
  if (matrix === 'bt709' || matrix === 'smpte240m') return matrix;
  if (matrix === 'bt470bg' || matrix === 'smpte170m' || matrix === 'fcc') return 'bt601';
  return facts.height <= SD_LINES ? 'bt601' : 'bt709';
}

/**
 * float32 [3, 4], row-major: decoded code values [Y, U, V, 1] -> full-range BT.709 Y' 0..255, Cb and Cr about 0. The way:
 * Y'CbCr of the source -> R'G'B' -> Y'CbCr of BT.709.
 */
export function colourMatrix(facts: ColourFacts): Float32Array {
  const fixed = comesAsBt709(facts);
  const limited = fixed || facts.colour.range === 'limited';
  const [kr, kb] = LUMA_WEIGHTS[fixed ? 'bt709' : matrixName(facts)]!;
  const kg = 1 - kr - kb;
  const [rr, rb] = LUMA_WEIGHTS['bt709']!;
  const rg = 1 - rr - rb;
  // Columns: contribution of Y', of Pb, of Pr (all in units of 255, Pb and Pr in -0.5..0.5) to R', G', B'.
  const red = [1, 0, 2 * (1 - kr)];
  const blue = [1, 2 * (1 - kb), 0];
  const green = [1, (-2 * kb * (1 - kb)) / kg, (-2 * kr * (1 - kr)) / kg];
  const rows = [0, 1, 2].map((c) => {
    const y = rr * red[c]! + rg * green[c]! + rb * blue[c]!;
    return [y, (blue[c]! - y) / (2 * (1 - rb)), (red[c]! - y) / (2 * (1 - rr))];
  });
  const lumaScale = limited ? 255 / 219 : 1;
  const chromaScale = limited ? 255 / 224 : 1;
  const out = new Float32Array(12);
  for (let row = 0; row < 3; row++) {
    const y = rows[0]![row]! * lumaScale;
    const u = rows[1]![row]! * chromaScale;
    const v = rows[2]![row]! * chromaScale;
    out.set([clean(y), clean(u), clean(v), clean(-(limited ? 16 : 0) * y - 128 * (u + v))], row * 4);
  }
  return out;
}
/** What should be zero is: differences of equal weights leave rounding dust. */
const clean = (x: number) => (Math.abs(x) < 1e-12 ? 0 : x);

/** HDR to SDR: linear light, BT.709 primaries, Hable's curve (the graph gives the same picture from ffmpeg 4 to 9). */
function toneMap(facts: ColourFacts): string {
  const { transfer, primaries, range } = facts.colour;
  const tags = `tin=${transfer ?? 'smpte2084'}:min=2020_ncl:pin=${primaries === 'bt709' ? '709' : '2020'}:rin=${range}`;
  return (
    `zscale=${tags}:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,` +
    'zscale=t=bt709:m=bt709:r=tv,format=yuv420p'
  );
}

/** Range as swscale names it since ever. */
const rangeName = (facts: ColourFacts) => (facts.colour.range === 'full' ? 'pc' : 'tv');

/** How a scaler keeps or sets range and matrix. */
function ranges(facts: ColourFacts): string {
  const own = rangeName(facts);
  if (facts.colour.hdr) return `in_range=${own}:in_color_matrix=bt2020:out_range=tv:out_color_matrix=bt709`;
  if (isRgb(facts)) return 'out_range=tv:out_color_matrix=bt709';
  return `in_range=${own}:out_range=${own}`;
}
const SCALER = 'flags=bicubic+accurate_rnd:sws_dither=none';

/** Filters that make frames of `size` as 8-bit 4:2:0. Same size and format: nothing is touched. */
export function pictureFilters(facts: ColourFacts, size: Size, zscale: boolean): string {
  const target = `${size.width}:${size.height}`;
  if (facts.colour.hdr && zscale) return `${toneMap(facts)},scale=${target}:${SCALER}`;
  return `scale=${target}:${ranges(facts)}:${SCALER},format=yuv420p`;
}

/** Filter that makes what `pictureFilters` gave small by area averages; the code values keep their meaning. */
export function smallFilter(facts: ColourFacts, size: Size): string {
  const range = comesAsBt709(facts) ? 'tv' : rangeName(facts);
  return `scale=${size.width}:${size.height}:in_range=${range}:out_range=${range}:flags=area+accurate_rnd:sws_dither=none`;
}

/**
 * Filters that make 8-bit luma of `size` from every frame, cheaply: the luma plane alone, thinned by whole steps down to about
 * 640 columns, then averaged. HDR is tone mapped after shrinking.
 */
export function lumaFilters(
  facts: ColourFacts & Pick<ClipFacts, 'bitDepth'>,
  frame: Size,
  size: Size,
  zscale: boolean,
): string {
  const target = `${size.width}:${size.height}`;
  const step = Math.floor(Math.min(frame.width / (size.width * 4), frame.height / (size.height * 4)));
  const thin =
    step >= 2 ? `scale=${Math.floor(frame.width / step)}:${Math.floor(frame.height / step)}:KEEP:flags=neighbor,` : '';
  if (comesAsBt709(facts)) {
    const small = `${thin.replace(':KEEP', '')}scale=${target}:flags=bilinear`;
    const sdr = facts.colour.hdr && zscale ? toneMap(facts) : `scale=${target}:${ranges(facts)},format=yuv420p`;
    return `${small},${sdr},extractplanes=y`;
  }
  const planar = isPlanarYuv(facts);
  // Of 8-bit planes the scaler reads the luma alone by itself (a copy of the plane first costs half as much again). ffmpeg 7
  // and newer take every gray picture for full range: named so from end to end, the codes stay what they are.
  const alone = planar && facts.bitDepth === 8 && thin !== '';
  const keep = alone ? 'in_range=pc:out_range=pc' : ranges(facts);
  const small = `scale=${target}:${keep}:flags=bilinear:sws_dither=none`;
  if (alone) return `${thin.replace('KEEP', keep)}format=gray,${small},format=gray`;
  if (planar) return `extractplanes=y,${thin.replace('KEEP', keep)}${small},format=gray`;
  return `${thin.replace('KEEP', keep)}${small},format=yuv420p,extractplanes=y`;
}

/** The same picture for people: full-range BT.601 as JPEG wants it, or limited BT.709 for video. */
export function viewFilters(facts: ColourFacts, size: Size, zscale: boolean, as: 'jpeg' | 'video'): string {
  const target = `${size.width}:${size.height}`;
  const out = as === 'jpeg' ? 'out_range=pc:out_color_matrix=bt601' : 'out_range=tv:out_color_matrix=bt709';
  const format = as === 'jpeg' ? 'yuvj420p' : 'yuv420p';
  const from = comesAsBt709(facts)
    ? facts.colour.hdr && zscale
      ? 'in_range=tv:in_color_matrix=bt709'
      : facts.colour.hdr
        ? `in_range=${rangeName(facts)}:in_color_matrix=bt2020`
        : ''
    : `in_range=${rangeName(facts)}:in_color_matrix=${matrixName(facts)}`;
  const tone = facts.colour.hdr && zscale ? `${toneMap(facts)},` : '';
  return `${tone}scale=${[target, from, out, 'flags=bicubic'].filter((s) => s !== '').join(':')},format=${format},setsar=1`;
}
