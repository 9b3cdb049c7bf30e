/** Findings as workflow commands of GitHub Actions, which shows them at their lines of the config; and text that holds none. */
import { randomUUID } from 'node:crypto';

/** One `::error` line. `file` as GitHub sees it: relative to the root of the repository, with `/`. */
export function errorAnnotation(
  file: string,
  { line, column, length }: { line: number; column: number; length: number },
  title: string,
  message: string,
): string {
  const properties = { file, line, endLine: line, col: column, endColumn: column + Math.max(1, length), title };
  const told = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::error ${told.join(',')}::${escapeMessage(message)}\n`;
}

/** Lines in which the runner looks for no commands: names of clips stand in them. `text` ends with a line break. */
export function withoutCommands(text: string): string {
  const token = randomUUID(); // what a name can't hold, because nobody knows it before
  return `::stop-commands::${token}\n${text}::${token}::\n`;
}

/** As @actions/core escapes: a line break would end the command, `%` begins an escape. */
const escapeMessage = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string => escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
