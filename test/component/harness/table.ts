/**
 * One rank table in a real Chromium: messages of the host go in, intents come out, as in panel.ts.
 */
import type { Locator, Page } from 'playwright-core';
import type { RankTableState, ToTable, FromTable } from '../../../src/protocol/table.js';
import { type ComponentBrowser, type Options, type Panel } from './panel.js';
import { tableState, type Ranking } from './ranking.js';

export class Table {
  private constructor(private readonly panel: Panel) {}

  static async open(browser: ComponentBrowser, options: Options = {}): Promise<Table> {
    const table = new Table(await browser.openPage('/rank', options));
    await table.intent('ready');
    return table;
  }

  /** Opens a table that shows this ranking. */
  static async openWith(
    browser: ComponentBrowser,
    ranking: Ranking,
    state: Partial<RankTableState> = {},
    options: Options = {},
  ): Promise<Table> {
    const table = await Table.open(browser, options);
    await table.whole(ranking, state);
    return table;
  }

  /** What the host sends to a table that knows nothing. */
  async whole(ranking: Ranking, state: Partial<RankTableState> = {}): Promise<void> {
    await this.send({ type: 'state', state: tableState(state) });
    await this.send({ type: 'clips', clips: ranking.clips, reset: true });
    await this.send({ type: 'rows', rows: ranking.rows });
  }

  get page(): Page {
    return this.panel.page;
  }
  get errors(): string[] {
    return this.panel.errors;
  }
  get rows(): Locator {
    return this.page.locator('vq-table-grid .row:not(.group)');
  }
  get grid(): Locator {
    return this.page.getByRole('grid');
  }
  row(path: string): Locator {
    return this.page.locator(`vq-table-grid .row[data-path="${path}"]`);
  }

  /** Sends a message and waits until it is drawn. */
  async send(message: ToTable): Promise<void> {
    await this.page.evaluate(async (data) => {
      window.postMessage(data, '*');
      for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
    }, message);
  }

  /** Paths of the rows that are in the document, from the top. */
  paths(): Promise<string[]> {
    return this.rows.evaluateAll((rows) =>
      rows
        .map((r) => ({ path: (r as HTMLElement).dataset['path']!, at: Number((r as HTMLElement).dataset['index']) }))
        .sort((a, b) => a.at - b.at)
        .map((r) => r.path),
    );
  }

  async top(path: string): Promise<number> {
    return (await this.row(path).boundingBox())!.y;
  }

  async intent<T extends FromTable['type']>(type: T): Promise<Extract<FromTable, { type: T }>> {
    const found = await this.panel.page.waitForFunction(
      (wanted) => (window as unknown as { posted: { type: string }[] }).posted.findLast((m) => m.type === wanted),
      type,
    );
    return (await found.jsonValue()) as unknown as Extract<FromTable, { type: T }>;
  }

  async intents(): Promise<FromTable[]> {
    return (await this.panel.intents()) as unknown as FromTable[];
  }

  /** What was asked for, without the pictures. */
  async last(): Promise<FromTable | undefined> {
    return (await this.intents()).filter((i) => i.type !== 'needThumbnails').at(-1);
  }

  text(selector: string): Promise<string> {
    return this.panel.text(selector);
  }
  violations(): Promise<string[]> {
    return this.panel.violations();
  }
  close(): Promise<void> {
    return this.panel.close();
  }
}
