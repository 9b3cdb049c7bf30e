/**
 * The clips that open documents name: one index a document, kept up to date edit by edit, and where each name leads, kept until
 * files come or go. Nothing is read of a document before an annotation of it is asked for.
 */
import * as vscode from 'vscode';
import { setImmediate } from 'node:timers/promises';
import { isAbsolute, join } from 'node:path';
import { formatOf, ReferenceIndex, resolveReference, SpacedNames } from '../../engine/references/index.js';
import type { Reference, ReferenceFormat, ReferenceTarget } from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import { workspaceFolders } from '../workspacePaths.js';
import { Ancestors } from './ancestors.js';
import { fileOf, rootsFor } from './annotationSettings.js';
import { groupsOf, type Group } from './groups.js';

/** Names whose targets are kept. */
const TARGETS_KEPT = 20_000;
/** Longest time that reading a document takes at once, milliseconds; a long one is read in several goes. */
const READ_MS = 3;

interface Indexed {
  index: ReferenceIndex;
  /** Of the document as indexed. */
  version: number;
  format: ReferenceFormat;
}

export interface NamedFiles {
  paths: string[];
  truncated: boolean;
}

export class Mentions extends Disposable {
  /** By the document's URI; null: of a format without references. */
  private readonly documents = new Map<string, Indexed | null>();
  private readonly targets = new Map<string, Promise<ReferenceTarget>>();
  private readonly missed = new Ancestors();
  private readonly spaced = new SpacedNames();
  private readonly forgotten = this._register(new vscode.EventEmitter<void>());
  /** Names may lead elsewhere now. */
  readonly onDidForgetTargets = this.forgotten.event;

  constructor() {
    super();
    this._register(vscode.workspace.onDidChangeTextDocument((change) => this.edited(change)));
    this._register(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.documents.delete(uri.toString())));
  }

  /** Reads the document to its end, in short goes. */
  async read(document: vscode.TextDocument): Promise<void> {
    for (let indexed = this.indexed(document); indexed?.index.advance(); indexed = this.indexed(document))
      await setImmediate();
  }

  /** All of a document that were read, by where they stand. */
  in(document: vscode.TextDocument): readonly Reference[] {
    return this.indexed(document)?.index.references ?? [];
  }

  /** Those that end in the range; found by bisection, so that a long document costs no more than a short one. */
  within(document: vscode.TextDocument, range: vscode.Range): Reference[] {
    const all = this.in(document);
    const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    const first = lowerBound(all, from);
    let end = first;
    while (end < all.length && all[end]!.end <= to) end++;
    return all.slice(first, end);
  }

  /** The name that is pointed at, with what its files say belongs to it. */
  async at(document: vscode.TextDocument, position: vscode.Position): Promise<Reference | null> {
    const offset = document.offsetAt(position);
    const all = this.in(document);
    const found = all[lowerBound(all, offset)];
    if (found === undefined || found.start - (found.lead?.length ?? 0) > offset) return null;
    if (found.start <= offset) return found;
    return found.start - (await this.taken(document, found)) <= offset ? found : null;
  }

  /** Where a name stands, with the words before it that its file shows to belong to it. */
  async rangeOf(document: vscode.TextDocument, reference: Reference): Promise<vscode.Range> {
    const start = reference.start - (await this.taken(document, reference));
    return new vscode.Range(document.positionAt(start), document.positionAt(reference.end));
  }

  /** Where a name of the document leads; the files themselves are looked at once, until some come or go. */
  target(document: vscode.TextDocument, reference: Reference): Promise<ReferenceTarget> {
    const key = [document.uri.path, reference.kind, reference.name, reference.lead ?? ''].join('\0');
    const kept = this.targets.get(key);
    if (kept !== undefined) return kept;
    const file = fileOf(document.uri);
    const folders = workspaceFolders();
    const own = (file && vscode.workspace.getWorkspaceFolder(file))?.uri.fsPath ?? folders[0];
    const roots = rootsFor(document.uri).flatMap((root) => (isAbsolute(root) ? root : own ? join(own, root) : []));
    const around = { document: file?.fsPath ?? null, workspaceFolders: folders, roots, spaced: this.spaced };
    const target = resolveReference(reference, around).then((found) => {
      if (found.kind === 'missing') for (const path of found.looked) this.missed.add(path);
      return found;
    });
    this.targets.set(key, target);
    const oldest = this.targets.keys().next();
    if (this.targets.size > TARGETS_KEPT && !oldest.done) this.targets.delete(oldest.value);
    return target;
  }

  /** The files a name leads to; empty where it leads to none. */
  async paths(document: vscode.TextDocument, reference: Reference): Promise<readonly string[]> {
    const target = await this.target(document, reference);
    return target.kind === 'files' ? target.paths : [];
  }

  /** The files that any of the names lead to, each once. `truncated`: a pattern among them may name more. */
  async files(document: vscode.TextDocument, references: readonly Reference[]): Promise<NamedFiles> {
    const all = await Promise.all(references.map((reference) => this.target(document, reference)));
    const found = all.filter((target) => target.kind === 'files');
    return {
      paths: [...new Set(found.flatMap(({ paths }) => paths))],
      truncated: found.some(({ truncated }) => truncated === true),
    };
  }

  /** Pairs and lists of the document. */
  groups(document: vscode.TextDocument): Group[] {
    const indexed = this.indexed(document);
    if (indexed === null) return [];
    return groupsOf(indexed.index.references, indexed.format, (offset) => document.positionAt(offset).line);
  }

  /** Was a clip looked for in vain in this folder, or in one inside? */
  missesIn(folder: string): boolean {
    return this.missed.has(folder);
  }

  /** Files came or went, or the settings name other folders. */
  forgetTargets(): void {
    this.targets.clear();
    this.missed.clear();
    this.spaced.clear();
    this.forgotten.fire();
  }

  /** Code units before the name that belong to it. */
  private async taken(document: vscode.TextDocument, reference: Reference): Promise<number> {
    if (reference.lead === undefined) return 0;
    const target = await this.target(document, reference);
    return target.kind === 'files' ? (target.taken ?? 0) : 0;
  }

  private indexed(document: vscode.TextDocument): Indexed | null {
    const key = document.uri.toString();
    const there = this.documents.get(key);
    if (there !== undefined && (there === null || there.version === document.version)) return there;
    const made = there ?? begin(document);
    if (made !== null) {
      made.index.set(document.getText());
      made.version = document.version;
    }
    this.documents.set(key, made);
    return made;
  }

  private edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const there = this.documents.get(document.uri.toString());
    if (!there || contentChanges.length === 0) return;
    if (there.version === document.version - 1) {
      there.index.edit(
        contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
          start: rangeOffset,
          end: rangeOffset + rangeLength,
          text,
        })),
      );
      there.version = document.version;
    }
  }
}

/** A notebook's cell is a document of its language, not of the notebook's format. */
function begin(document: vscode.TextDocument): Indexed | null {
  const name = document.uri.scheme === 'vscode-notebook-cell' ? '' : document.uri.path;
  const format = formatOf(name, document.languageId);
  return format === null ? null : { index: new ReferenceIndex(format, { pass: READ_MS }), version: -1, format };
}

/** Index of the first reference that ends at or behind the offset. */
function lowerBound(references: readonly Reference[], offset: number): number {
  let [low, high] = [0, references.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (references[middle]!.end < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
