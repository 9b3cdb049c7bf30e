/** Values on their way into the database and out of it. */

/** What was kept as JSON; null where it is none. */
export function parse<T>(json: unknown): T | null {
  if (typeof json !== 'string') return null;
  try {
    return JSON.parse(json) as T;
  } catch {
    return null;
  }
}

/** The keys that begin so, for `key >= ? AND key < ?`; at least one character. */
export function range(prefix: string): [from: string, below: string] {
  return [prefix, prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)];
}
