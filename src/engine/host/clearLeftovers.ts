// Removes what killed processes left half written in a workspace. Only its writer does so: nobody else can be writing then.
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Folders of a workspace in which files are written beside their place and then renamed. */
const folders = [
  'inputs',
  'thumbnails',
  'previews',
  'overviews',
  'uploads',
  'runs',
  'models',
  'classifiers',
  'exports',
  'backups',
  'demo',
] as const;
const deepest = 2;
/** A temporary name of `write-file-atomic`: the file's own and a 32-bit number. */
const atomicTemporary = /\.(safetensors|jpg|json|wav|bin)\.\d{1,10}$/;

/**
 * A download that can be resumed ends in `.partial`, and an unfinished gallery is a folder: both stay.
 * `own`: every name in the folder is ours; a person's file among uploads may end in a number.
 */
const isLeftover = (name: string, own: boolean): boolean =>
  name.endsWith('.part') || (own && atomicTemporary.test(name));

async function clear(
  folder: string,
  { depth, own }: { depth: number; own: boolean },
  begunMs: number,
  signal: AbortSignal,
): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let removed = 0;
  for (const entry of entries) {
    if (signal.aborted) return removed;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && depth < deepest) {
      const inside = await clear(file, { depth: depth + 1, own }, begunMs, signal);
      removed += inside;
      // An upload lies in a folder of its own.
      if (inside > 0) await rmdir(file).catch(() => undefined);
    } else if (entry.isFile() && isLeftover(entry.name, own)) {
      const facts = await stat(file).catch(() => null);
      // What is younger is this process's own, and being written.
      if (!facts || facts.mtimeMs >= begunMs) continue;
      await rm(file, { force: true });
      removed++;
    }
  }
  return removed;
}

/** Removes what is older than `begunMs` (the start of this process). Returns how many files went. */
export async function clearLeftovers(workspacePath: string, begunMs: number, signal: AbortSignal): Promise<number> {
  let removed = 0;
  for (const name of folders)
    removed += await clear(path.join(workspacePath, name), { depth: 0, own: name !== 'uploads' }, begunMs, signal);
  return removed;
}
