// Opens the workspace's SQLite database: safe settings, version check, backup, migrations.
import Database from 'better-sqlite3';
import { closeSync, copyFileSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { databaseVersion, migrations } from '../migrations/migrations.ts';
import { backUp } from './backups.ts';
import { DamagedDatabase, isDamage } from './damage.ts';

export type Db = Database.Database;

export const databaseName = 'workspace.db';
/** "CAVM": tells our databases from any other SQLite file. */
const applicationId = 0x4341564d;

/**
 * Version in the file's header (SQLite file format, offset 60), read without opening the database, so that nothing is
 * touched.
 */
function headerVersion(file: string): number {
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, header, 0, 100, 0) < 100) return 0;
  } finally {
    closeSync(handle);
  }
  if (header.toString('latin1', 0, 15) !== 'SQLite format 3') {
    throw new DamagedDatabase(file, `${file} is not a database`);
  }
  return header.readUInt32BE(60);
}

function refuseNewer(version: number, file: string): void {
  if (version <= databaseVersion) return;
  throw new EngineError(
    'CONFLICT',
    `this workspace has version ${version}, made by a newer CAV-MAE Studio; this one knows versions up to ${databaseVersion}. It was left as it is.`,
    { path: file, hint: 'Update CAV-MAE Studio, or open another workspace.' },
  );
}

/** Takes the database to the newest version, one transaction per step, after a backup of what was there. */
export function migrate(db: Db, backups: string, target = databaseVersion): void {
  const from = db.pragma('user_version', { simple: true }) as number;
  if (from >= target) return;
  if (from > 0) backUp(db, backups, `before-version-${target}`);
  for (let version = from; version < target; version++) {
    db.transaction(() => {
      db.exec(migrations[version] as string);
      db.pragma(`user_version = ${version + 1}`);
    }).immediate();
  }
}

const filesOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** A workspace that had a database is never begun anew in silence. */
function refuseLost(folder: string, file: string): void {
  if (existsSync(file) && statSync(file).size > 0) return;
  const remains = ['backups', 'vectors', 'inputs', 'thumbnails'].find(
    (name) => filesOf(path.join(folder, name)).length,
  );
  if (remains)
    throw new DamagedDatabase(
      file,
      `the database of the workspace ${folder} is ${existsSync(file) ? 'empty' : 'missing'}, though its folder ${remains} holds files`,
    );
}

/**
 * The file a reader opens. While a writer has the workspace open, its log is there and readers see its changes; else a
 * copy in
 * `copies`, since SQLite would make a log, which a reader must not and on a read-only disk cannot.
 */
function readersFile(file: string, copies: string): string {
  if (existsSync(`${file}-wal`) && existsSync(`${file}-shm`)) return file;
  const copy = path.join(copies, databaseName);
  copyFileSync(file, copy);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

/**
 * Opens (and for writing creates and migrates) the database of a workspace. WAL with `synchronous = FULL`: a commit is
 * on disk when it returns. `copies`: for readers, a folder of their own. Throws CONFLICT for a newer or foreign
 * database, READ_ONLY where a read-only opening would have to write.
 */
export function openDatabase(folder: string, copies: string | null = null): Db {
  const file = path.join(folder, databaseName);
  const readOnly = copies !== null;
  const exists = existsSync(file);
  refuseLost(folder, file);
  if (readOnly && !exists) throw new EngineError('NOT_FOUND', `there is no workspace in ${folder}`, { path: folder });
  if (exists) refuseNewer(headerVersion(file), file);
  const db = new Database(readOnly ? readersFile(file, copies) : file, { readonly: readOnly, timeout: 5000 });
  try {
    const id = db.pragma('application_id', { simple: true }) as number;
    const version = db.pragma('user_version', { simple: true }) as number;
    refuseNewer(version, file);
    if (version > 0 && id !== applicationId)
      throw new EngineError('CONFLICT', `${file} belongs to another program`, { path: file });
    if (readOnly && version < databaseVersion) {
      throw new EngineError(
        'READ_ONLY',
        `this workspace has version ${version} and must be brought to version ${databaseVersion} before it can be read`,
        { path: file, hint: 'Open it once for writing.' },
      );
    }
    db.pragma('foreign_keys = ON');
    db.pragma('temp_store = MEMORY');
    db.pragma('cache_size = -65536');
    if (!readOnly) {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      if (version === 0) db.pragma(`application_id = ${applicationId}`);
      migrate(db, path.join(folder, 'backups'));
    }
    return db;
  } catch (thrown) {
    db.close();
    if (!isDamage(thrown)) throw thrown;
    throw new DamagedDatabase(file, `the database ${file} is damaged: ${(thrown as Error).message}`, thrown);
  }
}
