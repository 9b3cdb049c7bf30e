/**
 * `versusq_explain`: why. Of a pair the model's reasoning, its claims and the facts that differ, stored or computed; of one clip
 * what is known of it (its ranking, its last comparison, its facts), and nothing is compared.
 */
import * as vscode from 'vscode';
import { factRows } from '../../engine/report/words.js';
import {
  VersusqError,
  type ClipQuality,
  type Comparison,
  type ErrorData,
  type QualityRanking,
} from '../../protocol/index.js';
import type { EngineWorker } from '../services.js';
import { answer, called, checked, clipNamed } from './call.js';
import { preparePair } from './compareTool.js';
import { ExplainInput } from './inputs.js';
import { clipSentence, comparisonSentence } from './sentences.js';
import { factsForModel, rounded } from './trim.js';

/** A clip's place in a ranking of this window; null: it has none. */
export type PlaceOf = (path: string) => QualityRanking | null;

export class ExplainTool implements vscode.LanguageModelTool<ExplainInput> {
  constructor(
    private readonly worker: EngineWorker,
    private readonly placeOf: PlaceOf,
  ) {}

  prepareInvocation(
    { input }: vscode.LanguageModelToolInvocationPrepareOptions<ExplainInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.PreparedToolInvocation> {
    return called(token, async (signal) => {
      const { clip, against } = checked(ExplainInput, input);
      const path = await clipNamed(clip);
      if (against === undefined) return { invocationMessage: vscode.l10n.t('Looking up what is known of {0}', clip) };
      return preparePair(this.worker, path, await clipNamed(against), false, signal);
    });
  }

  invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<ExplainInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    return called(token, async (signal) => {
      const { clip, against } = checked(ExplainInput, input);
      const path = await clipNamed(clip);
      if (against === undefined) return this.explainClip(path, signal);
      const comparison = await this.worker.request('compare', { a: path, b: await clipNamed(against) }, { signal });
      return answer(comparisonSentence(comparison), explanation(comparison));
    });
  }

  private async explainClip(path: string, signal: AbortSignal): Promise<vscode.LanguageModelToolResult> {
    const [stored] = await this.worker.request('quality', { paths: [path] }, { signal });
    const ranking = stored?.ranking ?? this.placeOf(path); // nothing is stored where the store is off
    const comparison = stored?.comparison ?? null;
    let facts = stored?.facts ?? null;
    let error: ErrorData | null = stored?.error ?? null;
    try {
      facts ??= await this.worker.request('probe', { path }, { signal });
    } catch (cause) {
      const failure = VersusqError.from(cause, path);
      if (failure.code === 'cancelled') throw failure;
      error = failure.toData();
    }
    const known = ranking !== null ? 'ranked' : comparison !== null ? 'compared' : 'measured';
    const quality: ClipQuality = {
      path,
      state: error === null ? known : 'failed',
      ranking,
      comparison,
      facts: facts && factsForModel(facts),
      error: error && { code: error.code, message: error.message },
    };
    return answer(clipSentence(quality), rounded(quality));
  }
}

/** The part of a comparison that says why. */
function explanation(c: Comparison): object {
  return rounded({
    a: c.a.path,
    b: c.b.path,
    margin: c.margin,
    interval95: c.interval95,
    verdict: c.verdict,
    reasoning: c.reasoning,
    claims: c.claims,
    attributes: c.attributes,
    notes: [...c.alignment.notes, ...c.a.warnings, ...c.b.warnings],
    differences: factRows(c.a, c.b)
      .filter(({ differs }) => differs)
      .map(({ label, a, b }) => ({ fact: label, a, b })),
    model: c.provenance.model,
  });
}
