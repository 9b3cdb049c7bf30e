/**
 * Panels whose extension host was killed. VS Code starts a new host, but the panels of the old one stay as they were and hear of
 * nothing any more. What was open is remembered with the session of the window, which a reload changes and a new host does not: where
 * the new host finds panels of its own session, they are made anew in their places. Everything computed is in the store.
 */
import * as vscode from 'vscode';

const OPEN = 'versusq.openPanels';

export interface OpenPanel {
  viewType: string;
  /** The titles that its tab may have. */
  titles: readonly string[];
  /** What the panel's serializer is given. */
  state: unknown;
}
interface Kept {
  session: string;
  panels: readonly OpenPanel[];
}
type Restore = (panel: vscode.WebviewPanel, state: unknown) => unknown;

const sameAs =
  (one: OpenPanel) =>
  (other: OpenPanel): boolean =>
    other.viewType === one.viewType && JSON.stringify(other.state) === JSON.stringify(one.state);

function openPanels(memory: vscode.Memento): readonly OpenPanel[] {
  const kept = memory.get<Kept>(OPEN);
  return kept?.session === vscode.env.sessionId ? kept.panels : [];
}

/** Remembers a panel for as long as it is open. */
export function keepPanel(memory: vscode.Memento, panel: vscode.WebviewPanel, open: OpenPanel): void {
  const others = (): OpenPanel[] => openPanels(memory).filter((other) => !sameAs(open)(other));
  const write = (panels: OpenPanel[]): void =>
    void memory.update(OPEN, { session: vscode.env.sessionId, panels } satisfies Kept);
  write([...others(), open]);
  panel.onDidDispose(() => write(others()));
}

/**
 * Makes the panels of a host that was lost in this window anew, each in its column; gives how many. Only those that stand in front: VS Code
 * itself gives back a panel behind others when it is turned to, and some windows keep their session over a reload.
 */
export async function bringBackLost(
  memory: vscode.Memento,
  restore: Readonly<Record<string, Restore>>,
): Promise<number> {
  const lost = openPanels(memory).flatMap((open) => {
    const tab = tabOf(open);
    return tab === undefined ? [] : [{ open, tab }];
  });
  for (const { open, tab } of lost) {
    const place = { viewColumn: tab.group.viewColumn, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel(open.viewType, tab.label, place);
    await vscode.window.tabGroups.close(tab, true);
    await restore[open.viewType]?.(panel, open.state);
  }
  return lost.length;
}

/** VS Code puts a name of its own before the type of a panel. */
function tabOf({ viewType, titles }: OpenPanel): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.find(
    ({ input, label, isActive }) =>
      isActive &&
      input instanceof vscode.TabInputWebview &&
      input.viewType.endsWith(viewType) &&
      titles.includes(label),
  );
}
