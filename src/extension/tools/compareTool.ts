/** `versusq_compare`: two videos -> `versusq.comparison/1`. What the store holds is given at once; anything else asks first. */
import * as vscode from 'vscode';
import { shortNames } from '../../engine/report/words.js';
import type { EngineWorker } from '../services.js';
import { answer, called, checked, clipNamed, confirmation } from './call.js';
import { CompareInput } from './inputs.js';
import { comparisonSentence } from './sentences.js';
import { comparisonForModel } from './trim.js';

export class CompareTool implements vscode.LanguageModelTool<CompareInput> {
  constructor(private readonly worker: EngineWorker) {}

  prepareInvocation(
    { input }: vscode.LanguageModelToolInvocationPrepareOptions<CompareInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.PreparedToolInvocation> {
    return called(token, async (signal) => {
      const { a, b, glanceOnly = false } = checked(CompareInput, input);
      return preparePair(this.worker, await clipNamed(a), await clipNamed(b), glanceOnly, signal);
    });
  }

  invoke(
    { input }: vscode.LanguageModelToolInvocationOptions<CompareInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    return called(token, async (signal) => {
      const { a, b, glanceOnly = false } = checked(CompareInput, input);
      const params = { a: await clipNamed(a), b: await clipNamed(b), glanceOnly };
      const comparison = await this.worker.request('compare', params, { signal });
      return answer(comparisonSentence(comparison), comparisonForModel(comparison));
    });
  }
}

/** What is told and asked before two clips (absolute paths) are compared. */
export async function preparePair(
  worker: EngineWorker,
  a: string,
  b: string,
  glanceOnly: boolean,
  signal: AbortSignal,
): Promise<vscode.PreparedToolInvocation> {
  const [nameA, nameB] = shortNames(a, b);
  const stored = await worker.request('storedComparison', { a, b }, { signal });
  const invocationMessage = vscode.l10n.t('Comparing the quality of {0} and {1}', nameA, nameB);
  if (stored !== null && (glanceOnly || stored.kind === 'considered')) return { invocationMessage };
  return {
    invocationMessage,
    confirmationMessages: confirmation(
      vscode.l10n.t('Compare the quality of two videos'),
      vscode.l10n.t(
        '{0} and {1} have not been compared yet. VersusQ reads both on this machine; nothing is sent anywhere.',
        nameA,
        nameB,
      ),
    ),
  };
}
