/**
 * What a reviewer's hands do in VS Code: open a folder, select files in the Explorer, use its context menu and the command
 * palette, find the panel. Waits for states, never for times.
 */
import { chromium, type Browser, type Frame, type Locator, type Page } from 'playwright-core';
import type { Environment } from './environment.js';
import type { Server } from './server.js';

export function launchBrowser(env: Environment): Promise<Browser> {
  return chromium.launch({
    executablePath: env.chromium,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ].concat(
      ['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
      ['--autoplay-policy=no-user-gesture-required', '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
    ),
  });
}

export async function openFolder(page: Page, server: Server, folder: string, anyFile: string): Promise<void> {
  await page.goto(`${server.url}/?folder=${encodeURIComponent(folder)}`, { waitUntil: 'commit' });
  await page.locator('.monaco-workbench').waitFor({ timeout: 240_000 });
  await explorerItem(page, anyFile).waitFor({ timeout: 120_000 });
}

export function explorerItem(page: Page, name: string): Locator {
  return page.locator(
    `.explorer-folders-view [role="treeitem"][aria-label="${name.replace(/["\\]/g, (c) => `\\${c}`)}"]`,
  );
}

/** Selects exactly these files, in this order. Ctrl+click, because a plain click would open an editor. */
export async function selectFiles(page: Page, names: string[]): Promise<void> {
  const rows = page.locator('.explorer-folders-view [role="treeitem"][aria-selected="true"]');
  await page.locator('.explorer-folders-view .monaco-list').first().focus();
  for (const name of await labels(rows)) await explorerItem(page, name).click({ modifiers: ['ControlOrMeta'] });
  for (const name of names) {
    const item = explorerItem(page, name);
    await item.scrollIntoViewIfNeeded();
    await item.click({ modifiers: ['ControlOrMeta'] });
  }
  const got = await labels(rows);
  if ([...got].sort().join('\n') !== [...names].sort().join('\n')) throw new Error(`selected: ${got.join(', ')}`);
}

const labels = (rows: Locator): Promise<string[]> =>
  rows.evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''));

export async function contextMenu(page: Page, onFile: string): Promise<string[]> {
  await explorerItem(page, onFile).click({ button: 'right' });
  await page.getByRole('menu').first().waitFor();
  const entries = page.getByRole('menuitem');
  return entries.evaluateAll((all) => all.map((e) => e.getAttribute('aria-label') ?? e.textContent ?? ''));
}

/** Right-clicks and chooses; the menu is opened again until the entry is there, since extensions report late. */
export async function chooseFromContextMenu(page: Page, onFile: string, label: string): Promise<void> {
  const end = Date.now() + 120_000;
  for (;;) {
    const seen = await contextMenu(page, onFile);
    if (seen.includes(label)) {
      const entry = page.getByRole('menuitem', { name: label, exact: true });
      await entry.hover();
      return entry.click();
    }
    await page.keyboard.press('Escape');
    if (Date.now() > end) throw new Error(`no "${label}" in the context menu: ${seen.join(' | ')}`);
    await page.waitForTimeout(250);
  }
}

export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const box = page.locator('.quick-input-widget input[type="text"]').first();
  await box.waitFor();
  await box.fill(`>${title}`);
  const option = page.locator('.quick-input-list [role="option"]').filter({ hasText: title }).first();
  await option.waitFor();
  await option.click();
}

/**
 * Reloads the window after it lost the focus. In a browser, VS Code writes the states of panels when the focus goes (and once a
 * minute); writing them while the page unloads is a race that it may lose. The pause is for the database to take them.
 */
export async function reloadWindow(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, 'hasFocus', { value: () => false, configurable: true });
    for (const name of ['focus', 'blur']) window.dispatchEvent(new Event(name));
  });
  await page.waitForTimeout(500);
  await page.reload({ waitUntil: 'commit' });
}

/** Closes every editor, and with it every panel. */
export async function closeEditors(page: Page): Promise<void> {
  if ((await page.locator('.tabs-container [role="tab"]').count()) > 0)
    await runCommand(page, 'View: Close All Editors');
  await page.locator('iframe.webview').first().waitFor({ state: 'detached', timeout: 60_000 });
}

/** The document of the visible panel: workbench > iframe.webview > iframe#active-frame. */
export async function panelFrame(page: Page): Promise<Frame> {
  const outer = page.locator('iframe.webview.ready').last();
  await outer.waitFor({ state: 'attached', timeout: 120_000 });
  const inner = outer.contentFrame().locator('iframe#active-frame');
  await inner.waitFor({ state: 'attached', timeout: 120_000 });
  const frame = await (await inner.elementHandle())?.contentFrame();
  if (!frame) throw new Error('the panel has no document');
  await frame.locator('vq-compare-panel').waitFor({ state: 'attached', timeout: 120_000 });
  return frame;
}

/** The document of the panel that is this element, whichever panels there are beside it. */
export async function frameWith(page: Page, element: string): Promise<Frame> {
  const end = Date.now() + 120_000;
  for (;;) {
    for (const frame of page.frames()) {
      // A frame that goes meanwhile is not the one.
      if (
        (await frame
          .locator(element)
          .count()
          .catch(() => 0)) > 0
      )
        return frame;
    }
    if (Date.now() > end) throw new Error(`no panel is <${element}>`);
    await page.waitForTimeout(50);
  }
}

export async function chooseTheme(page: Page, name: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await page.locator('.quick-input-list [role="option"]').filter({ hasText: 'Modern' }).first().waitFor();
  await page.locator('.quick-input-widget input[type="text"]').first().fill(name);
  const option = page.locator('.quick-input-list [role="option"]').filter({ hasText: name }).first();
  await option.click();
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}
