/** `versusq_rank`: a folder or some videos -> `versusq.ranking/1`, best first. Asks before it starts. */
import * as vscode from 'vscode';
import { VersusqError, type Ranking, type RankRequest, say } from '../../protocol/index.js';
import { clipsOf } from '../rank/clipFiles.js';
import { chosenClips, sourceName, type RankSource } from '../rank/source.js';
import { subfoldersToo } from '../rank/session.js';
import { inWorkspace } from '../workspacePaths.js';
import { answer, called, checked, clipNamed, confirmation } from './call.js';
import { RankInput } from './inputs.js';
import { rankingSentence } from './sentences.js';
import { rankingForModel } from './trim.js';

interface Task {
  source: RankSource;
  /** Absolute paths. */
  paths: string[];
  reference: string | null;
}

export class RankTool implements vscode.LanguageModelTool<RankInput> {
  constructor(private readonly rank: (request: RankRequest, signal: AbortSignal) => Promise<Ranking>) {}

  prepareInvocation(
    { input }: vscode.LanguageModelToolInvocationPrepareOptions<RankInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.PreparedToolInvocation> {
    return called(token, async () => {
      const { source, paths } = await taskOf(checked(RankInput, input));
      const name = sourceName(source);
      return {
        invocationMessage: vscode.l10n.t('Ranking {0} by quality', name),
        confirmationMessages: confirmation(
          vscode.l10n.t('Rank videos by quality'),
          vscode.l10n.t(
            'VersusQ reads {0} videos ({1}) on this machine and compares them. This can take a while; it can be cancelled, and what was computed is kept.',
            paths.length,
            name,
          ),
        ),
      };
    });
  }

  invoke(
    { input, tokenizationOptions }: vscode.LanguageModelToolInvocationOptions<RankInput>,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    return called(token, async (signal) => {
      const { source, paths, reference } = await taskOf(checked(RankInput, input));
      const params = { folder: source.folder, paths, options: { reference, whole: source.clips === null } };
      const ranking = await this.rank(params, signal);
      const told = rankingForModel(ranking, tokenizationOptions?.tokenBudget);
      return answer(rankingSentence(ranking, told.clips.length), told);
    });
  }
}

/** Links in a folder may lead anywhere. One that leads nowhere is told in its row. Error `usage`: one leads out of the workspace. */
async function refuseOutside(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await inWorkspace(path).catch((error: VersusqError) => {
      if (error.code !== 'media/not-found') throw error;
    });
  }
}

/** Errors: `usage`, `media/not-found`, `media/no-permission`. */
async function taskOf(input: RankInput): Promise<Task> {
  if ((input.folder === undefined) === (input.clips === undefined))
    throw new VersusqError('usage', say`Name either a folder or clips to rank.`);
  const source: RankSource =
    input.clips === undefined
      ? { folder: await inWorkspace(input.folder ?? ''), clips: null }
      : chosenClips(await Promise.all(input.clips.map(clipNamed)));
  const paths = await clipsOf(source, input.recursive ?? subfoldersToo());
  if (input.clips === undefined) await refuseOutside(paths);
  if (paths.length < 2)
    throw new VersusqError('usage', say`A ranking needs two videos; ${sourceName(source)} has ${paths.length}.`);
  const reference = input.reference === undefined ? null : await clipNamed(input.reference);
  if (reference !== null && !paths.includes(reference))
    throw new VersusqError('usage', say`The reference "${input.reference ?? ''}" is not one of the ranked videos.`);
  return { source, paths, reference };
}
