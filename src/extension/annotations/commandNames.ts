/** Commands that annotations lead to. A hover's links may run these and the settings, nothing else. */

export const ANALYSE = 'versusq.analyse';
export const RANK_NAMED = 'versusq.rankNamed';
export const COMPARE_NAMED = 'versusq.compareNamed';
export const SHOW_NAMED = 'versusq.showNamed';
export const RANK_FOLDER_OF = 'versusq.rankFolderOf';
export const COMPARE_WITH = 'versusq.compareWith';
export const OPEN_SETTINGS = 'workbench.action.openSettings';
export const HOVER_COMMANDS: readonly string[] = [
  COMPARE_NAMED,
  RANK_FOLDER_OF,
  COMPARE_WITH,
  RANK_NAMED,
  ANALYSE,
  OPEN_SETTINGS,
];

/** A name in a document: the document's URI as text, and the offset where the name begins. */
export interface NamedPlace {
  document: string;
  start: number;
  /** What this name leads to, without the list it stands in. */
  alone?: boolean;
}

export function isNamedPlace(value: unknown): value is NamedPlace {
  const { document, start } = (value ?? {}) as Partial<Record<keyof NamedPlace, unknown>>;
  return typeof document === 'string' && typeof start === 'number';
}
