/**
 * Where the open texts name the clips that break a rule, out of the index of the annotations. A text is looked at when something
 * breaks a rule, and again after it or the files changed; a name is resolved only where its last word is that of such a clip.
 */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import { percentDecoded } from '../../engine/references/index.js';
import { ANNOTATION_SETTINGS, densityOf } from '../annotations/annotationSettings.js';
import type { Mentions } from '../annotations/mentions.js';
import { Disposable } from '../disposable.js';
import { isConfig } from './configs.js';

/** Changes within this time are followed together, milliseconds: no letter that is typed waits for it. */
const SETTLE_MS = 100;
/** More places of one text are not told. */
const MOST_PLACES = 1000;

interface Named {
  uri: vscode.Uri;
  /** By the clip's path. */
  ranges: ReadonlyMap<string, readonly vscode.Range[]>;
}

export class NamedLines extends Disposable {
  /** Clips that are looked for. */
  private paths: ReadonlySet<string> = new Set();
  /** The same by the last word of their names. */
  private wanted: ReadonlyMap<string, ReadonlySet<string>> = new Map();
  private readonly named = new Map<string, Named>();
  private readonly outdated = new Set<vscode.TextDocument>();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  /** Other places than before are known. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly mentions: Mentions) {
    super();
    const { workspace } = vscode;
    this._register(workspace.onDidOpenTextDocument((document) => this.outdate([document])));
    this._register(workspace.onDidChangeTextDocument(({ document }) => this.outdate([document])));
    this._register(
      workspace.onDidCloseTextDocument((document) => {
        this.outdated.delete(document);
        if (this.named.delete(document.uri.toString())) this.changed.fire();
      }),
    );
    this._register(mentions.onDidForgetTargets(() => this.outdate(workspace.textDocuments)));
    this._register(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(ANNOTATION_SETTINGS)) this.outdate(workspace.textDocuments);
      }),
    );
  }

  override dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    super.dispose();
  }

  /** From now on these clips are looked for; done when every open text was looked at. */
  async lookFor(paths: ReadonlySet<string>): Promise<void> {
    const before = this.paths;
    const wanted = new Map<string, Set<string>>();
    for (const path of paths) {
      const word = lastWord(basename(path));
      wanted.set(word, (wanted.get(word) ?? new Set()).add(path));
    }
    [this.paths, this.wanted] = [paths, wanted];
    if (![...paths].every((path) => before.has(path)))
      for (const document of vscode.workspace.textDocuments) this.outdated.add(document);
    await this.look();
  }

  /** Every place that names the clip. */
  of(path: string): vscode.Location[] {
    return [...this.named.values()].flatMap(({ uri, ranges }) =>
      (ranges.get(path) ?? []).map((range) => new vscode.Location(uri, range)),
    );
  }

  private outdate(documents: readonly vscode.TextDocument[]): void {
    if (this.wanted.size === 0 || this.isDisposed) return;
    for (const document of documents) this.outdated.add(document);
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.look();
    }, SETTLE_MS);
  }

  private async look(): Promise<void> {
    while (this.outdated.size > 0 && !this.isDisposed)
      await (this.looking ??= this.lookAtAll().finally(() => (this.looking = null)));
  }

  /** Tells of changes when no text is left to look at. */
  private async lookAtAll(): Promise<void> {
    let isOther = false;
    for (const document of this.outdated) {
      this.outdated.delete(document); // before it is read: a change meanwhile puts it there again
      const ranges = await this.rangesIn(document);
      if (this.isDisposed) return;
      if (this.outdated.has(document) || document.isClosed) continue;
      const name = document.uri.toString();
      const before = this.named.get(name)?.ranges ?? new Map<string, readonly vscode.Range[]>();
      isOther ||= JSON.stringify([...before]) !== JSON.stringify([...ranges]);
      if (ranges.size === 0) this.named.delete(name);
      else this.named.set(name, { uri: document.uri, ranges });
    }
    if (isOther) this.changed.fire();
  }

  private async rangesIn(document: vscode.TextDocument): Promise<Map<string, vscode.Range[]>> {
    const ranges = new Map<string, vscode.Range[]>();
    const { wanted, mentions } = this;
    if (wanted.size === 0 || !isText(document.uri) || densityOf('problems', document.uri) === null) return ranges;
    await mentions.read(document);
    let places = 0;
    for (const reference of mentions.in(document)) {
      if (places >= MOST_PLACES) break;
      const { name, kind } = reference;
      if (kind === 'glob') continue; // it names many
      const clips = wanted.get(lastWord(name)) ?? wanted.get(lastWord(percentDecoded(name)));
      if (clips === undefined) continue;
      for (const path of await mentions.paths(document, reference)) {
        if (!clips.has(path)) continue;
        ranges.set(path, [...(ranges.get(path) ?? []), await mentions.rangeOf(document, reference)]);
        places++;
      }
    }
    return ranges;
  }
}

/** Of a path, or of a name whose first words may stand outside of it. */
const lastWord = (name: string): string => /[^\s\\/]*$/.exec(name)![0];

const isText = (uri: vscode.Uri): boolean =>
  (uri.scheme === 'file' || uri.scheme === 'vscode-notebook-cell') && !isConfig(uri);
