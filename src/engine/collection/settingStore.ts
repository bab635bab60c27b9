// Small values that must survive, as JSON by key.
import type { Db } from './database/database.ts';
import type { SettingStore } from './stores.ts';

export class Settings implements SettingStore {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Null also for a value that is damaged: `doctor` tells of it, and repair forgets it. */
  get<T>(key: string): T | null {
    const row = this.db.prepare('SELECT value FROM setting WHERE key = ?').pluck().get(key) as string | undefined;
    if (row === undefined) return null;
    try {
      return JSON.parse(row) as T;
    } catch {
      return null;
    }
  }

  /** Keys whose values cannot be read. */
  damaged(): string[] {
    return this.db
      .prepare('SELECT key FROM setting WHERE NOT json_valid(value) ORDER BY key')
      .pluck()
      .all() as string[];
  }

  set(key: string, value: unknown): void {
    if (value === null || value === undefined) this.db.prepare('DELETE FROM setting WHERE key = ?').run(key);
    else
      this.db
        .prepare(
          'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        )
        .run(key, JSON.stringify(value));
  }
}
