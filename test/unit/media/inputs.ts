/** Pieces of ffmpeg command lines that several tests of this folder share. */

/** A second input: a tone of so many seconds. */
export const tone = (seconds: number): string[] => ['-f', 'lavfi', '-i', `sine=d=${seconds}`];
/** Lossless 10-bit video that says it is PQ in BT.2020. */
export const HDR10 = [
  ...['-pix_fmt', 'yuv420p10le', '-c:v', 'ffv1'],
  // ffmpeg 7 and newer take the tags from the frames, older ones from the options.
  ...['-vf', 'setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc'],
  ...['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'],
];
