/** An error as a line of JSON (`versusq.failure/1`): code, message and path. */
import type { ErrorData } from '../protocol/index.js';

export function errorLine({ code, message, path }: ErrorData): string {
  return `${JSON.stringify({ error: { code, message, ...(path === undefined ? {} : { path }) } })}\n`;
}
