// Keeps a folder of remakeable files under a size: the least recently used go first.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes the inputs folder may hold: 8 GB, or CAVMAE_INPUT_CACHE_GB. */
export function inputCacheBytes(environment: NodeJS.ProcessEnv = process.env): number {
  const gigabytes = Number(environment.CAVMAE_INPUT_CACHE_GB);
  return (gigabytes > 0 ? gigabytes : 8) * 1024 ** 3;
}

/**
 * Removes the oldest files (by last use, which readers mark with `utimes`) until the rest is a tenth under `maxBytes`.
 * Returns how many went.
 */
export async function boundFolder(folder: string, maxBytes: number): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const files = (
    await Promise.all(
      names.map(async (name) => {
        const path = join(folder, name);
        const file = await stat(path).catch(() => null);
        return file?.isFile() ? { path, bytes: file.size, usedMs: file.mtimeMs } : null;
      }),
    )
  )
    .filter((file) => file !== null)
    .sort((a, b) => a.usedMs - b.usedMs);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= maxBytes) return 0;
  let removed = 0;
  for (const file of files) {
    if (bytes <= maxBytes * 0.9) break;
    await rm(file.path, { force: true });
    bytes -= file.bytes;
    removed++;
  }
  return removed;
}
