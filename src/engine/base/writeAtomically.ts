// Writes a file atomically: readers see the whole new file or none. It is written beside its place, synced, then
// renamed.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/**
 * Makes the folder if missing. A failure (a full disk) leaves nothing behind and is passed on. For files below 2 GB;
 * see `writeDurably`.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { fsync: true });
}
