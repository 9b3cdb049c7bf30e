/** Which keys the focused control needs itself, so that they are not taken for commands of the table. */
import type { Command } from './view/keys.js';

/** Whether the focused control needs this key itself: text fields and lists any, buttons Enter. */
export function keepsKey(event: KeyboardEvent, command: Command, table: HTMLElement): boolean {
  for (const target of event.composedPath()) {
    if (!(target instanceof HTMLElement)) continue;
    if (target.matches('input, textarea, select, vscode-dropdown, vscode-option, [role=menu]')) return true;
    if (event.key === 'Enter' && target.matches('button, summary, vscode-button')) return true;
    if (target === table) break;
  }
  // Text that was marked with the pointer is copied, not the rows.
  return command === 'copy-rows' && (getSelection()?.toString() ?? '') !== '';
}
