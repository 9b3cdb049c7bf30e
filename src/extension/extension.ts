/**
 * Activation: names the commands, the annotations and the panels to bring back after a reload, nothing else. What they need (worker client,
 * panels, schemas) is loaded at their first use, so that activation costs a few milliseconds and starts no process.
 */
import * as vscode from 'vscode';
import { registerAnnotations } from './annotations/register.js';
import type { Application } from './application.js';

export function activate(context: vscode.ExtensionContext): void {
  let application: Promise<Application> | undefined;
  const load = (): Promise<Application> =>
    (application ??= import('./application.js').then(({ Application }) => {
      const made = new Application(context);
      context.subscriptions.push(made);
      annotations.loaded(made.annotations);
      return made;
    }));
  const command = (name: string, run: (app: Application, ...args: unknown[]) => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(name, async (...args: unknown[]) => run(await load(), ...args));

  const annotations = registerAnnotations(
    async () => (await load()).annotations,
    vscode.Uri.joinPath(context.globalStorageUri, 'versusq.sqlite').fsPath,
  );

  context.subscriptions.push(
    command('versusq.compare', (app, clicked, all) => app.compare(clicked, all)),
    command('versusq.selectForCompare', (app, clicked) => app.selectForCompare(clicked)),
    command('versusq.compareWithSelected', (app, clicked) => app.compareWithSelected(clicked)),
    command('versusq.doctor', (app) => app.doctor()),
    command('versusq.restartWorker', (app) => app.restartWorker()),
    command('versusq.showRunning', (app) => app.showRunning()),
    command('versusq.rankFolder', (app, clicked, all) => app.rankings.rank(clicked, all)),
    command('versusq.rankRefresh', (app) => app.rankings.refresh()),
    command('versusq.rankOpenTable', (app) => app.rankings.openLatest()),
    command('versusq.rankClose', (app) => app.rankings.closeLatest()),
    command('versusq.rankCompare', (app, clicked, all) => app.rankings.compareRanked(clicked, all)),
    command('versusq.rankReveal', (app, clicked) => app.rankings.revealRanked(clicked)),
    annotations,
    vscode.window.registerWebviewPanelSerializer('versusq.compare', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await load()).restore(panel, state),
    }),
    vscode.window.registerWebviewPanelSerializer('versusq.rank', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await load()).rankings.restore(panel, state),
    }),
  );
}
