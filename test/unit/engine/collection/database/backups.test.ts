import Database from 'better-sqlite3';
import { utimesSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { backUp, backUpDaily, backupsIn } from '../../../../../src/engine/collection/database/backups.ts';
import { newFolder } from '../openWorkspace.ts';

afterEach(() => vi.useRealTimers());

it('after the clock was set back, new copies count as the newest, stay, and are made once a day', async () => {
  const root = newFolder();
  const db = new Database(path.join(root, 'studio.db'));
  db.exec('CREATE TABLE t (n); INSERT INTO t VALUES (1)');
  const folder = path.join(root, 'backups');
  const now = Date.now();
  vi.useFakeTimers({ toFake: ['Date'] });
  for (let day = 0; day < 8; day++) {
    const ms = now + (400 + day) * 24 * 3600 * 1000;
    vi.setSystemTime(ms);
    utimesSync(backUp(db, folder, 'daily'), ms / 1000, ms / 1000);
  }
  vi.useRealTimers();
  const made = await backUpDaily(db, folder);
  expect(made).not.toBeNull();
  expect(backupsIn(folder)).toHaveLength(8);
  expect(backupsIn(folder)[0]).toBe(made);
  expect(await backUpDaily(db, folder)).toBeNull();
  const repair = backUp(db, folder, 'before-repair');
  expect(backupsIn(folder).slice(0, 2)).toEqual([repair, made]);
  db.close();
});
