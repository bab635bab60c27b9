// Copies of the database in `backups/`: before migrations and repairs, and once a day.
import type { Database } from 'better-sqlite3';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';

const kept = 8;
const dayMs = 24 * 3600 * 1000;

const namesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.db'))
        .toSorted()
    : [];

/** 2026-12-01T04-12-42-123Z, as the names begin, in ms; NaN for names that begin otherwise. */
const stampOf = (name: string): number => Date.parse(name.slice(0, 24).replace(/T(\d\d)-(\d\d)-(\d\d)-/, 'T$1:$2:$3.'));

/** A name that sorts after all copies there are: a clock that was set back must not make the newest copy look like the oldest. */
function stamped(folder: string, reason: string): string {
  const newest = Math.max(0, ...namesIn(folder).map(stampOf).filter(Number.isFinite));
  const stamp = new Date(Math.max(Date.now(), newest + 1)).toISOString();
  return `${stamp.replaceAll(/[:.]/g, '-')}-${reason}.db`;
}

function prune(folder: string): void {
  for (const name of namesIn(folder).slice(0, -kept)) rmSync(path.join(folder, name));
}

/** Newest first, by name. */
export const backupsIn = (folder: string): string[] =>
  namesIn(folder)
    .toReversed()
    .map((name) => path.join(folder, name));

/** A complete copy of the database, made at once; the oldest beyond eight go. Returns its path. */
export function backUp(db: Database, folder: string, reason: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, stamped(folder, reason));
  db.prepare('VACUUM INTO ?').run(file);
  prune(folder);
  return file;
}

/** Whether a day has passed since the newest copy. A clock that was set back counts as a day, too. */
function isDue(folder: string): boolean {
  const [newest] = backupsIn(folder);
  return newest === undefined || Math.abs(Date.now() - statSync(newest).mtimeMs) > dayMs;
}

/**
 * The copy of the day, made page by page beside other work; null where it is not due. One that is cut off leaves a `.part` file,
 * which the next one replaces.
 * @throws DISK_FULL, without trying, where the copy would fill the disk
 */
export async function backUpDaily(db: Database, folder: string, signal?: AbortSignal): Promise<string | null> {
  if (!isDue(folder)) return null;
  const { bavail, bsize } = statfsSync(path.dirname(folder));
  if (bavail * bsize < 3 * statSync(db.name).size)
    throw new EngineError('DISK_FULL', 'there is too little room for the daily backup of the database', {
      path: folder,
      hint: 'Free some space; the backup is made at the next start.',
    });
  mkdirSync(folder, { recursive: true });
  const part = path.join(folder, 'daily.part');
  rmSync(part, { force: true });
  try {
    await db.backup(part, { progress: () => (signal?.aborted ? 0 : 500) });
    if (signal?.aborted) throw new EngineError('CANCELLED', 'the workspace was closed during its backup');
    const file = path.join(folder, stamped(folder, 'daily'));
    renameSync(part, file);
    prune(folder);
    return file;
  } catch (thrown) {
    rmSync(part, { force: true });
    throw EngineError.from(thrown);
  }
}
