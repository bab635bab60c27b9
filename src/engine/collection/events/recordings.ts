// Recordings as the journal knows them: they keep their events and metadata while their medium is away.
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import { rederiveMetadata } from '../metadata/metadataJournal.ts';
import { rederiveNotes } from '../metadata/noteJournal.ts';
import { rederiveEvents } from './eventJournal.ts';

/** The journal's recording of a medium, made if missing. Inside a transaction. Throws NOT_FOUND. */
export function recordingOf(db: Db, mediaId: number): number {
  const known = db.prepare('SELECT id FROM recording WHERE media_id = ?').pluck().get(mediaId) as number | undefined;
  if (known !== undefined) return known;
  const made = db
    .prepare(
      'INSERT INTO recording (media_id, content_hash, path) SELECT id, content_hash, path FROM media WHERE id = ?',
    )
    .run(mediaId);
  if (made.changes === 0)
    throw new EngineError('NOT_FOUND', `there is no recording ${mediaId}`, {
      field: 'mediaId',
      hint: 'Import the file first.',
    });
  return Number(made.lastInsertRowid);
}

/** Before media leave the collection: their events and metadata go from the tables and stay in the journal. Inside a transaction. */
export function leaveRecordings(db: Db, mediaIds: readonly number[]): void {
  const ids = JSON.stringify(mediaIds);
  const gone = 'media_id IN (SELECT value FROM json_each(?))';
  for (const table of [
    'event',
    'recording_complete',
    'proposal',
    'metadata_found',
    'metadata_read',
    'metadata_value',
    'passage',
  ])
    db.prepare(`DELETE FROM ${table} WHERE ${gone}`).run(ids);
  db.prepare(
    `UPDATE recording SET media_id = NULL, content_hash = (SELECT content_hash FROM media m WHERE m.id = recording.media_id),
    path = (SELECT path FROM media m WHERE m.id = recording.media_id) WHERE ${gone}`,
  ).run(ids);
}

/** After a medium came into the collection: it gets back the events and metadata of the same content, else of the same path. Inside a transaction. */
export function rejoinRecording(db: Db, mediaId: number): void {
  const recording = db
    .prepare(
      `SELECT r.id FROM recording r JOIN media m ON m.id = ? WHERE r.media_id IS NULL AND (r.content_hash = m.content_hash OR r.path = m.path)
      ORDER BY r.content_hash = m.content_hash DESC, r.path = m.path DESC, r.id LIMIT 1`,
    )
    .pluck()
    .get(mediaId) as number | undefined;
  if (recording === undefined) return;
  db.prepare('UPDATE recording SET media_id = ? WHERE id = ?').run(mediaId, recording);
  rederiveEvents(db, mediaId);
  rederiveMetadata(db, mediaId);
  rederiveNotes(db, mediaId);
}
