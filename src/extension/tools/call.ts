/**
 * What every tool does around its work: check the input, hand over the cancellation, and answer with one sentence and JSON. An
 * error reaches the model as a text that says what happened and what to do.
 */
import * as vscode from 'vscode';
import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { isVideoName, VersusqError, say } from '../../protocol/index.js';
import { inWorkspace } from '../workspacePaths.js';

/** Errors: `usage`, with the first thing that is wrong. */
export function checked<T extends TSchema>(schema: T, input: unknown): Static<T> {
  if (Value.Check(schema, input)) return input;
  const first = Value.Errors(schema, input).First();
  throw new VersusqError(
    'usage',
    say`The tool can't be used so: ${first?.path ?? ''} ${first?.message ?? 'wrong input'}.`,
  );
}

/** Absolute path of a video of the workspace. Errors: `usage`, `media/not-found`. */
export async function clipNamed(name: string): Promise<string> {
  const path = await inWorkspace(name);
  if (!isVideoName(path)) throw new VersusqError('usage', say`"${name}" is not a video by its name.`);
  return path;
}

export function answer(sentence: string, json: object): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([
    new vscode.LanguageModelTextPart(sentence),
    new vscode.LanguageModelTextPart(JSON.stringify(json)),
  ]);
}

/** Runs a tool's work with a signal that follows the token. Errors: CancellationError, or an Error with a text for the model. */
export async function called<T>(
  token: vscode.CancellationToken,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  if (token.isCancellationRequested) throw new vscode.CancellationError();
  const listener = token.onCancellationRequested(() => controller.abort());
  try {
    return await work(controller.signal);
  } catch (error) {
    const { code, message } = VersusqError.from(error);
    if (controller.signal.aborted) throw new vscode.CancellationError();
    throw new Error(`${message} (${code})`, { cause: error });
  } finally {
    listener.dispose();
  }
}

/** Asked before long work. File names are not read as Markdown. */
export function confirmation(title: string, text: string): vscode.LanguageModelToolConfirmationMessages {
  return { title, message: new vscode.MarkdownString().appendText(text) };
}
