// Clips leave and come back: everything derived from a removed clip goes, its id and its journal stay, and the same
// window of the same content gets both back.
import type { Db } from './database/database.ts';
import { rederiveAnnotations } from './journal.ts';

const dependants = ['annotation', 'embedding_row', 'score', 'prediction', 'attribution', 'error_map'];
/** What was computed from the content of a clip, and is wrong when the content changes. */
const computed = ['embedding_row', 'score', 'prediction', 'attribution', 'error_map'];

/** Inside a transaction: takes clips out of the collection. */
export function removeClips(db: Db, clipIds: readonly number[]): void {
  const ids = JSON.stringify(clipIds);
  db.prepare(
    `INSERT OR REPLACE INTO removed_clip (id, root_id, path, content_hash, start_s, end_s)
    SELECT c.id, m.root_id, m.path, m.content_hash, c.start_s, c.end_s FROM clip c JOIN media m ON m.id = c.media_id WHERE c.id IN (SELECT value FROM json_each(?))`,
  ).run(ids);
  for (const table of dependants)
    db.prepare(`DELETE FROM ${table} WHERE clip_id IN (SELECT value FROM json_each(?))`).run(ids);
  db.prepare('DELETE FROM clip WHERE id IN (SELECT value FROM json_each(?))').run(ids);
}

/** Inside a transaction: forgets what was computed from the earlier content of clips. */
export function forgetComputed(db: Db, clipIds: readonly number[]): void {
  const ids = JSON.stringify(clipIds);
  for (const table of computed)
    db.prepare(`DELETE FROM ${table} WHERE clip_id IN (SELECT value FROM json_each(?))`).run(ids);
}

/** The id a window had when it was in the collection before: same content first, else same place. */
export function formerClip(
  db: Db,
  window: { contentHash: string; path: string; startS: number; endS: number },
): number | null {
  const found = db
    .prepare(
      `SELECT id FROM removed_clip WHERE (content_hash = $contentHash OR path = $path) AND start_s = $startS AND end_s = $endS
    ORDER BY content_hash = $contentHash DESC, path = $path DESC, id LIMIT 1`,
    )
    .pluck()
    .get(window) as number | undefined;
  return found ?? null;
}

/** Inside a transaction, after the clip's row is there again: its labels come back from the journal. */
export function revive(db: Db, clipId: number): void {
  db.prepare('DELETE FROM removed_clip WHERE id = ?').run(clipId);
  rederiveAnnotations(db, clipId);
}
