// When a table was last written, so that what was read from it can be kept in memory: through this connection by temporary triggers, which
// are none of the workspace's, through any other by SQLite's `data_version`.
import type { Db } from './database.ts';

const watched = ['clip', 'media', 'annotation', 'prediction', 'score', 'metadata_column', 'metadata_value'] as const;
type Watched = (typeof watched)[number];
const ofDatabase = new WeakMap<Db, TableWrites>();

export class TableWrites {
  /** One of each connection, since its triggers are the connection's. */
  static of(db: Db): TableWrites {
    const writes = ofDatabase.get(db) ?? new TableWrites(db);
    ofDatabase.set(db, writes);
    return writes;
  }

  private readonly db: Db;
  private readonly counts = new Map<string, number>();

  private constructor(db: Db) {
    this.db = db;
    db.function('table_written', (table) => {
      this.counts.set(String(table), (this.counts.get(String(table)) ?? 0) + 1);
      return null;
    });
    for (const table of watched) {
      for (const act of ['INSERT', 'UPDATE', 'DELETE'])
        db.exec(
          `CREATE TEMP TRIGGER ${table}_after_${act} AFTER ${act} ON main.${table} BEGIN SELECT table_written('${table}'); END`,
        );
    }
  }

  /** Another text after every write to one of these tables; null inside a transaction, whose writes may yet be undone: keep nothing then. */
  state(tables: readonly Watched[]): string | null {
    if (this.db.inTransaction) return null;
    return [
      this.db.pragma('data_version', { simple: true }),
      ...tables.map((table) => this.counts.get(table) ?? 0),
    ].join(' ');
  }
}
