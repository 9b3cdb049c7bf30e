export const LANGUAGES: string[];
export function stringsIn(text: string, name?: string): { strings: string[]; unreadable: string[] };
export function collectStrings(): { strings: string[]; unreadable: string[] };
export function manifestTexts(
  manifest?: object,
  replace?: (path: (string | number)[], owner: object, text: string) => string,
): { keys: string[]; plain: [string, string][] };
export function placeholders(text: string): string;
export function problems(): string[];
