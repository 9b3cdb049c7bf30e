/** Quality as inlay hints: for the visible range, out of what is known; what is not known is offered, not begun. */
import * as vscode from 'vscode';
import type { Reference, ReferenceTarget } from '../../protocol/index.js';
import { densityOf, type Density } from './annotationSettings.js';
import { ANALYSE, type NamedPlace } from './commandNames.js';
import type { Mentions, NamedFiles } from './mentions.js';
import { nextStepWords } from './nextStep.js';
import { clipCount, fit, noteText, patternText } from './noteText.js';
import type { QualityCache, QualityNote } from './qualityCache.js';
import { noteWords } from './noteWords.js';

/** Hints wait so long for the worker, milliseconds; what comes later is shown by another request. */
const WAIT_MS = 120;
/** Clips looked at for one answer: the patterns of a screen may name more than are kept, and would be asked for without end. */
const MOST_CLIPS = 5000;

/** One that offers to analyse its clip; what a click does is looked up when it is pointed at. */
class OfferingHint extends vscode.InlayHint {
  constructor(
    readonly document: vscode.TextDocument,
    readonly reference: Reference,
    readonly part: vscode.InlayHintLabelPart,
    /** What is known of the clip. */
    readonly words: string,
  ) {
    super(document.positionAt(reference.end), [part]);
  }
}

export class InlayHints implements vscode.InlayHintsProvider {
  constructor(
    private readonly mentions: Mentions,
    private readonly cache: QualityCache,
    /** Is told the clips that are looked at. */
    private readonly seen: (paths: readonly string[]) => void,
  ) {}

  async provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlayHint[]> {
    const density = densityOf('inlayHints', document.uri);
    if (density === null) return [];
    void this.cache.wake();
    await this.mentions.read(document);
    const references = this.mentions.within(document, range);
    const version = document.version;
    const targets = await Promise.all(references.map((reference) => this.mentions.target(document, reference)));
    const all = lookedAt(targets);
    this.seen([...all]);
    await this.cache.get([...all], WAIT_MS);
    if (token.isCancellationRequested || document.version !== version) return [];
    return references.flatMap((reference, i) => {
      const target = targets[i]!;
      if (target.kind === 'refused') return [];
      if (target.kind === 'missing') return missingHint(document, reference, density) ?? [];
      const { paths, truncated = false } = target;
      const hint =
        reference.kind === 'glob'
          ? this.patternHint(document, reference, { paths, truncated }, all, density)
          : this.clipHint(document, reference, paths[0]!, density);
      return hint ?? [];
    });
  }

  async resolveInlayHint(hint: vscode.InlayHint): Promise<vscode.InlayHint> {
    if (!(hint instanceof OfferingHint)) return hint;
    hint.part.tooltip = `${hint.words} ${await nextStepWords(this.mentions, hint)}`.trimEnd();
    return hint;
  }

  /** null: the answer is on its way, or there is nothing to say. */
  private clipHint(
    document: vscode.TextDocument,
    reference: Reference,
    path: string,
    density: Density,
  ): vscode.InlayHint | null {
    const note = this.cache.peek(path);
    const text = note === null ? '' : noteText(note, density);
    if (note === null || text === '') return null;
    if (note.state !== 'unknown' && note.state !== 'measured')
      return hintAt(document, reference, text, noteWords(note));
    const part = new vscode.InlayHintLabelPart(text);
    const here: NamedPlace = { document: document.uri.toString(), start: reference.start };
    part.command = { command: ANALYSE, title: vscode.l10n.t('Analyse'), arguments: [here] };
    const hint = new OfferingHint(document, reference, part, noteWords(note));
    hint.paddingLeft = true;
    return hint;
  }

  private patternHint(
    document: vscode.TextDocument,
    reference: Reference,
    files: NamedFiles,
    all: ReadonlySet<string>,
    density: Density,
  ): vscode.InlayHint | null {
    const isLookedAt = files.paths.every((path) => all.has(path));
    const notes = isLookedAt ? files.paths.map((path) => this.cache.peek(path)) : [];
    const known = notes.filter((note): note is QualityNote => note !== null);
    if (known.length < notes.length) return null; // on its way: nothing is said meanwhile
    const text = patternText(files, isLookedAt ? known : null, density);
    return hintAt(document, reference, text, vscode.l10n.t('The pattern names {0}.', clipCount(files)));
  }
}

/** The files that names lead to, as many as are looked at: names of one before patterns, of a pattern all or none. */
function lookedAt(targets: readonly ReferenceTarget[]): Set<string> {
  const all = new Set<string>();
  const lists = targets.flatMap((target) => (target.kind === 'files' ? [target.paths] : []));
  for (const paths of lists.sort((a, b) => a.length - b.length))
    if (all.size + paths.length <= MOST_CLIPS) for (const path of paths) all.add(path);
  return all;
}

function missingHint(document: vscode.TextDocument, reference: Reference, density: Density): vscode.InlayHint | null {
  if (reference.kind !== 'glob') {
    const words = vscode.l10n.t(
      'There is no such file beside this one, in the workspace, or in versusq.annotations.roots.',
    );
    const nothing = { path: reference.name, ranking: null, comparison: null, error: null };
    return hintAt(document, reference, noteText({ ...nothing, state: 'missing' }, density), words);
  }
  if (density === 'compact') return null;
  const words = vscode.l10n.t(
    'The pattern matches no file beside this one, in the workspace, or in versusq.annotations.roots.',
  );
  return hintAt(document, reference, fit(vscode.l10n.t('no file matches')), words);
}

function hintAt(document: vscode.TextDocument, reference: Reference, text: string, words: string): vscode.InlayHint {
  const part = new vscode.InlayHintLabelPart(text);
  part.tooltip = words;
  const hint = new vscode.InlayHint(document.positionAt(reference.end), [part]);
  hint.paddingLeft = true;
  return hint;
}
