/**
 * Activation: names the commands, the annotations and the panels to bring back after a reload, nothing else. What they need (worker client,
 * panels, schemas) is loaded at their first use, so that activation costs a few milliseconds and starts no process.
 */
import * as vscode from 'vscode';
import { registerAnnotations } from './annotations/register.js';
import type { Application } from './application.js';
import { wakeForGates } from './gates/wake.js';
import { bringBackLost } from './lostPanels.js';
import { cardsWhenLoaded } from './markdown/late.js';
import { extendMarkdownIt, type MarkdownIt } from './markdown/plugin.js';
import { storeUri } from './settings.js';
import { registerTools } from './tools/register.js';

/** Within this time VS Code gives back the panel that is in front, milliseconds. */
const GIVEN_BACK_MS = 3000;

export function activate(context: vscode.ExtensionContext): { extendMarkdownIt(md: MarkdownIt): MarkdownIt } {
  let loaded: Application | undefined;
  let application: Promise<Application> | undefined;
  /** VS Code has given this host a panel of the window before. */
  let givenBack = false;
  const load = (): Promise<Application> =>
    (application ??= import('./application.js').then(({ Application }) => {
      loaded = new Application(context);
      context.subscriptions.push(loaded);
      annotations.loaded(loaded.annotations);
      return loaded;
    }));
  const command = (name: string, run: (app: Application, ...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (...args: unknown[]) => run(await load(), ...args));

  const annotations = registerAnnotations(
    async () => (await load()).annotations,
    vscode.Uri.joinPath(storeUri(), 'versusq.sqlite').fsPath,
  );

  const panels = {
    'versusq.compare': async (panel: vscode.WebviewPanel, state: unknown) => (await load()).restore(panel, state),
    'versusq.rank': async (panel: vscode.WebviewPanel, state: unknown) => (await load()).rankings.restore(panel, state),
  };

  context.subscriptions.push(
    command('versusq.compare', (app, clicked, all) => app.compare(clicked, all)),
    command('versusq.selectForCompare', (app, clicked) => app.selectForCompare(clicked)),
    command('versusq.compareWithSelected', (app, clicked) => app.compareWithSelected(clicked)),
    command('versusq.checkGates', (app, clicked) => app.gates.check(clicked)),
    command('versusq.doctor', (app) => app.doctor()),
    command('versusq.restartWorker', (app) => app.restartWorker()),
    command('versusq.showRunning', (app) => app.showRunning()),
    command('versusq.analysePreview', (app) => app.cards.analyse()),
    command('versusq.rankFolder', (app, clicked, all) => app.rankings.rank(clicked, all)),
    command('versusq.rankRefresh', (app) => app.rankings.refresh()),
    command('versusq.rankOpenTable', (app) => app.rankings.openLatest()),
    command('versusq.rankClose', (app) => app.rankings.closeLatest()),
    command('versusq.rankCompare', (app, clicked, all) => app.rankings.compareRanked(clicked, all)),
    command('versusq.rankReveal', (app, clicked) => app.rankings.revealRanked(clicked)),
    ...wakeForGates(async () => (await load()).gates.start()),
    ...registerTools(load),
    annotations,
    ...Object.entries(panels).map(([viewType, restore]) =>
      vscode.window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: (panel, state) => {
          givenBack = true;
          return restore(panel, state);
        },
      }),
    ),
  );
  // A reload gives the panel in front back at once; where nothing comes back, VS Code started this host in the place of a lost one.
  const lost = setTimeout(() => {
    if (!givenBack) void bringBackLost(context.workspaceState, panels);
  }, GIVEN_BACK_MS);
  context.subscriptions.push({ dispose: () => clearTimeout(lost) });
  return {
    extendMarkdownIt: (md) =>
      extendMarkdownIt(
        md,
        cardsWhenLoaded(
          () => loaded?.cards,
          async () => (await load()).cards,
        ),
      ),
  };
}
