// The last resort for a database that SQLite itself calls damaged: a new one with every row that can still be read.
import Database from 'better-sqlite3';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { backupsIn } from './backups.ts';
import { rederiveAudits } from '../audits/auditJournal.ts';
import { DamagedDatabase } from './damage.ts';
import { databaseName, openDatabase, type Db } from './database.ts';
import { rederiveEvents } from '../events/eventJournal.ts';
import { rederiveAnnotations } from '../journal.ts';
import { rederiveMetadata } from '../metadata/metadataJournal.ts';
import { rederiveNotes } from '../metadata/noteJournal.ts';
import { lockWorkspace } from './workspaceLock.ts';

export interface Salvage {
  rows: Record<string, number>;
  unreadable: string[];
  damaged: string;
}

/** Copied in this order, so that what a row refers to is there before it. Annotations are derived anew, from the journal. */
const tables = [
  'setting',
  'root',
  'media',
  'clip',
  'removed_clip',
  'label_schema',
  'label_class',
  'step',
  'entry',
  'schema_entry',
  'undo_stack',
  'embedding_set',
  'embedding_row',
  'score',
  'projection',
  'projection_points',
  'classifier',
  'prediction',
  'attribution',
  'run',
  'run_point',
  'job',
  'job_failure',
  'error_map',
  'recording',
  'event_entry',
  'complete_entry',
  'metadata_column',
  'metadata_entry',
  'metadata_found',
  'metadata_read',
  'note_entry',
  'passage',
  'detector',
  'proposal',
  'audit_design',
  'audit_unit',
  'audit_entry',
  'snapshot',
];

/**
 * Rebuilds the database of a closed workspace. The damaged file is kept in `backups/`. Returns how many rows each table kept and
 * which tables could not be read to their end. Throws NOT_FOUND without a database, CONFLICT while another process has it open.
 */
export function salvageWorkspace(dir: string): Salvage {
  const folder = path.resolve(dir);
  const file = path.join(folder, databaseName);
  if (!existsSync(file)) throw new EngineError('NOT_FOUND', `there is no workspace in ${folder}`, { path: folder });
  const lock = lockWorkspace(folder);
  const building = path.join(folder, 'salvage');
  try {
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building);
    const readable = path.join(building, 'damaged.db');
    copyFileSync(file, readable);
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${readable}-wal`);
    const fresh = openDatabase(building);
    mendHeader(readable, path.join(building, databaseName));
    const old = new Database(readable);
    const { rows, unreadable } = copyAll(old, fresh);
    fresh.close();
    old.close();
    if (!Object.values(rows).some((count) => count > 0))
      throw new DamagedDatabase(file, `nothing in ${file} can be read; it was left as it is`);
    return { rows, unreadable, damaged: replaceDatabase(folder, path.join(building, databaseName)) };
  } finally {
    rmSync(building, { recursive: true, force: true });
    lock.release();
  }
}

/** Moves a whole database into the place of a damaged one, which is kept in `backups/`. Returns where. */
function replaceDatabase(folder: string, whole: string): string {
  const file = path.join(folder, databaseName);
  mkdirSync(path.join(folder, 'backups'), { recursive: true });
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const damaged = path.join(folder, 'backups', `${stamp}-damaged.db.kept`);
  // Never without a database in its place, and never with the old log beside the new one, whenever this is killed.
  if (existsSync(file)) copyFileSync(file, damaged);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${damaged}-wal`);
  rmSync(`${file}-shm`, { force: true });
  renameSync(whole, file);
  return damaged;
}

/**
 * Puts the newest backup that is whole in the place of a database that is missing or cannot be read.
 * @throws DamagedDatabase where there is none, CONFLICT while another process has the workspace open
 */
export function restoreBackup(dir: string): { backup: string; damaged: string } {
  const folder = path.resolve(dir);
  const lock = lockWorkspace(folder);
  const copy = path.join(folder, 'restored.part');
  try {
    for (const backup of backupsIn(path.join(folder, 'backups'))) {
      copyFileSync(backup, copy);
      if (isWhole(copy)) return { backup, damaged: replaceDatabase(folder, copy) };
    }
    throw new DamagedDatabase(path.join(folder, databaseName), `the folder backups of ${folder} holds no whole copy`);
  } finally {
    rmSync(copy, { force: true });
    lock.release();
  }
}

function isWhole(file: string): boolean {
  try {
    const db = new Database(file, { readonly: true });
    const answer = db.pragma('quick_check(1)', { simple: true });
    db.close();
    return answer === 'ok';
  } catch {
    return false;
  }
}

const headerBytes = 100;

/**
 * A header that is no header is replaced by that of a database of ours, with the damaged file's own length. Only then do the pages
 * after it get a chance to be read.
 */
function mendHeader(file: string, ours: string): void {
  const handle = openSync(file, 'r+');
  try {
    const header = Buffer.alloc(headerBytes);
    readSync(handle, header, 0, headerBytes, 0);
    if (header.toString('latin1', 0, 15) === 'SQLite format 3') return;
    const good = openSync(ours, 'r');
    readSync(good, header, 0, headerBytes, 0);
    closeSync(good);
    const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    header.writeUInt32BE(Math.floor(fstatSync(handle).size / pageBytes), 28);
    // The list of free pages is unknown, and not needed to read.
    header.fill(0, 32, 40);
    writeSync(handle, header, 0, headerBytes, 0);
  } finally {
    closeSync(handle);
  }
}

function copyAll(old: Db, fresh: Db): Pick<Salvage, 'rows' | 'unreadable'> {
  const rows: Record<string, number> = {};
  const unreadable: string[] = [];
  fresh.pragma('foreign_keys = OFF');
  fresh.transaction(() => {
    for (const table of tables) {
      const columns = (fresh.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
      const insert = fresh.prepare(
        `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      );
      rows[table] = 0;
      // From both ends, since a scan stops at the first page it cannot read.
      for (const direction of ['ASC', 'DESC']) {
        try {
          for (const row of old
            .prepare(`SELECT ${columns.join(', ')} FROM ${table} NOT INDEXED ORDER BY ${columns[0]} ${direction}`)
            .raw()
            .iterate() as IterableIterator<unknown[]>)
            rows[table] += insert.run(...row).changes;
          break;
        } catch (thrown) {
          // A table that came with a later version is not missed.
          if (/no such table/.test(String(thrown))) break;
          if (!unreadable.includes(table)) unreadable.push(table);
        }
      }
    }
    // Ids are never given twice, not even those of rows that are gone.
    for (const [name, seq] of readable(
      () => old.prepare('SELECT name, seq FROM sqlite_sequence').raw().all() as [string, number][],
    )) {
      fresh.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(name);
      fresh.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(name, seq);
    }
    for (const table of ['embedding_row', 'score', 'prediction', 'attribution', 'error_map'])
      fresh.exec(`DELETE FROM ${table} WHERE clip_id NOT IN (SELECT id FROM clip)`);
    fresh.exec('DELETE FROM clip WHERE media_id NOT IN (SELECT id FROM media)');
    fresh.exec('UPDATE recording SET media_id = NULL WHERE media_id NOT IN (SELECT id FROM media)');
    for (const table of ['proposal', 'metadata_found', 'metadata_read', 'passage'])
      fresh.exec(`DELETE FROM ${table} WHERE media_id NOT IN (SELECT id FROM media)`);
    rederiveEvents(fresh, null);
    rederiveMetadata(fresh, null);
    rederiveNotes(fresh, null);
    rederiveAudits(fresh);
    rederiveAnnotations(fresh, null);
  })();
  fresh.pragma('foreign_keys = ON');
  return { rows, unreadable };
}

/** Rows of a table that may be damaged itself. */
function readable<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}
