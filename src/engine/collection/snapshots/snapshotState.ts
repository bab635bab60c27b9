// Annotations as they were at a place in the journals, and what is different between two places. Journals are only ever appended to, so that
// nothing has to be copied to keep a state.
import type { Db } from '../database/database.ts';
import { eventColumns } from '../events/eventJournal.ts';
import type { SchemaNoun } from '../stepLog.ts';

/** The last entry of each journal that belongs to a state. */
export interface JournalPlace {
  entry: number;
  schema: number;
  event: number;
  complete: number;
}

export interface LabelDifference {
  clipId: number;
  classId: number;
  from: { value: string; presence: string | null; source: string } | null;
  to: { value: string; presence: string | null; source: string } | null;
}
/** Entries of the journal, null where the event was not there. */
export interface EventDifference {
  eventId: number;
  from: number | null;
  to: number | null;
}
export interface CompleteDifference {
  recordingId: number;
  schemaId: number;
  from: boolean;
  to: boolean;
}
export interface SchemaDifference {
  noun: SchemaNoun;
  id: number;
  from: Record<string, unknown>;
  to: Record<string, unknown>;
}

export function placeNow(db: Db): JournalPlace {
  const newest = (table: string) => db.prepare(`SELECT coalesce(max(seq), 0) FROM ${table}`).pluck().get() as number;
  return {
    entry: newest('entry'),
    schema: newest('schema_entry'),
    event: newest('event_entry'),
    complete: newest('complete_entry'),
  };
}

/** Keys with entries between two places, with the last entry up to each of them. */
const lastBetween = (table: string, keys: readonly string[]): string => {
  const same = keys.map((key) => `e.${key} = k.${key}`).join(' AND ');
  return `SELECT k.*, (SELECT max(seq) FROM ${table} e WHERE ${same} AND e.seq <= $from) AS fromSeq,
    (SELECT max(seq) FROM ${table} e WHERE ${same} AND e.seq <= $to) AS toSeq
    FROM (SELECT DISTINCT ${keys.join(', ')} FROM ${table} WHERE seq > min($from, $to) AND seq <= max($from, $to)) k`;
};

interface LabelPair {
  clipId: number;
  classId: number;
  fromValue: string | null;
  fromPresence: string | null;
  fromSource: string | null;
  toValue: string | null;
  toPresence: string | null;
  toSource: string | null;
}
interface Mark {
  value: string | null;
  presence: string | null;
  source: string | null;
}

export function labelDifferences(db: Db, from: JournalPlace, to: JournalPlace): LabelDifference[] {
  const rows = db
    .prepare(
      `SELECT d.clip_id AS clipId, d.class_id AS classId, a.after_value AS fromValue, a.after_presence AS fromPresence, a.after_source AS fromSource,
        b.after_value AS toValue, b.after_presence AS toPresence, b.after_source AS toSource
      FROM (${lastBetween('entry', ['clip_id', 'class_id'])}) d LEFT JOIN entry a ON a.seq = d.fromSeq LEFT JOIN entry b ON b.seq = d.toSeq
      ORDER BY d.clip_id, d.class_id`,
    )
    .all({ from: from.entry, to: to.entry }) as LabelPair[];
  const mark = ({ value, presence, source }: Mark): LabelDifference['from'] =>
    value === null || source === null ? null : { value, presence, source };
  return rows.flatMap(({ clipId, classId, fromValue, fromPresence, fromSource, toValue, toPresence, toSource }) => {
    const [before, after] = [
      mark({ value: fromValue, presence: fromPresence, source: fromSource }),
      mark({ value: toValue, presence: toPresence, source: toSource }),
    ];
    const same =
      before?.value === after?.value && before?.presence === after?.presence && before?.source === after?.source;
    return same ? [] : [{ clipId, classId, from: before, to: after }];
  });
}

export function eventDifferences(db: Db, from: JournalPlace, to: JournalPlace): EventDifference[] {
  const differs = ['recording_id', ...eventColumns].map((column) => `a.${column} IS NOT b.${column}`).join(' OR ');
  return db
    .prepare(
      `SELECT d.event_id AS eventId, iif(a.present, a.seq, NULL) AS "from", iif(b.present, b.seq, NULL) AS "to"
      FROM (${lastBetween('event_entry', ['event_id'])}) d LEFT JOIN event_entry a ON a.seq = d.fromSeq LEFT JOIN event_entry b ON b.seq = d.toSeq
      WHERE coalesce(a.present, 0) != coalesce(b.present, 0) OR coalesce(a.present, 0) AND (${differs}) ORDER BY d.event_id`,
    )
    .all({ from: from.event, to: to.event }) as EventDifference[];
}

export function completeDifferences(db: Db, from: JournalPlace, to: JournalPlace): CompleteDifference[] {
  const rows = db
    .prepare(
      `SELECT d.recording_id AS recordingId, d.schema_id AS schemaId, coalesce(a.complete, 0) AS "from", coalesce(b.complete, 0) AS "to"
      FROM (${lastBetween('complete_entry', ['recording_id', 'schema_id'])}) d
      LEFT JOIN complete_entry a ON a.seq = d.fromSeq LEFT JOIN complete_entry b ON b.seq = d.toSeq
      WHERE coalesce(a.complete, 0) != coalesce(b.complete, 0)`,
    )
    .all({ from: from.complete, to: to.complete }) as {
    recordingId: number;
    schemaId: number;
    from: number;
    to: number;
  }[];
  return rows.map((row) => ({ ...row, from: row.from === 1, to: row.to === 1 }));
}

/** Schemas and classes whose names, colours, keys, modes or presence differ, `from` being the earlier place. Columns of metadata are no annotations. */
export function schemaDifferences(db: Db, from: JournalPlace, to: JournalPlace): SchemaDifference[] {
  const rows = db
    .prepare(
      "SELECT noun, row_id AS id, before, after FROM schema_entry WHERE seq > ? AND seq <= ? AND noun != 'column' ORDER BY seq",
    )
    .all(from.schema, to.schema) as { noun: SchemaNoun; id: number; before: string; after: string }[];
  const found = new Map<string, SchemaDifference>();
  for (const { noun, id, before, after } of rows) {
    const known = found.get(`${noun} ${id}`) ?? { noun, id, from: {}, to: {} };
    // The first value before, and the last one after.
    known.from = { ...(JSON.parse(before) as Record<string, unknown>), ...known.from };
    known.to = { ...known.to, ...(JSON.parse(after) as Record<string, unknown>) };
    found.set(`${noun} ${id}`, known);
  }
  return [...found.values()].filter((one) => Object.keys(one.to).some((key) => one.from[key] !== one.to[key]));
}

/** Labels and events that were there. */
export function countsAt(db: Db, place: JournalPlace): { labels: number; events: number } {
  const counted = (table: string, keys: string, there: string, seq: number): number =>
    db
      .prepare(
        `SELECT count(*) FROM ${table} e JOIN (SELECT max(seq) AS seq FROM ${table} WHERE seq <= ? GROUP BY ${keys}) l ON l.seq = e.seq WHERE ${there}`,
      )
      .pluck()
      .get(seq) as number;
  return {
    labels: counted('entry', 'clip_id, class_id', 'e.after_value IS NOT NULL', place.entry),
    events: counted('event_entry', 'event_id', 'e.present', place.event),
  };
}
