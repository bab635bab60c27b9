// Identity of a file: SHA-256 of all its bytes, streamed. Head-and-tail shortcuts would call two recordings of one
// camera duplicates.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Hex digest, 64 characters. Throws CANCELLED (AbortError) when stopped. */
export async function contentHash(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, signal ? { signal } : {});
  return hash.digest('hex');
}
