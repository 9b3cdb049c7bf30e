/**
 * The language model tools by name, as VS Code wants them at activation; what they do is loaded at the first call. Schemas and
 * descriptions stand in package.json.
 */
import * as vscode from 'vscode';

export const TOOL_NAMES = ['versusq_compare', 'versusq_rank', 'versusq_explain'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];
export type Tools = Record<ToolName, Required<vscode.LanguageModelTool<never>>>;

export function registerTools(load: () => Promise<{ tools: Tools }>): vscode.Disposable[] {
  return TOOL_NAMES.map((name) =>
    vscode.lm.registerTool<never>(name, {
      prepareInvocation: async (options, token) => (await load()).tools[name].prepareInvocation(options, token),
      invoke: async (options, token) => (await load()).tools[name].invoke(options, token),
    }),
  );
}
