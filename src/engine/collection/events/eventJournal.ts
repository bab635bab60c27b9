// The event side of a journal step: appended with it, undone with it, and read back into the derived tables.
import type { Db } from '../database/database.ts';
import { deriveClipLabels } from './clipLabels.ts';

/** Columns that describe an event, in the journal as in the derived table. */
export const eventColumns = [
  'class_id',
  'onset_s',
  'offset_s',
  'modality',
  'value',
  'low_hz',
  'high_hz',
  'source',
  'annotator',
  'confidence',
  'proposal_id',
] as const;
const columns = eventColumns.join(', ');
const prefixed = (alias: string): string => eventColumns.map((column) => `${alias}.${column}`).join(', ');

/** One event after a step. `recordingId` stays for its life. */
export interface EventEntry {
  eventId: number;
  recordingId: number;
  present: boolean;
  classId: number;
  onsetS: number;
  offsetS: number;
  modality: string;
  value: string;
  lowHz: number | null;
  highHz: number | null;
  source: string;
  annotator: string | null;
  confidence: number | null;
  proposalId: number | null;
}
export interface CompleteEntry {
  recordingId: number;
  schemaId: number;
  complete: boolean;
}
export interface EventChanges {
  events?: Iterable<EventEntry>;
  complete?: readonly CompleteEntry[];
  /** Every present event of these classes goes. */
  clearClasses?: readonly number[];
  /** Every present event of a class becomes one of another. */
  moveClass?: { from: number; into: number };
}

/** Last state of each event in the journal, for media and classes that are in the collection. */
const lastStates = (where: string): string => `
  SELECT e.event_id AS id, r.media_id, k.schema_id, ${prefixed('e')}
  FROM event_entry e
  JOIN (SELECT max(seq) AS seq FROM event_entry ${where} GROUP BY event_id) last ON last.seq = e.seq
  JOIN recording r ON r.id = e.recording_id AND r.media_id IS NOT NULL
  JOIN label_class k ON k.id = e.class_id
  WHERE e.present`;
const eventTable = `id, media_id, schema_id, ${columns}`;

const completeStates = (where: string): string => `
  SELECT r.media_id, c.schema_id FROM complete_entry c
  JOIN (SELECT max(seq) AS seq FROM complete_entry ${where} GROUP BY recording_id, schema_id) last ON last.seq = c.seq
  JOIN recording r ON r.id = c.recording_id AND r.media_id IS NOT NULL
  WHERE c.complete`;

export class EventJournal {
  private readonly db: Db;

  constructor(db: Db) {
    this.db = db;
  }

  /** Appends to a step and applies. Inside a transaction of the caller. Returns how many entries were written. */
  append(step: number, changes: EventChanges): number {
    const before = this.position();
    const insert = this.db.prepare(
      `INSERT INTO event_entry (step_id, event_id, recording_id, present, ${columns}) VALUES (${'?, '.repeat(14)}?)`,
    );
    for (const e of changes.events ?? []) {
      insert.run(
        step,
        e.eventId,
        e.recordingId,
        e.present ? 1 : 0,
        e.classId,
        e.onsetS,
        e.offsetS,
        e.modality,
        e.value,
        e.lowHz,
        e.highHz,
        e.source,
        e.annotator,
        e.confidence,
        e.proposalId,
      );
    }
    const rest = eventColumns.filter((column) => column !== 'class_id').map((column) => `e.${column}`);
    const rewrite = this.db.prepare(
      `INSERT INTO event_entry (step_id, event_id, recording_id, present, ${columns})
      SELECT ?, e.id, r.id, ?, ?, ${rest.join(', ')} FROM event e JOIN recording r ON r.media_id = e.media_id WHERE e.class_id = ?`,
    );
    for (const classId of changes.clearClasses ?? []) rewrite.run(step, 0, classId, classId);
    if (changes.moveClass) rewrite.run(step, 1, changes.moveClass.into, changes.moveClass.from);
    const complete = this.db.prepare(
      'INSERT INTO complete_entry (step_id, recording_id, schema_id, complete) VALUES (?, ?, ?, ?)',
    );
    for (const one of changes.complete ?? []) complete.run(step, one.recordingId, one.schemaId, one.complete ? 1 : 0);
    return this.apply(step, before);
  }

  /** Appends to `step` what takes `ofStep` back, or does it again. Returns the media it touched. */
  revert(step: number, ofStep: number, direction: 'undo' | 'redo'): number[] {
    const before = this.position();
    if (direction === 'undo') {
      this.db
        .prepare(
          `INSERT INTO event_entry (step_id, event_id, recording_id, present, ${columns})
          SELECT ?, c.event_id, c.recording_id, coalesce(p.present, 0),
            ${eventColumns.map((column) => `CASE WHEN p.seq IS NULL THEN c.${column} ELSE p.${column} END`).join(', ')}
          FROM (SELECT min(seq) AS first FROM event_entry WHERE step_id = ? GROUP BY event_id) s
          JOIN event_entry c ON c.seq = s.first
          LEFT JOIN event_entry p ON p.seq = (SELECT max(seq) FROM event_entry WHERE event_id = c.event_id AND seq < c.seq)`,
        )
        .run(step, ofStep);
      this.db
        .prepare(
          `INSERT INTO complete_entry (step_id, recording_id, schema_id, complete)
          SELECT ?, c.recording_id, c.schema_id, coalesce((SELECT p.complete FROM complete_entry p WHERE p.recording_id = c.recording_id
            AND p.schema_id = c.schema_id AND p.seq < c.seq ORDER BY p.seq DESC LIMIT 1), 0)
          FROM complete_entry c JOIN (SELECT min(seq) AS seq FROM complete_entry WHERE step_id = ? GROUP BY recording_id, schema_id) s ON s.seq = c.seq`,
        )
        .run(step, ofStep);
    } else {
      this.db
        .prepare(
          `INSERT INTO event_entry (step_id, event_id, recording_id, present, ${columns})
          SELECT ?, c.event_id, c.recording_id, c.present, ${prefixed('c')} FROM event_entry c
          JOIN (SELECT max(seq) AS seq FROM event_entry WHERE step_id = ? GROUP BY event_id) s ON s.seq = c.seq`,
        )
        .run(step, ofStep);
      this.db
        .prepare(
          `INSERT INTO complete_entry (step_id, recording_id, schema_id, complete)
          SELECT ?, c.recording_id, c.schema_id, c.complete FROM complete_entry c
          JOIN (SELECT max(seq) AS seq FROM complete_entry WHERE step_id = ? GROUP BY recording_id, schema_id) s ON s.seq = c.seq`,
        )
        .run(step, ofStep);
    }
    this.apply(step, before);
    return this.touchedMedia(step);
  }

  touchedMedia(step: number): number[] {
    return this.db
      .prepare(
        `SELECT DISTINCT r.media_id FROM recording r WHERE r.media_id IS NOT NULL AND (
          r.id IN (SELECT recording_id FROM event_entry WHERE step_id = ?) OR r.id IN (SELECT recording_id FROM complete_entry WHERE step_id = ?))
        ORDER BY 1`,
      )
      .pluck()
      .all(step, step) as number[];
  }

  /** Newest entry of the journal: events and completeness. */
  private position(): { event: number; complete: number } {
    const newest = (table: string) =>
      this.db.prepare(`SELECT coalesce(max(seq), 0) FROM ${table}`).pluck().get() as number;
    return { event: newest('event_entry'), complete: newest('complete_entry') };
  }

  /** Brings the derived tables up to the entries after `since`. */
  private apply(step: number, since: { event: number; complete: number }): number {
    const after = this.position();
    const events = after.event - since.event;
    const complete = after.complete - since.complete;
    if (events > 0) {
      const { event } = since;
      this.db.prepare('DELETE FROM event WHERE id IN (SELECT event_id FROM event_entry WHERE seq > ?)').run(event);
      this.db.prepare(`INSERT INTO event (${eventTable}) ${lastStates('WHERE seq > ?')}`).run(event);
    }
    if (complete > 0) {
      const seq = since.complete;
      this.db
        .prepare(
          `DELETE FROM recording_complete WHERE (media_id, schema_id) IN (
          SELECT r.media_id, c.schema_id FROM complete_entry c JOIN recording r ON r.id = c.recording_id WHERE c.seq > ?)`,
        )
        .run(seq);
      this.db
        .prepare(`INSERT INTO recording_complete (media_id, schema_id) ${completeStates('WHERE seq > ?')}`)
        .run(seq);
    }
    if (events + complete > 0) deriveClipLabels(this.db, this.touchedMedia(step));
    return events + complete;
  }
}

/** Rebuilds the derived event tables of one medium, or of all. Inside a transaction. */
export function rederiveEvents(db: Db, mediaId: number | null): void {
  const recording = 'WHERE recording_id = (SELECT id FROM recording WHERE media_id = ?)';
  const values = mediaId === null ? [] : [mediaId];
  const where = mediaId === null ? '' : 'WHERE media_id = ?';
  const scope = mediaId === null ? '' : recording;
  db.prepare(`DELETE FROM event ${where}`).run(...values);
  db.prepare(`DELETE FROM recording_complete ${where}`).run(...values);
  db.prepare(`INSERT INTO event (${eventTable}) ${lastStates(scope)}`).run(...values);
  db.prepare(`INSERT INTO recording_complete (media_id, schema_id) ${completeStates(scope)}`).run(...values);
  deriveClipLabels(db, mediaId === null ? null : [mediaId]);
}

/** Number of rows in which the derived event tables and the journal disagree; 0 when all is well. */
export function eventDrift(db: Db): number {
  const differences = (table: string, names: string, journal: string): number => {
    const stored = `SELECT ${names} FROM ${table}`;
    const told = `SELECT ${names} FROM (${journal})`;
    return db
      .prepare(
        `SELECT (SELECT count(*) FROM (${stored} EXCEPT ${told})) + (SELECT count(*) FROM (${told} EXCEPT ${stored}))`,
      )
      .pluck()
      .get() as number;
  };
  return (
    differences('event', eventTable, lastStates('')) +
    differences('recording_complete', 'media_id, schema_id', completeStates(''))
  );
}
