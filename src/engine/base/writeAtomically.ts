// Files that others read appear whole or not at all: written beside their place, synced to the disk, then renamed into it.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Makes the folder if missing. A failure (a full disk) leaves nothing behind and is passed on. For files below 2 GB; see `writeDurably`. */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { fsync: true });
}
