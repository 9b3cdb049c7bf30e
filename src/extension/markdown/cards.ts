/**
 * The cards of the Markdown previews of this window. Rendering is synchronous and computes nothing: a card shows what is known,
 * the store is asked behind its back, and the preview is rendered again when the answer is another. What the store does not hold is
 * offered as a command in the preview's title, because a link to a command does nothing in VS Code's Markdown preview.
 */
import * as vscode from 'vscode';
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import { isVideoName, VersusqError, type Comparison, say } from '../../protocol/index.js';
import { ClipWatcher } from '../clipWatcher.js';
import { Disposable } from '../disposable.js';
import { sentence } from '../language.js';
import { Pace } from '../pace.js';
import type { Services } from '../services.js';
import { inWorkspace } from '../workspacePaths.js';
import { comparisonCard, plainCard, type CardClip } from './card.js';
import type { CardOf } from './plugin.js';

/** The preview is rendered again at most so often, milliseconds. */
const REFRESH_MS = 200;
/** A card that is rendered again (the text was edited) asks the store again after so long, milliseconds. */
const RECHECK_MS = 2000;
/** Cards that are remembered; the one not rendered for longest goes. */
const MOST_CARDS = 200;
/** Is there something to analyse in a preview? */
const HAS_UNKNOWN = 'versusq.previewUnknown';

type Pair = readonly [string, string];
type Known =
  | { kind: 'waiting' }
  | { kind: 'comparison'; paths: Pair; comparison: Comparison }
  | { kind: 'unknown'; paths: Pair }
  | { kind: 'wrong'; message: string };

interface Card {
  names: Pair;
  /** Path of the document; null: it is not saved. */
  document: string | null;
  known: Known;
  /** Where the names led last; null: nowhere yet. */
  paths: Pair | null;
  /** Milliseconds since 1970 of the last question; 0: it is to be asked again. */
  asked: number;
}

export class Cards extends Disposable {
  private readonly cards = new Map<string, Card>();
  /** By the paths of the clips that cards show. */
  private readonly watchers = new Map<string, ClipWatcher>();
  private readonly pace = this._register(
    new Pace(REFRESH_MS, () => void vscode.commands.executeCommand('markdown.preview.refresh')),
  );
  private readonly requests = new AbortController();
  private hasUnknown = false;

  constructor(private readonly services: Pick<Services, 'worker' | 'log'>) {
    super();
    this._register(vscode.window.tabGroups.onDidChangeTabs(() => this.forgetClosed()));
    this._register(vscode.workspace.onDidGrantWorkspaceTrust(() => this.pace.request()));
  }

  override dispose(): void {
    this.requests.abort();
    this.unwatch();
    super.dispose();
  }

  readonly html: CardOf = (names, document) => {
    const [a, b] = names;
    const plain = (text: string, more = ''): string => plainCard(text, more, []);
    if (!vscode.workspace.isTrusted)
      return plain(
        vscode.l10n.t('This workspace is not trusted yet.'),
        vscode.l10n.t('VersusQ follows names of files in a text only where you trust the workspace.'),
      );
    if (a === undefined || b === undefined || names.length > 2)
      return plain(
        vscode.l10n.t('Two clips are to be named here.'),
        vscode.l10n.t('For instance: ```versusq a.mp4 b.mp4, or one name on each line.'),
      );
    const card = this.cardOf([a, b], document?.scheme === 'file' ? document.fsPath : null);
    if (Date.now() - card.asked > RECHECK_MS) void this.ask(card);
    return this.rendered(card);
  };

  /** Renders the previews again: these cards were just loaded. */
  refresh(): void {
    this.pace.request();
  }

  /** A comparison was made in this window: it may be one that a card waits for. */
  comparisonMade(): void {
    for (const card of this.cards.values()) if (card.known.kind === 'unknown') void this.ask(card);
  }

  /** Compares what the previews show and nobody has compared yet; several pairs are chosen from. */
  async analyse(): Promise<void> {
    const unknown = [...this.cards.values()].filter(({ known }) => known.kind === 'unknown');
    const chosen = unknown.length > 1 ? await pickCards(unknown) : unknown;
    if (chosen === undefined || chosen.length === 0 || this.isDisposed) return;
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Comparing quality'), cancellable: true },
      async (progress, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        for (const card of chosen) {
          progress.report({ message: card.names.join(' - '), increment: 100 / chosen.length });
          await this.compare(card, AbortSignal.any([abort.signal, this.requests.signal]));
          if (abort.signal.aborted || this.isDisposed) return;
        }
      },
    );
  }

  private async compare(card: Card, signal: AbortSignal): Promise<void> {
    if (card.known.kind !== 'unknown') return;
    const { paths } = card.known;
    try {
      const comparison = await this.services.worker.request('compare', { a: paths[0], b: paths[1] }, { signal });
      card.asked = Date.now();
      this.tell(card, { kind: 'comparison', paths, comparison });
    } catch (error) {
      const { code, message } = VersusqError.from(error);
      if (code !== 'cancelled') this.tell(card, { kind: 'wrong', message });
    }
  }

  private async ask(card: Card): Promise<void> {
    card.asked = Date.now();
    const { signal } = this.requests;
    try {
      const paths = (card.paths = [await clipOf(card, 0), await clipOf(card, 1)]);
      this.watch(paths);
      const params = { a: paths[0], b: paths[1] };
      const stored = await this.services.worker.request('storedComparison', params, { signal });
      if (stored !== null) return this.tell(card, { kind: 'comparison', paths, comparison: stored });
      // Where nothing is stored, what this window compared stands until the window is closed.
      const keeps = vscode.workspace.getConfiguration('versusq').get('store', true);
      if (keeps || card.known.kind !== 'comparison') this.tell(card, { kind: 'unknown', paths });
    } catch (error) {
      const { code, message } = VersusqError.from(error);
      if (code === 'cancelled') card.asked = 0;
      else this.tell(card, { kind: 'wrong', message });
    }
  }

  /** Renders the preview again where the card says something else now. */
  private tell(card: Card, known: Known): void {
    if (this.isDisposed) return;
    const before = this.rendered(card);
    card.known = known;
    this.tellUnknown();
    if (this.rendered(card) !== before) this.pace.request();
  }

  private rendered({ names, document, known }: Card): string {
    const clips = (paths: Pair | null): [CardClip, CardClip] => [
      { name: names[0], link: linkTo(paths?.[0], document) },
      { name: names[1], link: linkTo(paths?.[1], document) },
    ];
    switch (known.kind) {
      case 'waiting':
        return plainCard(vscode.l10n.t('Looking for a stored comparison.'), '', clips(null));
      case 'wrong':
        return plainCard(vscode.l10n.t("These clips can't be shown."), sentence(known.message), clips(null));
      case 'unknown':
        return plainCard(
          vscode.l10n.t('Not analysed.'),
          vscode.l10n.t(
            '"VersusQ: Analyse Clips of the Preview" compares them: the button above this preview, or the command palette.',
          ),
          clips(known.paths),
        );
      case 'comparison':
        return comparisonCard(known.comparison, clips(known.paths));
    }
  }

  private cardOf(names: Pair, document: string | null): Card {
    const key = [document ?? '', ...names].join('\0');
    const card = this.cards.get(key) ?? { names, document, known: { kind: 'waiting' }, paths: null, asked: 0 };
    this.cards.delete(key);
    this.cards.set(key, card);
    if (this.cards.size > MOST_CARDS) this.cards.delete(this.cards.keys().next().value ?? '');
    return card;
  }

  private forgetClosed(): void {
    if (this.cards.size === 0 || vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(isPreview))) return;
    this.cards.clear();
    this.unwatch();
    this.tellUnknown();
  }

  /** A clip that is changed, replaced or deleted shows in its cards without an edit of the text. */
  private watch(paths: Pair): void {
    for (const path of paths) {
      if (this.isDisposed || this.watchers.has(path)) continue;
      const changed = (): void => {
        for (const card of this.cards.values()) if (card.paths?.includes(path)) void this.ask(card);
      };
      this.watchers.set(path, new ClipWatcher(path, changed, changed));
    }
  }

  private unwatch(): void {
    for (const watcher of this.watchers.values()) watcher.dispose();
    this.watchers.clear();
  }

  private tellUnknown(): void {
    const has = [...this.cards.values()].some(({ known }) => known.kind === 'unknown');
    if (has !== this.hasUnknown) void vscode.commands.executeCommand('setContext', HAS_UNKNOWN, has);
    this.hasUnknown = has;
  }
}

/** Errors: `usage`, `media/not-found`. */
async function clipOf({ names, document }: Card, which: 0 | 1): Promise<string> {
  const path = await inWorkspace(names[which], document === null ? undefined : dirname(document));
  if (!isVideoName(path)) throw new VersusqError('usage', say`"${names[which]}" is not a video by its name.`);
  return path;
}

/** Relative to the document, as the preview opens links; null where there is no such way. */
function linkTo(path: string | undefined, document: string | null): string | null {
  if (path === undefined || document === null) return null;
  const way = relative(dirname(document), path);
  return isAbsolute(way) ? null : `./${way.split(sep).map(encodeURIComponent).join('/')}`;
}

function isPreview({ input }: vscode.Tab): boolean {
  const { viewType } = (input ?? {}) as { viewType?: string };
  return viewType !== undefined && /markdown\.preview/.test(viewType);
}

async function pickCards(cards: readonly Card[]): Promise<Card[] | undefined> {
  const items = cards.map((card) => ({
    label: card.names.join(' - '),
    description: card.document === null ? '' : basename(card.document),
    picked: true,
    card,
  }));
  const title = vscode.l10n.t('Clips to compare');
  const picked = await vscode.window.showQuickPick(items, { title, canPickMany: true });
  return picked?.map(({ card }) => card);
}
