/** Text for cells that spreadsheets open. Pure. */

/**
 * Text that no spreadsheet takes for a formula: a file may be named `=1+1.mp4`, and a formula can send what a sheet holds
 * elsewhere. An apostrophe before it says "text" (OWASP, CSV injection). For text only: a score may begin with a minus.
 */
export const textCell = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
