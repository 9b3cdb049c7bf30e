import { describe, expect, it } from 'vitest';
import { clip, decodeAll, media, seriesOf, X264 } from './clips.js';

/** A scene that pans and carries grain, so that no two of its frames are equal. */
const scene = (seconds: number, rate = '25') => [
  '-f',
  'lavfi',
  '-i',
  `mandelbrot=s=320x180:r=${rate}:start_scale=0.6:end_scale=0.05:end_pts=200,trim=duration=${seconds},noise=alls=8:allf=t`,
];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '26', '-pix_fmt', 'yuv420p'];

async function look(path: string) {
  const { facts, line } = await decodeAll(media, path);
  return { ...media.timelineFacts(seriesOf(line), line, facts), fps: facts.fps };
}
const kinds = (events: { kind: string }[]) => [...new Set(events.map((e) => e.kind))].sort();
const made = (filters: string, seconds = 3, rate = '25', ...more: string[]) =>
  clip('mp4', ...scene(seconds, rate), ...(filters === '' ? [] : ['-vf', filters]), ...more, ...H264);

describe('time line', () => {
  it('of a steady scene has no fault', async () => {
    const facts = await look(made(''));
    expect(facts).toMatchObject({
      freezeSeconds: 0,
      droppedFrames: 0,
      repeatedFrames: 0,
      cuts: 0,
      cadence: 'steady',
      events: [],
      covered: 1,
    });
    expect(facts.spatialInformation).toBeGreaterThan(10);
    expect(facts.temporalInformation).toBeGreaterThan(0.5);
  });

  it('finds a freeze of half a second where motion stops and goes on', async () => {
    // Frame 30 is shown 12 times more in place of those that follow it.
    const facts = await look(made("select='not(between(n,31,42))',fps=25:start_time=0,setpts=N/25/TB"));
    expect(kinds(facts.events)).toEqual(['freeze']);
    expect(facts.freezeSeconds).toBeCloseTo(0.48, 1);
    expect(facts.events[0]!.time[0]).toBeCloseTo(31 / 25, 1);
  });

  it('does not take a still title for a freeze', async () => {
    const title =
      "drawbox=x=0:y=0:w=320:h=180:color=blue:t=fill:enable='between(t,1,2)',drawbox=x=60:y=60:w=120:h=50:color=yellow:t=fill:enable='between(t,1,2)'";
    const facts = await look(made(title));
    expect(facts.freezeSeconds).toBe(0);
    expect(facts.repeatedFrames).toBe(0);
    expect(facts.cuts).toBe(2);
  });

  it('does not take a clip that never moves for frozen', async () => {
    const facts = await look(clip('mp4', '-f', 'lavfi', '-i', 'smptebars=s=320x180:r=25:d=2', ...X264));
    expect(facts).toMatchObject({ freezeSeconds: 0, repeatedFrames: 0, cadence: 'steady', events: [] });
  });

  it('counts frames that are missing by their presentation times', async () => {
    const facts = await look(made("select='not(between(n,20,22)+eq(n,50))'", 3, '25', '-vsync', 'vfr'));
    expect(facts.droppedFrames).toBe(4);
    expect(facts.events.filter((e) => e.kind === 'drop').map((e) => e.frames)).toEqual([3, 1]);
  });

  it('counts single repeated frames', async () => {
    const facts = await look(made("select='not(eq(n,20)+eq(n,45))',fps=25:start_time=0"));
    expect(facts.repeatedFrames).toBe(2);
    expect(kinds(facts.events)).toEqual(['repeat']);
    expect(facts.cadence).toBe('steady');
  });

  it.each([
    ['24', '30', '3:2 pulldown'],
    ['24', '60', '3:2 pulldown'],
    ['15', '30', 'every 2nd frame repeated'],
    ['24', '25', 'every 25th frame repeated'],
  ])('names the cadence of %s pictures in %s frames a second', async (from, to, name) => {
    const facts = await look(made(`fps=${to}`, 5, from));
    expect(facts.cadence).toBe(name);
    expect(facts.events).toEqual([]);
  });

  it('finds a cut, which is no fault, and does not take a flash for one', async () => {
    const cut = clip(
      'mp4',
      ...scene(1),
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=320x180:r=25:d=1',
      '-filter_complex',
      '[0][1]concat=n=2',
      ...H264,
    );
    const facts = await look(cut);
    expect(facts).toMatchObject({ cuts: 1, freezeSeconds: 0, droppedFrames: 0 });
    expect(facts.events.find((e) => e.kind === 'cut')!.time[0]).toBeCloseTo(1, 1);
    const flash = await look(made("drawbox=x=0:y=0:w=320:h=180:color=white:t=fill:enable='eq(n,30)'"));
    expect(flash.cuts).toBe(0);
  });

  it('measures flicker, and takes neither a fade nor a cut for it', async () => {
    const steady = await look(made(''));
    const flicker = await look(made("eq=brightness='0.05*(2*mod(n,2)-1)':eval=frame"));
    const fade = await look(made('fade=out:25:40'));
    expect(steady.flicker).toBeLessThan(0.5);
    expect(flicker.flicker).toBeGreaterThan(5);
    expect(flicker.events.map((e) => e.kind)).toContain('flicker');
    expect(fade.flicker).toBeLessThan(1);
    expect(fade.events.map((e) => e.kind)).not.toContain('flicker');
  });
});
