export function manifestTexts(
  manifest?: object,
  replace?: (path: (string | number)[], owner: object, text: string) => string,
): { keys: string[]; plain: [string, string][] };
