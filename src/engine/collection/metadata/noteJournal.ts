// Own notes on recordings and clips, part of the journal, and all text that can be searched: notes and captions.
import type { Db } from '../database/database.ts';

export interface NoteEntry {
  recordingId: number;
  /** 0: the whole recording. */
  clipId: number;
  text: string | null;
}

/** Notes as their journal has them, last. */
const lastNotes = (where: string): string => `
  SELECT r.media_id, n.clip_id, n.text FROM note_entry n
  JOIN (SELECT max(seq) AS seq FROM note_entry ${where} GROUP BY recording_id, clip_id) last ON last.seq = n.seq
  JOIN recording r ON r.id = n.recording_id AND r.media_id IS NOT NULL WHERE n.text IS NOT NULL`;
const insertNotes = (where: string): string => `
  INSERT INTO passage (media_id, clip_id, kind, track, start_s, end_s, text)
  SELECT s.media_id, s.clip_id, 'note', '', coalesce(c.start_s, 0), coalesce(c.end_s, 1e9), s.text
  FROM (${lastNotes(where)}) s LEFT JOIN clip c ON c.id = s.clip_id WHERE s.clip_id = 0 OR c.id IS NOT NULL`;

export class NoteJournal {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Appends to a step and applies. Inside a transaction of the caller. Returns how many entries were written. */
  append(step: number, entries: readonly NoteEntry[]): number {
    const before = this.position();
    const insert = this.db.prepare('INSERT INTO note_entry (step_id, recording_id, clip_id, text) VALUES (?, ?, ?, ?)');
    for (const { recordingId, clipId, text } of entries) insert.run(step, recordingId, clipId, text);
    if (entries.length > 0) this.apply(before);
    return entries.length;
  }

  /** Appends to `step` what takes `ofStep` back, or does it again. Returns the media it touched. */
  revert(step: number, ofStep: number, direction: 'undo' | 'redo'): number[] {
    const before = this.position();
    const text =
      direction === 'undo'
        ? `(SELECT p.text FROM note_entry p WHERE p.recording_id = n.recording_id AND p.clip_id = n.clip_id AND p.seq < n.seq
            ORDER BY p.seq DESC LIMIT 1)`
        : 'n.text';
    this.db
      .prepare(
        `INSERT INTO note_entry (step_id, recording_id, clip_id, text) SELECT ?, n.recording_id, n.clip_id, ${text} FROM note_entry n
        WHERE n.step_id = ? ORDER BY n.seq`,
      )
      .run(step, ofStep);
    this.apply(before);
    return this.db
      .prepare(
        `SELECT DISTINCT r.media_id FROM note_entry n JOIN recording r ON r.id = n.recording_id
        WHERE n.seq > ? AND r.media_id IS NOT NULL`,
      )
      .pluck()
      .all(before) as number[];
  }

  private position(): number {
    return this.db.prepare('SELECT coalesce(max(seq), 0) FROM note_entry').pluck().get() as number;
  }

  private apply(since: number): void {
    this.db
      .prepare(
        `DELETE FROM passage WHERE kind = 'note' AND (media_id, clip_id) IN (SELECT r.media_id, n.clip_id FROM note_entry n
        JOIN recording r ON r.id = n.recording_id WHERE n.seq > ?)`,
      )
      .run(since);
    this.db.prepare(insertNotes('WHERE seq > ?')).run(since);
  }
}

/** Rebuilds the notes of one medium, or of all. Inside a transaction. */
export function rederiveNotes(db: Db, mediaId: number | null): void {
  const values = mediaId === null ? [] : [mediaId];
  db.prepare(`DELETE FROM passage WHERE kind = 'note' ${mediaId === null ? '' : 'AND media_id = ?'}`).run(...values);
  db.prepare(
    insertNotes(mediaId === null ? '' : 'WHERE recording_id = (SELECT id FROM recording WHERE media_id = ?)'),
  ).run(...values);
}
