import { readdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migrate, openDatabase } from '../../../../src/engine/collection/database/database.ts';
import { databaseVersion, migrations } from '../../../../src/engine/collection/migrations/migrations.ts';
import { newFolder } from './openWorkspace.ts';

const form = (db: Database.Database): unknown[] =>
  db.prepare("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();

/** Something a user of that version had, which must still be there. */
const belongings: Record<number, string> = {
  1: "INSERT INTO root (name, path, relative) VALUES ('r', '/r', '../r'); INSERT INTO setting VALUES ('k', '1');",
  2: "INSERT INTO label_schema (name, multi_label) VALUES ('s', 0); INSERT INTO label_class (schema_id, name, colour) VALUES (1, 'dog', '#fff');",
  3: "INSERT INTO embedding_set (model_id, dim) VALUES ('m', 4);",
  4: "INSERT INTO run (kind, title, preset, options, created_at) VALUES ('finetune', 't', 'p', '{}', 'now');",
};
const counted = ['root', 'setting', 'label_schema', 'label_class', 'embedding_set', 'run'];

describe('migrations', () => {
  it.each(Array.from({ length: databaseVersion - 1 }, (_, i) => i + 1))(
    'take version %i to the newest, with a backup, keeping what was there',
    (version) => {
      const fresh = openAt(newFolder());
      const expected = form(fresh);
      fresh.close();
      const folder = newFolder();
      const old = new Database(path.join(folder, 'workspace.db'));
      old.pragma('application_id = 0x4341564d');
      migrate(old, path.join(folder, 'backups'), version);
      for (let v = 1; v <= version; v++) old.exec(belongings[v] ?? '');
      const tables = new Set(old.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all());
      const rowsOf = (db: Database.Database) =>
        counted.filter((table) => tables.has(table)).map((table) => db.prepare(`SELECT * FROM ${table}`).all());
      const before = rowsOf(old);
      old.close();

      const db = openDatabase(folder);
      expect(db.pragma('user_version', { simple: true })).toBe(databaseVersion);
      expect(form(db)).toEqual(expected);
      // Later versions may add columns; what was in the earlier ones is still there.
      expect(rowsOf(db)).toMatchObject(before);
      expect(db.pragma('foreign_key_check')).toEqual([]);
      db.close();

      const backups = readdirSync(path.join(folder, 'backups'));
      expect(backups).toHaveLength(1);
      const backup = new Database(path.join(folder, 'backups', backups[0] as string), { readonly: true });
      expect(backup.pragma('user_version', { simple: true })).toBe(version);
      expect(rowsOf(backup)).toEqual(before);
      backup.close();
    },
  );

  it('make no backup of nothing, and nothing when there is nothing to do', () => {
    const folder = newFolder();
    openAt(folder).close();
    openAt(folder).close();
    expect(readdirSync(folder)).not.toContain('backups');
    expect(migrations).toHaveLength(databaseVersion);
  });

  it('leave the old version in place when one fails', () => {
    const folder = newFolder();
    const db = new Database(path.join(folder, 'workspace.db'));
    migrate(db, path.join(folder, 'backups'), 1);
    db.exec('CREATE TABLE step (already INTEGER)');
    expect(() => migrate(db, path.join(folder, 'backups'))).toThrow(/already exists/);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(db.prepare("SELECT count(*) FROM sqlite_master WHERE name = 'label_schema'").pluck().get()).toBe(0);
    db.close();
  });
});

function openAt(folder: string): Database.Database {
  return openDatabase(folder);
}
