/**
 * Entries of the Problems panel in every open text that they concern: at the lines that name the clip, and at the rule where its
 * config is open too. Where no open text names the clip, at the rule, so that every violation is told, and none twice in one text.
 */
import * as vscode from 'vscode';
import type { Mentions } from '../annotations/mentions.js';
import { Disposable } from '../disposable.js';
import { openDocument } from './configs.js';
import { entryAt, type Entry } from './findings.js';
import { NamedLines } from './namedLines.js';

/** More places are not listed with an entry. */
const MOST_RELATED = 20;

interface Shown {
  uri: vscode.Uri;
  entries: Entry[];
}

export class Problems extends Disposable {
  private readonly collection = this._register(vscode.languages.createDiagnosticCollection('versusq'));
  /** As found, at the rule. By config. */
  private readonly found = new Map<string, readonly Entry[]>();
  private shown = new Map<string, Shown>();
  private readonly named: NamedLines;

  constructor(mentions: Mentions) {
    super();
    this.named = this._register(new NamedLines(mentions));
    this._register(this.named.onDidChange(() => this.publish()));
    const openedOrClosed = ({ uri }: vscode.TextDocument): void => {
      if (this.found.has(uri.toString())) this.publish();
    };
    this._register(vscode.workspace.onDidOpenTextDocument(openedOrClosed));
    this._register(vscode.workspace.onDidCloseTextDocument(openedOrClosed));
  }

  /** What was found with this config, in the place of what was before; shown when the open texts were looked through. */
  async set(config: vscode.Uri, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) this.found.delete(config.toString());
    else this.found.set(config.toString(), entries);
    const all = [...this.found.values()].flat();
    await this.named.lookFor(new Set(all.flatMap(({ clip }) => clip ?? [])));
    if (!this.isDisposed) this.publish();
  }

  /** Configs with entries. */
  get configs(): vscode.Uri[] {
    return [...this.found.values()].map(([first]) => first!.config);
  }

  /** What stands in this text. */
  in(uri: vscode.Uri): readonly Entry[] {
    return this.shown.get(uri.toString())?.entries ?? [];
  }

  private publish(): void {
    const shown = new Map<string, Shown>();
    const put = (uri: vscode.Uri, entry: Entry): void => {
      const name = uri.toString();
      const there = shown.get(name) ?? { uri, entries: [] };
      there.entries.push(entry);
      shown.set(name, there);
    };
    for (const entries of this.found.values()) {
      for (const entry of entries) {
        const open = openDocument(entry.config) !== undefined;
        if (open && entry.whileClosed) continue;
        const places = entry.clip === null ? [] : this.named.of(entry.clip);
        if (places.length === 0 || open)
          put(
            entry.config,
            entryAt(entry, entry.diagnostic.range, places.slice(0, MOST_RELATED).map(namedHere(entry))),
          );
        for (const { uri, range } of places) put(uri, entryAt(entry, range, [ruleOf(entry)]));
      }
    }
    for (const [name, { uri }] of this.shown) if (!shown.has(name)) this.collection.delete(uri);
    this.shown = shown;
    for (const { uri, entries } of shown.values())
      this.collection.set(
        uri,
        entries.map(({ diagnostic }) => diagnostic),
      );
  }
}

function ruleOf({ config, diagnostic, findings }: Entry): vscode.DiagnosticRelatedInformation {
  const words = vscode.l10n.t('The rule: {0}', findings[0]?.rule ?? '');
  return new vscode.DiagnosticRelatedInformation(new vscode.Location(config, diagnostic.range), words);
}

function namedHere({ findings }: Entry): (place: vscode.Location) => vscode.DiagnosticRelatedInformation {
  const words = vscode.l10n.t('{0} is named here', findings[0]?.clip ?? '');
  return (place) => new vscode.DiagnosticRelatedInformation(place, words);
}
