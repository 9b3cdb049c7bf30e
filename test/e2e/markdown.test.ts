/**
 * A Markdown preview with a `versusq` block in a real VS Code: nothing is computed by opening it, the button above it analyses, the
 * card shows the verdict, and its links open the clips.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Frame, Page } from 'playwright-core';
import { startSession, type Session } from './session.js';
import { explorerItem, frameWith, runCommand } from './workbench.js';

const REVIEW = `# Review

\`\`\`versusq clean.mp4 bad.mp4
\`\`\`

\`\`\`versusq
../../etc/passwd
bad.mp4
\`\`\`
`;

let session: Session;
let page: Page;
beforeAll(async () => {
  session = await startSession((workspace) => writeFileSync(join(workspace, 'review.md'), REVIEW));
  ({ page } = session);
});
afterAll(() => session?.stop());
afterEach((context) => session?.afterTest(context));

/** The texts of the cards, once one of them matches; the preview's document is another one after each refresh. */
async function cardsWith(pattern: RegExp): Promise<string[]> {
  let texts: string[] = [];
  await expect
    .poll(
      async () => {
        const frame: Frame = await frameWith(page, '.versusq-card');
        texts = await frame
          .locator('.versusq-card')
          .allInnerTexts()
          .catch(() => []);
        return texts.join('\n');
      },
      { timeout: 120_000 },
    )
    .toMatch(pattern);
  return texts;
}

it('offers what was never compared, and follows no name out of the workspace', async () => {
  await explorerItem(page, 'review.md').click();
  await page.locator('.tab.active[data-resource-name="review.md"]').waitFor();
  // The palette knows the command when the editor's title does: extensions report late.
  await page.locator('.editor-actions a[aria-label^="Open Preview to the Side"]').waitFor();
  await runCommand(page, 'Markdown: Open Preview');
  await cardsWith(/outside the workspace/);
  expect(await cardsWith(/Not analysed/)).toHaveLength(2);
});

it('shows the verdict after the button above the preview was pressed', async () => {
  await page.locator('.editor-actions a[aria-label="Analyse Clips of the Preview"]').click();
  const [card] = await cardsWith(/A looks (clearly|much) better/);
  expect(card).toMatch(/\+\d+\.\d \(.* to .*\)/);
  expect(card).toMatch(/Model versusq-mini/);
  await page.locator('.editor-actions a[aria-label="Analyse Clips of the Preview"]').waitFor({ state: 'detached' });
});

it('opens a clip from its link', async () => {
  const frame = await frameWith(page, '.versusq-verdict');
  await frame.locator('.versusq-clips a').first().click();
  await page.locator('.tab.active[data-resource-name="clean.mp4"]').waitFor();
});
