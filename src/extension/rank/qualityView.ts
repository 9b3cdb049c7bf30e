/**
 * The Quality view in the Explorer: the clips of the latest ranking, best first, so that its table need not be open.
 */
import * as vscode from 'vscode';
import type { RankRow } from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import { sentence } from '../language.js';
import { Pace } from '../pace.js';
import { stationWord } from '../words.js';
import { runState } from './rankState.js';
import type { RankSession } from './session.js';
import { sourceName } from './source.js';
import { failedWords, treeContext, treeEntry, type TreeContext } from './treeItems.js';

const VIEW = 'versusq.quality';
/** Milliseconds between two fills while a ranking changes. */
const FILL_INTERVAL_MS = 1000;

export class QualityView extends Disposable implements vscode.TreeDataProvider<string> {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<string>;
  private readonly pace = this._register(new Pace(FILL_INTERVAL_MS, () => this.fill()));
  private session: RankSession | null = null;
  private following: vscode.Disposable | null = null;
  private rows = new Map<string, RankRow>();
  private context: TreeContext = { best: null, reference: null, ranked: 0 };

  constructor() {
    super();
    this.view = this._register(
      vscode.window.createTreeView<string>(VIEW, { treeDataProvider: this, canSelectMany: true }),
    );
  }

  /** The ranking shown; null: none. */
  get shown(): RankSession | null {
    return this.session;
  }

  show(session: RankSession | null): void {
    if (session === this.session || this.isDisposed) return;
    this.following?.dispose();
    this.session = session;
    this.following = session?.onDidChange(() => this.pace.request()) ?? null;
    this.pace.flush();
  }

  override dispose(): void {
    this.following?.dispose();
    super.dispose();
  }

  getChildren(parent?: string): string[] {
    return parent === undefined ? [...this.rows.keys()] : [];
  }

  getTreeItem(path: string): vscode.TreeItem {
    const item = new vscode.TreeItem(path);
    const row = this.rows.get(path);
    const file = this.session?.pathOf(path) ?? null;
    if (row === undefined || file === null) return item;
    const entry = treeEntry(row, this.session?.clips.get(path)?.error ?? null, this.context);
    const colour = entry.colour === null ? undefined : new vscode.ThemeColor(entry.colour);
    const uri = vscode.Uri.file(file);
    return Object.assign(item, {
      id: path,
      label: entry.label,
      description: entry.description,
      tooltip: entry.tooltip.join('\n'),
      iconPath: new vscode.ThemeIcon(entry.icon, colour),
      contextValue: entry.failed ? 'failedClip' : 'clip',
      accessibilityInformation: { label: `${entry.label}, ${entry.tooltip.slice(1).join(', ')}` },
      command: { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri] },
    });
  }

  private fill(): void {
    if (this.isDisposed) return;
    const { session, view } = this;
    const excluded = new Set(session?.table.excluded);
    const rows = session?.rows.filter((row) => !excluded.has(row.path)) ?? [];
    this.rows = new Map(rows.map((row) => [row.path, row]));
    this.context = treeContext(rows, session?.table.reference ?? null);
    view.description = session === null ? '' : sourceName(session.source);
    view.message = session === null ? '' : message(session);
    const failed = rows.filter((row) => row.status === 'failed').length;
    view.badge = failed === 0 ? undefined : { value: failed, tooltip: failedWords(failed) };
    this.changed.fire();
  }
}

/** What the run does; empty where there is nothing to tell. */
function message({ table, state }: RankSession): string {
  if (table.run.status === 'paused') return vscode.l10n.t('Paused. Open the table to go on.');
  const run = runState(state);
  if (run.status === 'failed') return sentence(run.error.message);
  if (run.status !== 'working') return '';
  const share = run.share === null ? '' : ` ${Math.round(run.share * 100)} %`;
  return vscode.l10n.t('Ranking: {0}', stationWord(run.station) + share);
}
