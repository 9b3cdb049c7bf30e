import { describe, expect, it } from 'vitest';
import { clip, decodeAll, media, seriesOf, VARIABLE, X264 } from './clips.js';

/** A scene that pans and carries grain, so that no two of its frames are equal. */
const scene = (seconds: number, rate = '25') => [
  '-f',
  'lavfi',
  '-i',
  `mandelbrot=s=320x180:r=${rate}:start_scale=0.6:end_scale=0.05:end_pts=200,trim=duration=${seconds},noise=alls=8:allf=t`,
];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '26', '-pix_fmt', 'yuv420p'];

/** A still page of soft blotches, 1280 x 4800, repeated for as long as frames are wanted. */
const page = (rate: string) =>
  `nullsrc=s=20x75:r=${rate}:d=1,format=gray,geq=lum='118+40*random(1)',scale=1280:4800:flags=bicubic,` +
  `trim=end_frame=1,loop=loop=-1:size=1,setpts=N/(${rate}*TB)`;
/** What a window of 960 x 720 at (x, y) sees of the page, shrunk to a quarter so that it moves by parts of a pixel. */
const moved = (x: string, y: string, seconds = 4, rate = '30') => [
  ...['-f', 'lavfi', '-i', page(rate), '-t', String(seconds)],
  ...['-vf', `crop=960:720:'${x}':'${y}',scale=240:180:flags=area,format=yuv420p`, ...H264],
];

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
    const facts = await look(made("loop=12:1:30,select='not(between(n,43,54))',setpts=N"));
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

  it.each([0.15, 0.3, 0.5])('does not take a pan that turns round %f frames off for repeated frames', async (phase) => {
    const facts = await look(clip('mp4', ...moved(`160+150*cos(PI*(n+${phase})/15)`, '2000', 3)));
    expect(facts).toMatchObject({ repeatedFrames: 0, freezeSeconds: 0, cadence: 'steady', events: [] });
  });

  it.each([
    ['scrolls and stops at once', '(floor(n/24)*6+min(mod(n,24),6))*40'],
    ['slows down before it stops', 'floor(n/40)*400+400*(1-pow(1-min(1,mod(n,40)/20),3))'],
    ['moves by single steps', 'floor(n/8)*60'],
    ['stands still before and after', 'clip(n-30,0,30)*12+clip(n-80,0,30)*12'],
  ])('does not take a screen recording that %s for frozen', async (_, y) => {
    const facts = await look(clip('mp4', ...moved('0', y)));
    expect(facts).toMatchObject({ freezeSeconds: 0, repeatedFrames: 0, cadence: 'steady' });
  });

  it('finds a freeze in a pan, with the frames after it lost or only late', async () => {
    const pan = (y: string) => moved('0', y, 3, '25');
    const lost = await look(clip('mp4', ...pan('10*if(between(n,30,41),30,n)')));
    const late = await look(clip('mp4', ...pan('10*(min(n,30)+max(0,n-42))')));
    for (const facts of [lost, late]) {
      expect(kinds(facts.events)).toEqual(['freeze']);
      expect(facts.events[0]!.time[0]).toBeCloseTo(31 / 25, 1);
      expect(facts).toMatchObject({ cuts: 0, droppedFrames: 0 });
    }
    expect(lost.freezeSeconds).toBeCloseTo(11 / 25, 1);
    expect(late.freezeSeconds).toBeCloseTo(12 / 25, 1);
  });

  it('does not call the jump at the end of a freeze a cut, and loses no freeze by it', async () => {
    // 40 pictures of a slow scene are lost while one is shown for half a second.
    const y = '3*(min(n,30)+max(0,n-42))+if(gt(n,42),200,0)';
    const facts = await look(clip('mp4', ...moved('0', y, 3, '25')));
    expect(kinds(facts.events)).toEqual(['freeze']);
    expect(facts.freezeSeconds).toBeCloseTo(12 / 25, 1);
  });

  it('counts frames that are missing by their presentation times', async () => {
    const facts = await look(made("select='not(between(n,20,22)+eq(n,50))'", 3, '25', ...VARIABLE));
    expect(facts.droppedFrames).toBe(4);
    expect(facts.events.filter((e) => e.kind === 'drop').map((e) => e.frames)).toEqual([3, 1]);
  });

  it.each([
    ['every fifth frame', 'mod(n,5)', 15, '1 of 5 frames missing'],
    ['every third frame', 'mod(n,3)', 25, '1 of 3 frames missing'],
  ])('counts and names %s, missing by the presentation times', async (_, kept, missing, name) => {
    const facts = await look(made(`select='${kept}'`, 3, '25', ...VARIABLE));
    expect(Math.abs(facts.droppedFrames - missing)).toBeLessThanOrEqual(1);
    expect(facts).toMatchObject({ cadence: name, events: [] });
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
    ['20', '25', 'every 5th frame repeated'],
    ['12', '24', 'every 2nd frame repeated'],
  ])('names the cadence of %s pictures in %s frames a second', async (from, to, name) => {
    const facts = await look(made(`fps=${to}`, 5, from));
    expect(facts.cadence).toBe(name);
    expect(facts.events).toEqual([]);
  });

  it('knows film in 25 frames a second from the two repeats of two seconds', async () => {
    const facts = await look(made('fps=25', 2.4, '24'));
    expect(facts).toMatchObject({ cadence: 'every 25th frame repeated', repeatedFrames: 2, events: [] });
  });

  it('calls a rhythm in a small part of the clip irregular', async () => {
    const facts = await look(made("select='not(gt(n,60)*eq(mod(n,3),0))',fps=25:start_time=0", 3));
    expect(facts.cadence).toBe('irregular');
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

  it('does not take a shaking camera for flicker, though it sees darker and brighter parts in turn', async () => {
    const slope = page('25').replace("lum='118+40*random(1)'", "lum='40+5*X+100*random(1)'");
    const shaken = [
      ...['-f', 'lavfi', '-i', slope, '-t', '2'],
      ...['-vf', "crop=960:720:'100+40*mod(n,2)+n':2000,scale=240:180:flags=area,format=yuv420p", ...H264],
    ];
    const facts = await look(clip('mp4', ...shaken));
    expect(facts.flicker).toBeGreaterThan(1);
    expect(kinds(facts.events)).not.toContain('flicker');
  });
});
