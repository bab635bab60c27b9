// The metadata side of a journal step: appended with it, undone with it, and read back into the derived values.
import type { MetadataSource } from '../../../shared/contract/metadata.ts';
import type { Db } from '../database/database.ts';

/** One value after a step. `present` false: people say nothing, so that what was found counts. `text` null: people say there is none. */
export interface MetadataEntry {
  recordingId: number;
  columnId: number;
  present: boolean;
  text: string | null;
  number: number | null;
  source: MetadataSource;
}

const columns = 'media_id, column_id, text, number, source';

/** What people say, of entries after a place in the journal or of a recording; then what was found where they say nothing. */
const stated = (where: string): string => `
  SELECT r.media_id, e.column_id, e.text, e.number, e.source FROM metadata_entry e
  JOIN (SELECT max(seq) AS seq FROM metadata_entry ${where} GROUP BY recording_id, column_id) last ON last.seq = e.seq
  JOIN recording r ON r.id = e.recording_id AND r.media_id IS NOT NULL
  WHERE e.present AND e.text IS NOT NULL`;
const found = (where: string): string => `
  SELECT f.media_id, f.column_id, f.text, f.number, f.source FROM metadata_found f WHERE ${where}
  AND coalesce((SELECT e.present FROM recording r JOIN metadata_entry e ON e.recording_id = r.id AND e.column_id = f.column_id
    WHERE r.media_id = f.media_id ORDER BY e.seq DESC LIMIT 1), 0) = 0`;

export class MetadataJournal {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Appends to a step and applies. Inside a transaction of the caller. Returns how many entries were written. */
  append(step: number, entries: Iterable<MetadataEntry>): number {
    const before = this.position();
    const insert = this.db.prepare(
      'INSERT INTO metadata_entry (step_id, recording_id, column_id, present, text, number, source) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    let written = 0;
    for (const { recordingId, columnId, present, text, number, source } of entries) {
      insert.run(step, recordingId, columnId, present ? 1 : 0, text, number, source);
      written++;
    }
    if (written > 0) this.apply(before);
    return written;
  }

  /** Appends to `step` what takes `ofStep` back, or does it again. Returns the media it touched. */
  revert(step: number, ofStep: number, direction: 'undo' | 'redo'): number[] {
    const before = this.position();
    const [state, pick] =
      direction === 'undo'
        ? [
            `LEFT JOIN metadata_entry p ON p.seq = (SELECT max(q.seq) FROM metadata_entry q
              WHERE q.recording_id = c.recording_id AND q.column_id = c.column_id AND q.seq < c.seq)`,
            'min',
          ]
        : ['JOIN metadata_entry p ON p.seq = c.seq', 'max'];
    this.db
      .prepare(
        `INSERT INTO metadata_entry (step_id, recording_id, column_id, present, text, number, source)
        SELECT ?, c.recording_id, c.column_id, coalesce(p.present, 0), p.text, p.number, coalesce(p.source, c.source)
        FROM (SELECT ${pick}(seq) AS seq FROM metadata_entry WHERE step_id = ? GROUP BY recording_id, column_id) s
        JOIN metadata_entry c ON c.seq = s.seq ${state}`,
      )
      .run(step, ofStep);
    this.apply(before);
    return this.db
      .prepare(
        `SELECT DISTINCT r.media_id FROM metadata_entry e JOIN recording r ON r.id = e.recording_id
        WHERE e.seq > ? AND r.media_id IS NOT NULL ORDER BY 1`,
      )
      .pluck()
      .all(before) as number[];
  }

  private position(): number {
    return this.db.prepare('SELECT coalesce(max(seq), 0) FROM metadata_entry').pluck().get() as number;
  }

  /** Brings the derived values up to the entries after `since`. */
  private apply(since: number): void {
    const touched = `(SELECT r.media_id, e.column_id FROM metadata_entry e JOIN recording r ON r.id = e.recording_id
      WHERE e.seq > ? AND r.media_id IS NOT NULL)`;
    this.db.prepare(`DELETE FROM metadata_value WHERE (media_id, column_id) IN ${touched}`).run(since);
    this.db.prepare(`INSERT INTO metadata_value (${columns}) ${stated('WHERE seq > ?')}`).run(since);
    this.db
      .prepare(`INSERT INTO metadata_value (${columns}) ${found(`(f.media_id, f.column_id) IN ${touched}`)}`)
      .run(since);
  }
}

/** Rebuilds the derived values of one medium, or of all. Inside a transaction. */
export function rederiveMetadata(db: Db, mediaId: number | null): void {
  const values = mediaId === null ? [] : [mediaId];
  const one = mediaId === null ? '' : 'WHERE recording_id = (SELECT id FROM recording WHERE media_id = ?)';
  db.prepare(`DELETE FROM metadata_value ${mediaId === null ? '' : 'WHERE media_id = ?'}`).run(...values);
  db.prepare(`INSERT INTO metadata_value (${columns}) ${stated(one)}`).run(...values);
  db.prepare(`INSERT INTO metadata_value (${columns}) ${found(mediaId === null ? '1' : 'f.media_id = ?')}`).run(
    ...values,
  );
}

/** Number of values in which the derived table and the journal disagree; 0 when all is well. */
export function metadataDrift(db: Db): number {
  const told = `SELECT ${columns} FROM (${stated('')} UNION ALL ${found('1')})`;
  const kept = `SELECT ${columns} FROM metadata_value`;
  return db
    .prepare(`SELECT (SELECT count(*) FROM (${kept} EXCEPT ${told})) + (SELECT count(*) FROM (${told} EXCEPT ${kept}))`)
    .pluck()
    .get() as number;
}
