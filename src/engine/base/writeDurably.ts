// A file that is either the old one or the new one, whatever happens: temporary file, fsync, rename, fsync of the folder. Own code beside
// `write-file-atomic` because training states exceed the 2 GB that one write call takes.
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../../shared/engineError.ts';

/**
 * Makes the folder if missing; what a killed process left beside is written over. Throws EngineError (DISK_FULL where
 * the disk is); the old file is intact then.
 */
export function writeDurably(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, 'w');
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 28));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw EngineError.from(thrown);
  }
  // Windows cannot open a folder; there the rename is durable by itself.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
