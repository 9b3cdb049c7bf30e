/**
 * Quality gates in the editor: the rules of every `.versusq.json` of the workspace, judged on what is stored, in the Problems panel.
 * Nothing is computed unless the reviewer asks for it. Judged again when a config, a clip or the store changes, a moment after the
 * first change. Off in untrusted workspaces.
 */
import * as vscode from 'vscode';
import type { Annotations } from '../annotations/annotations.js';
import { readConfig } from '../../engine/references/gates/config.js';
import { excludeEdits } from '../../engine/references/gates/edit.js';
import { GATES_FILE, VersusqError, type CheckRequest, type GateCheck } from '../../protocol/index.js';
import { signalOf } from '../cancelSignal.js';
import { Disposable } from '../disposable.js';
import { sentence } from '../language.js';
import type { Services } from '../services.js';
import { ENGINE_SETTINGS } from '../settings.js';
import { EXCLUDE, GateActions, REANALYSE, workspaceEdit } from './actions.js';
import { Computed, filesOf } from './computed.js';
import { CONFIG_PATTERN, configsOfWorkspace, isConfig, textOf } from './configs.js';
import { entriesOf, entriesOfError, entriesOfProblems, type Entry } from './findings.js';
import { Judged } from './judged.js';
import { Problems } from './problems.js';
import { Turn } from './turn.js';

/** Changes within this time are judged together, milliseconds. */
const SETTLE_MS = 300;

export class Gates extends Disposable {
  private readonly computed = new Computed();
  private readonly judged = new Judged();
  private readonly turn = new Turn();
  private problems: Problems | null = null;
  private pending: NodeJS.Timeout | null = null;
  private refreshing = false;
  private checking = false;

  constructor(
    private readonly services: Pick<Services, 'worker' | 'log'>,
    /** The index of what texts name, and the watch over clips, are theirs. */
    private readonly annotations: Pick<Annotations, 'mentions' | 'files'>,
  ) {
    super();
  }

  override dispose(): void {
    if (this.pending) clearTimeout(this.pending);
    super.dispose();
  }

  /** Begins to watch; once. Does nothing in an untrusted workspace. */
  start(): void {
    if (this.problems !== null || this.isDisposed || !vscode.workspace.isTrusted) return;
    const { mentions, files } = this.annotations;
    const problems = (this.problems = this._register(new Problems(mentions)));
    const changed = (): void => this.refreshSoon();
    const configs = this._register(vscode.workspace.createFileSystemWatcher(CONFIG_PATTERN));
    for (const event of [configs.onDidCreate, configs.onDidChange, configs.onDidDelete]) this._register(event(changed));
    this._register(files.alsoFor(this.judged));
    this._register(files.onDidChange(changed));
    this._register(
      vscode.workspace.onDidChangeTextDocument(({ document }) => isConfig(document.uri) && this.refreshSoon()),
    );
    this._register(vscode.workspace.onDidChangeWorkspaceFolders(changed));
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (ENGINE_SETTINGS.some((name) => change.affectsConfiguration(name))) this.computed.forget();
      }),
    );
    this._register(
      vscode.languages.registerCodeActionsProvider(
        [{ scheme: 'file' }, { scheme: 'vscode-notebook-cell' }],
        new GateActions((uri) => problems.in(uri)),
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    );
    this._register(vscode.commands.registerCommand(EXCLUDE, this.exclude));
    this._register(
      vscode.commands.registerCommand(REANALYSE, (config: vscode.Uri, clip: string) => this.check(config, [clip])),
    );
    this.refreshSoon();
  }

  /** Something changed that a rule may be judged on. */
  refreshSoon(): void {
    if (this.problems === null || this.isDisposed || this.pending) return;
    this.pending = setTimeout(() => {
      this.pending = null;
      void this.refresh();
    }, SETTLE_MS);
  }

  /** A comparison goes before a check that runs, until the given function is called. */
  giveWay(): () => void {
    return this.turn.giveWay();
  }

  /** Computes what is missing and judges: this config, or all of the workspace. `anew`: clips that are read again. */
  async check(clicked?: unknown, anew: readonly string[] = []): Promise<void> {
    if (!vscode.workspace.isTrusted)
      return warn(vscode.l10n.t('Quality gates are checked in trusted workspaces only.'));
    if (this.checking) return warn(vscode.l10n.t('Quality gates are being checked already.'));
    this.start();
    const configs = clicked instanceof vscode.Uri && isConfig(clicked) ? [clicked] : await configsOfWorkspace();
    if (configs.length === 0) return warn(vscode.l10n.t('There is no {0} in this workspace.', GATES_FILE));
    this.checking = true;
    try {
      const title = vscode.l10n.t('Checking quality gates');
      const checks = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (progress, token) => this.turn.run(signalOf(token), (signal) => this.checkAll(configs, anew, progress, signal)),
      );
      if (!this.isDisposed) void this.tell(checks);
    } catch (error) {
      const { code, message } = VersusqError.from(error);
      if (code !== 'cancelled') void vscode.window.showErrorMessage(`VersusQ: ${sentence(message)}`);
    } finally {
      this.checking = false;
      this.refreshSoon(); // the config may have changed meanwhile; a cancelled check has stored a part
    }
  }

  /** null: a config that is wrong. An error: one that could not be judged, which keeps no other from it. */
  private async checkAll(
    configs: readonly vscode.Uri[],
    anew: readonly string[],
    progress: vscode.Progress<{ message?: string }>,
    signal: AbortSignal,
  ): Promise<(GateCheck | VersusqError | null)[]> {
    const checks: (GateCheck | VersusqError | null)[] = [];
    const told = (done: number, of: number): void =>
      progress.report({ message: vscode.l10n.t('pair {0} of {1}', Math.min(done + 1, of), of) });
    for (const config of configs) {
      checks.push(await this.judge(config, anew, signal, told).catch((error) => this.showError(config, error)));
      if (this.isDisposed) break;
    }
    return checks;
  }

  /** The sentence of an error at its config. Throws it again where it is that the work is to stop. */
  private async showError(config: vscode.Uri, thrown: unknown): Promise<VersusqError> {
    const error = VersusqError.from(thrown);
    if (error.code === 'cancelled') throw error;
    this.services.log.warn(`Quality gates of ${config.fsPath}: ${error.message}`);
    if (!this.isDisposed) await this.show(config, entriesOfError(config, error.toData()));
    return error;
  }

  private async tell(answers: readonly (GateCheck | VersusqError | null)[]): Promise<void> {
    const failure = answers.find((answer) => answer instanceof VersusqError);
    if (failure) return void vscode.window.showErrorMessage(`VersusQ: ${sentence(failure.message)}`);
    const checks = answers.flatMap((answer) => (answer instanceof VersusqError ? [] : [answer]));
    const rules = checks.flatMap((check) => check?.rules ?? []);
    const failed = rules.filter(({ state }) => state !== 'passed').length;
    if (failed === 0 && !checks.includes(null)) {
      const passed = vscode.l10n.t('All quality gates passed ({0}).', rules.length);
      return void vscode.window.showInformationMessage(`VersusQ: ${passed}`);
    }
    const message =
      failed > 0
        ? vscode.l10n.t('{0} of {1} quality gates failed.', failed, rules.length)
        : vscode.l10n.t('A {0} is wrong, so that it was not checked.', GATES_FILE);
    const problems = vscode.l10n.t('Show Problems');
    if ((await vscode.window.showWarningMessage(`VersusQ: ${message}`, problems)) === problems)
      await vscode.commands.executeCommand('workbench.actions.view.problems');
  }

  /** Judges all configs on what is stored; one that is gone loses its entries. */
  private async refresh(): Promise<void> {
    if (this.refreshing) return this.refreshSoon();
    this.refreshing = true;
    try {
      const configs = await configsOfWorkspace();
      const there = new Set(configs.map((config) => config.toString()));
      for (const config of this.problems?.configs ?? []) if (!there.has(config.toString())) await this.show(config, []);
      for (const config of configs)
        if (!this.isDisposed) await this.judge(config, null).catch((error) => this.showError(config, error));
    } catch (error) {
      this.services.log.warn(`Quality gates: ${VersusqError.from(error).message}`);
    } finally {
      this.refreshing = false;
    }
  }

  /**
   * Judges one config, as it stands in its editor if it is open, and shows what was found. null: it is wrong. `anew`: clips that are
   * read again; null: nothing is computed.
   */
  private async judge(
    config: vscode.Uri,
    anew: readonly string[] | null,
    signal?: AbortSignal,
    told: (done: number, of: number) => void = () => {},
  ): Promise<GateCheck | null> {
    const text = await textOf(config);
    const { rules, problems } = readConfig(text);
    if (rules === null) {
      await this.show(config, entriesOfProblems(config, problems));
      return null;
    }
    const { worker } = this.services;
    const ask = (more: Partial<CheckRequest>): Promise<GateCheck> =>
      worker.request(
        'check',
        { config: config.fsPath, text, ...more },
        {
          ...(signal ? { signal } : {}),
          onEvent: (event) => {
            if (event.type === 'check') told(event.done, event.of);
          },
        },
      );
    const stored = await ask({ storedOnly: true });
    let check: GateCheck;
    if (anew === null) check = await this.computed.orStored(text, stored);
    else {
      const files = await filesOf(stored);
      check = await ask({ anew: [...anew] });
      this.computed.keep(text, files, check);
    }
    if (!this.isDisposed) await this.show(config, entriesOf(config, check), check);
    return check;
  }

  private async show(config: vscode.Uri, entries: readonly Entry[], check: GateCheck | null = null): Promise<void> {
    this.judged.keep(config.fsPath, check);
    await this.problems?.set(config, entries);
  }

  /** Asks for the reason, and writes clip and reason into the rule. */
  private readonly exclude = async (config: vscode.Uri, rule: string, clip: string): Promise<void> => {
    const reason = await vscode.window.showInputBox({
      title: vscode.l10n.t('Exclude {0}', clip),
      prompt: vscode.l10n.t('Why is it not to be judged?'),
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Say why this clip is not judged.') : null),
    });
    if (reason === undefined || reason.trim() === '' || this.isDisposed) return;
    const text = (await vscode.workspace.openTextDocument(config)).getText();
    await vscode.workspace.applyEdit(workspaceEdit(config, text, excludeEdits(text, rule, clip, reason.trim())));
  };
}

const warn = (message: string): void => void vscode.window.showWarningMessage(`VersusQ: ${message}`);
