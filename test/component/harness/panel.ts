/**
 * One compare panel in a real Chromium, with a host of the test's own behind `acquireVsCodeApi`: states go in, intents come
 * out, policy violations and page errors are kept. The state given to `setState` lives over a reload, as in VS Code.
 */
import { chromium, type Browser, type Page } from 'playwright-core';
import type { ComparePanelState, FromPanel } from '../../../src/protocol/index.js';
import { BITS, BOX } from './clips.js';
import { startServer, type TestServer } from './server.js';
import { THEMES, type ThemeName } from './themes.js';

interface PageGlobals {
  posted: FromPanel[];
  violations: string[];
}

export interface FrameSample {
  /** ms of the page's time line */
  now: number;
  /** frame numbers on the screen */
  a: number;
  b: number;
  /** ms that the reading took: a longer one says nothing of `now`. */
  took: number;
  /** Both play at their own rate: no correction runs. */
  steady: boolean;
}

export interface Options {
  theme?: ThemeName;
  width?: number;
  height?: number;
  reducedMotion?: boolean;
  /** As VS Code names it; English where it is left out. */
  language?: string;
}

export class ComponentBrowser {
  private constructor(
    readonly server: TestServer,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<ComponentBrowser> {
    const server = await startServer();
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
        '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
      ],
    });
    return new ComponentBrowser(server, browser);
  }

  /** Opens a panel and waits until it asks for its state. */
  async open(options: Options = {}): Promise<Panel> {
    const panel = await this.openPage('/', options);
    await panel.intent('ready');
    return panel;
  }

  /** The page of a bundle, with a host and a theme, as soon as it is loaded. */
  async openPage(path: string, options: Options = {}): Promise<Panel> {
    const context = await this.browser.newContext({
      viewport: { width: options.width ?? 1100, height: options.height ?? 1000 },
      reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on(
      'console',
      (message) => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`),
    );
    await page.addInitScript(installHost, THEMES[options.theme ?? 'dark']);
    const url = new URL(path, this.server.url);
    if (options.language !== undefined) url.searchParams.set('language', options.language);
    await page.goto(url.href);
    return new Panel(page, errors);
  }

  /** Opens a panel that shows this state. */
  async openWith(state: ComparePanelState, options: Options = {}): Promise<Panel> {
    const panel = await this.open(options);
    await panel.send(state);
    return panel;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
  }
}

export class Panel {
  constructor(
    readonly page: Page,
    readonly errors: string[],
  ) {}

  async send(state: ComparePanelState): Promise<void> {
    await this.page.evaluate((data) => window.postMessage(data, '*'), { type: 'state', state });
    await this.page.locator(`vq-compare-panel main[data-run=${state.run.status}]`).waitFor();
  }

  /** Sends a state and waits until both clips show a picture. */
  async sendAndLoad(state: ComparePanelState, standing = 'paused on matching frames'): Promise<void> {
    await this.send(state);
    await this.page.getByText(standing).waitFor();
  }

  /** Waits for the next intent of a type; those that came already count too. */
  async intent<T extends FromPanel['type']>(type: T): Promise<Extract<FromPanel, { type: T }>> {
    const found = await this.page.waitForFunction(
      (wanted) => (window as unknown as PageGlobals).posted.find((m) => m.type === wanted),
      type,
    );
    return (await found.jsonValue()) as unknown as Extract<FromPanel, { type: T }>;
  }

  intents(): Promise<FromPanel[]> {
    return this.page.evaluate(() => (window as unknown as PageGlobals).posted);
  }

  violations(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as PageGlobals).violations);
  }

  /** What is to be read in an element, shadow trees included (innerText of a host sees only its children outside them). */
  text(selector: string): Promise<string> {
    return this.page.locator(selector).evaluate((element) => {
      const read = (node: Element | ShadowRoot): string =>
        [...node.childNodes]
          .map((child) => {
            if (child instanceof Text) return child.data;
            if (!(child instanceof Element) || child.matches('title, .hidden, vq-icon')) return '';
            const inline = getComputedStyle(child).display.startsWith('inline');
            const words = child.shadowRoot ? read(child.shadowRoot) : '';
            return `${inline ? '' : ' '}${words}${read(child)}${inline ? '' : ' '}`;
          })
          .join('');
      return (element.shadowRoot ? read(element.shadowRoot) : read(element)).replaceAll(/\s+/g, ' ').trim();
    });
  }

  /** Seconds on the transport. */
  async time(): Promise<number> {
    const [minutes, seconds] = (await this.text('vq-transport .time')).split(' ')[0]!.split(':');
    return Number(minutes) * 60 + Number(seconds);
  }

  /** Numbers of the frames that are on the screen, read from the pictures of A and B at one moment. */
  async frames(): Promise<[number, number]> {
    const [sample] = await this.watchFrames(0);
    return [sample!.a, sample!.b];
  }

  /** The same at every refresh of the screen for so long; `now` in ms. */
  watchFrames(milliseconds: number): Promise<FrameSample[]> {
    return this.page.evaluate(
      async ([box, bits, wait]) => {
        const end = performance.now() + wait;
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [bits * 4, 4];
        const context = canvas.getContext('2d', { willReadFrequently: true })!;
        const read = (video: HTMLVideoElement): number => {
          // One call: between two the video may go on to its next frame.
          context.drawImage(video, 0, 0, box * bits, box, 0, 0, bits * 4, 4);
          const { data } = context.getImageData(0, 2, bits * 4, 1);
          let frame = 0;
          for (let bit = 0; bit < bits; bit++) if (data[(bit * 4 + 2) * 4]! > 128) frame += 2 ** bit;
          return frame;
        };
        const root = document.querySelector('vq-compare-panel')!.shadowRoot!.querySelector('vq-players')!.shadowRoot!;
        const [a, b] = ['a', 'b'].map((side) => root.querySelector<HTMLVideoElement>(`.box.${side} video`)!);
        const samples: FrameSample[] = [];
        for (;;) {
          const now = performance.now();
          const steady = [a!, b!].every((v) => v.playbackRate === 1 && !v.paused);
          const sample = { now, a: read(a!), b: read(b!), took: 0, steady };
          samples.push({ ...sample, took: performance.now() - now });
          if (performance.now() >= end) return samples;
          await new Promise(requestAnimationFrame);
        }
      },
      [BOX, BITS, milliseconds] as const,
    );
  }

  /** Waits until the two frames on the screen are these. */
  async showsFrames(a: number, b: number): Promise<void> {
    const end = Date.now() + 10_000;
    for (;;) {
      const [x, y] = await this.frames();
      if (x === a && y === b) return;
      if (Date.now() > end) throw new Error(`frames ${x} and ${y} are shown, not ${a} and ${b}`);
      await this.page.waitForTimeout(50);
    }
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

/** Runs in the page before anything else: what VS Code's webview does for a panel. */
function installHost(theme: { bodyClass: string; variables: Record<string, string> }): void {
  const globals = window as unknown as PageGlobals & { acquireVsCodeApi(): unknown };
  globals.posted = [];
  globals.violations = [];
  document.addEventListener('securitypolicyviolation', (e) =>
    globals.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`),
  );
  globals.acquireVsCodeApi = () => ({
    postMessage: (message: FromPanel) => globals.posted.push(message),
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
    setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
  document.addEventListener('readystatechange', () => {
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.classList.add(theme.bodyClass);
    document.body.dataset['vscodeThemeKind'] = theme.bodyClass;
  });
}
