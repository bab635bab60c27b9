// The journal read back: the present annotations are the last entry of each (clip, class).
import type { Db } from './database/database.ts';
import { deriveClipLabels, labelsFromEvents } from './events/clipLabels.ts';

/**
 * Selects the present annotations from the journal alone, for live clips and classes. Undo and redo are entries like
 * any other, so the last one of a pair tells its state.
 */
const derived = (where: string): string => `
  SELECT e.clip_id, e.class_id, k.schema_id, e.after_value AS value, e.after_presence AS presence, e.after_source AS source
  FROM entry e
  JOIN (SELECT max(seq) AS seq FROM entry ${where} GROUP BY clip_id, class_id) last ON last.seq = e.seq
  JOIN clip c ON c.id = e.clip_id
  JOIN label_class k ON k.id = e.class_id
  JOIN label_schema s ON s.id = k.schema_id AND NOT s.from_events
  WHERE e.after_value IS NOT NULL`;

const columns = 'clip_id, class_id, schema_id, value, presence, source';

/** Rebuilds the annotations of one clip, or of all. Inside a transaction. */
export function rederiveAnnotations(db: Db, clipId: number | null): void {
  if (clipId === null) {
    db.exec(`DELETE FROM annotation; INSERT INTO annotation (${columns}) ${derived('')}`);
    deriveClipLabels(db, null);
    return;
  }
  db.prepare('DELETE FROM annotation WHERE clip_id = ?').run(clipId);
  db.prepare(`INSERT INTO annotation (${columns}) ${derived('WHERE clip_id = ?')}`).run(clipId);
  deriveClipLabels(db, [db.prepare('SELECT media_id FROM clip WHERE id = ?').pluck().get(clipId) as number]);
}

/** Number of annotations in which the derived table and the journal disagree; 0 when all is well. */
export function annotationDrift(db: Db): number {
  const journal = `SELECT ${columns} FROM (${derived('')}) UNION ALL SELECT ${columns} FROM (${labelsFromEvents('')})`;
  const table = `SELECT ${columns} FROM annotation`;
  return db
    .prepare(
      `SELECT (SELECT count(*) FROM (${table} EXCEPT SELECT * FROM (${journal}))) + (SELECT count(*) FROM (SELECT * FROM (${journal}) EXCEPT ${table}))`,
    )
    .pluck()
    .get() as number;
}
