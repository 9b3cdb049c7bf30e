/**
 * One server, one browser and one window on a folder with the test clips, for one file of tests.
 */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, type TestContext } from 'vitest';
import type { Page } from 'playwright-core';
import { clips } from './clips.js';
import { environment, repository } from './environment.js';
import { startServer, type Server } from './server.js';
import { launchBrowser, openFolder } from './workbench.js';

export const screenshots = join(repository, 'test', 'screenshots');

export interface Session {
  /** Folder of this run; the workspace is its `clips`. */
  work: string;
  server: Server;
  page: Page;
  /** What our panels did against their content security policy. */
  policyErrors: string[];
  /** Keeps a picture and the server's log of a test that failed. */
  afterTest(context: TestContext): Promise<void>;
  stop(): Promise<void>;
}

/**
 * `arrange` may add to the workspace before it is opened. `language`: of the window, as extensions are told it. VS Code's own
 * words stay English, since its language packs come from the Marketplace.
 */
export async function startSession(
  arrange: (workspace: string) => void = () => undefined,
  language?: string,
): Promise<Session> {
  const env = environment();
  const work = mkdtempSync(join(tmpdir(), 'versusq-e2e-'));
  const workspace = join(work, 'clips');
  cpSync(await clips(), workspace, { recursive: true });
  arrange(workspace);
  const server = await startServer(env, work, inject('vsix'));
  const browser = await launchBrowser(env);
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  page.setDefaultTimeout(60_000);
  if (language !== undefined) await page.addInitScript(setLanguage, language);
  const policyErrors: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text()) && /(compare|rank)\.js|vscode-resource/.test(message.text()))
      policyErrors.push(message.text());
  });
  const stop = async (): Promise<void> => {
    await browser.close();
    await server.stop();
    rmSync(work, { recursive: true, force: true });
  };
  try {
    await openFolder(page, server, workspace, 'clean.mp4');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    work,
    server,
    page,
    policyErrors,
    async afterTest({ task }) {
      if (task.result?.state !== 'fail') return;
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `failure-${task.id}.png`) }).catch(() => undefined);
      copyFileSync(join(work, 'server.log'), join(screenshots, 'failure-server.log'));
    },
    stop,
  };
}

/** What the messages of a language pack do beside bringing messages: the workbench asks this global, and tells it on. */
function setLanguage(language: string): void {
  Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => language, set: () => undefined });
}
