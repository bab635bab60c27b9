// One writer per workspace: an exclusive lock on a small SQLite file of its own, which the operating system drops when
// the holder dies, however it dies. A note beside it names the holder for the message.
import Database from 'better-sqlite3';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';

export interface WorkspaceLock {
  release(): void;
}

interface Holder {
  pid: number;
  host: string;
  since: string;
}

function holderOf(note: string): Holder | null {
  try {
    return JSON.parse(readFileSync(note, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

/** @throws CONFLICT naming the process that holds the lock */
function takeLock(folder: string, note: string): Database.Database {
  const file = path.join(folder, 'writer.lock');
  const db = new Database(file, { timeout: 200 });
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (thrown) {
    db.close();
    const code = String((thrown as { code?: unknown }).code);
    // The file holds nothing. One that is damaged cannot be anybody's lock and is made anew.
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
      rmSync(file);
      return takeLock(folder, note);
    }
    if (!/^SQLITE_(BUSY|LOCKED)/.test(code)) throw thrown;
    const holder = holderOf(note);
    const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'another process';
    throw new EngineError('CONFLICT', `the workspace ${folder} is open for writing in ${who}`, {
      path: folder,
      hint: 'Close it there, or open it read-only here.',
    });
  }
}

/** Takes the writer's lock or throws CONFLICT naming the process that holds it. A dead process holds nothing. */
export function lockWorkspace(folder: string): WorkspaceLock {
  const note = path.join(folder, 'writer.json');
  const db = takeLock(folder, note);
  writeFileSync(
    note,
    JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() } satisfies Holder),
  );
  return {
    release() {
      rmSync(note, { force: true });
      if (db.inTransaction) db.exec('ROLLBACK');
      db.close();
    },
  };
}
