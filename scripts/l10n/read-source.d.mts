export function stringsIn(
  text: string,
  name?: string,
  of?: 'host' | 't',
): { strings: (string | { one: string; other: string })[]; unreadable: string[] };
export function sentencesIn(text: string, name?: string): string[];
export function unmarkedErrors(text: string, name?: string): string[];
export function plainWords(text: string, name?: string): [string, string][];
