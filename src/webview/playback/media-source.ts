/**
 * Where a player reads from. Seeking over the webview's service worker is slow in large files (0.4-6.4 s at 63 MB; from a blob
 * 0.04-0.2 s), so files up to a bound are fetched once into a blob. Failing that, the direct address is always good.
 * `release` gives the memory back of clips that are no longer shown.
 */
/** Bytes a panel may hold of one clip. */
export const BLOB_LIMIT = 150e6;

export class ClipSource {
  private blobs = new Map<string, string>();

  /** Address for a player; `bytes` null: not known, then the answer's length decides. */
  async resolve(uri: string, bytes: number | null, signal: AbortSignal): Promise<string> {
    if ((bytes ?? 0) > BLOB_LIMIT || /^(blob|data):/.test(uri)) return uri;
    const known = this.blobs.get(uri);
    if (known !== undefined) return known;
    try {
      const response = await fetch(uri, { signal });
      if (!response.ok || Number(response.headers.get('content-length')) > BLOB_LIMIT) {
        await response.body?.cancel();
        return uri;
      }
      const blob = await response.blob();
      signal.throwIfAborted();
      const made = URL.createObjectURL(blob);
      this.blobs.set(uri, made);
      return made;
    } catch {
      return uri; // refused by the policy, gone, or aborted: the caller checks its signal
    }
  }

  /** Gives back every blob but those of `keep`. */
  release(keep: readonly (string | null)[]): void {
    for (const [uri, blob] of this.blobs)
      if (!keep.includes(uri)) {
        URL.revokeObjectURL(blob);
        this.blobs.delete(uri);
      }
  }
}
