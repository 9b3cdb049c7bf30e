/** How things look: pictures in dark, light, high contrast, and in a narrow window, kept for a person to look at. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { repository } from './environment.js';
import { screenshots } from './session.js';
import { chooseTheme, runCommand } from './workbench.js';

/** `panel`: what the body of a panel is then; `window`: what the workbench is. */
const DARK = { name: 'dark', title: 'Dark Modern', panel: 'vscode-dark:not(.vscode-high-contrast)', window: 'vs-dark' };
const THEMES = [
  DARK,
  { name: 'light', title: 'Light Modern', panel: 'vscode-light', window: 'vs' },
  { name: 'high-contrast', title: 'Dark High Contrast', panel: 'vscode-high-contrast', window: 'hc-black' },
];
const WIDE = { width: 1400, height: 1000 };
const NARROW = { width: 560, height: 1000 };
const SHIPPED = join(repository, 'media', 'screenshots');

interface Look {
  /** The panel that is looked at, if it is one. */
  frame?: Frame;
  /** The pictures in dark and light are the README's too. */
  shipped?: boolean;
  /** Before each picture: what a theme or a width takes away (a hover). */
  arrange?: () => Promise<void>;
}

/** Keeps `NAME-dark.png` and so on; leaves the window wide and dark. */
export async function lookInAllThemes(page: Page, name: string, look: Look = {}): Promise<void> {
  const { frame, shipped = false, arrange = async () => undefined } = look;
  for (const folder of [screenshots, SHIPPED]) mkdirSync(folder, { recursive: true });
  const shot = (folder: string, what: string): Promise<unknown> =>
    page.screenshot({ path: join(folder, `${name}-${what}.png`) });
  const choose = async ({ title, panel, window }: typeof DARK): Promise<void> => {
    await chooseTheme(page, title);
    await page.locator(`.monaco-workbench.${window}`).waitFor({ state: 'attached' });
    await frame?.locator(`body.${panel}`).waitFor({ state: 'attached' });
  };
  for (const theme of THEMES) {
    await choose(theme);
    await arrange();
    await shot(screenshots, theme.name);
    if (shipped && theme.name !== 'high-contrast') await shot(SHIPPED, theme.name);
  }
  await choose(DARK);
  const sideBar = page.locator('.part.sidebar');
  const hides = await sideBar.isVisible();
  if (hides) await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  await page.setViewportSize(NARROW);
  await (frame ?? page.mainFrame()).waitForFunction((width) => innerWidth <= width, NARROW.width);
  await arrange();
  await shot(screenshots, 'narrow');
  await page.setViewportSize(WIDE);
  if (hides) await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
}
