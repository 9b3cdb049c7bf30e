/**
 * The content hash of a file (DESIGN 3.5): names a clip in the store, whatever its path or time.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const FULL_BELOW = 8 * 2 ** 20; // bytes
const BLOCK = 256 * 2 ** 10; // bytes
const BLOCKS = 16; // head, tail and 14 spread evenly between

/** 32 hex digits of sha256 over the size and the whole file, or over 16 blocks of it from 8 MB on. Errors: those of fs. */
export async function contentHash(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256').update(`${size}\n`);
    const block = Buffer.allocUnsafe(size < FULL_BELOW ? Math.max(1, size) : BLOCK);
    const starts =
      size < FULL_BELOW
        ? [0]
        : Array.from({ length: BLOCKS }, (_, k) => Math.floor(((size - BLOCK) * k) / (BLOCKS - 1)));
    for (const start of starts) {
      const { bytesRead } = await file.read(block, 0, block.length, start);
      hash.update(block.subarray(0, bytesRead));
    }
    return hash.digest('hex').slice(0, 32);
  } finally {
    await file.close();
  }
}
