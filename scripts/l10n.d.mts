/** A text, or what a plural says of one and of others. */
export type Wording = string | Record<string, string>;

export const LANGUAGES: string[];
export function collectStrings(): { strings: string[]; unreadable: string[] };
export function collectWords(): {
  words: { panels: Record<string, Wording>; sentences: Record<string, string> };
  found: string[];
};
export function placeholders(text: string): string;
export function wordingTrouble(wording: Wording | undefined, english: Wording, language: string): string | null;
export function untranslatedPages(
  manifest: { contributes?: { walkthroughs?: { steps: { media: { markdown?: string } }[] }[] } },
  isThere?: (path: string) => boolean,
): string[];
export function problems(): string[];
