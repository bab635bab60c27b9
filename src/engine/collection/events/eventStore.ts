// Events in time: set, changed, removed, split, merged, each call one step of the journal that labels use too.
import type { UndoState } from '../../../shared/contract/annotation.ts';
import type { EventChange, EventHistoryEntry, EventSource, NewEvent } from '../../../shared/contract/event.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import type { StepLog } from '../stepLog.ts';
import { checkEvent, type EventRow } from './eventRow.ts';
import type { EventEntry } from './eventJournal.ts';
import { eventHistory } from './eventHistory.ts';
import { recordingOf } from './recordings.ts';

export interface StepOfEvents {
  step: number;
  changed: number;
  ids: number[];
  undo: UndoState;
  /** Recordings that were touched. */
  mediaIds: number[];
}
export type StoredEvent = NewEvent & {
  source: EventSource;
  confidence?: number | null;
  proposalId?: number | null;
};

/** Ids are named up to this many. */
const namedIds = 10_000;
const count = (n: number, what = 'event'): string => (n === 1 ? `1 ${what}` : `${n} ${what}s`);

export class EventStore {
  private readonly db: Db;
  private readonly steps: StepLog;

  constructor(db: Db, steps: StepLog) {
    this.db = db;
    this.steps = steps;
  }

  /** Adds events as one step. Throws NOT_FOUND for unknown recordings and classes, BAD_INPUT for impossible times. */
  add(events: readonly StoredEvent[], text?: string): StepOfEvents {
    return this.write(() => {
      const names = new Set<string>();
      let next = this.nextId();
      const entries = events.map((event): EventEntry => {
        names.add(this.className(event.classId));
        checkEvent(event, this.durationOf(event.mediaId));
        return {
          ...event,
          eventId: next++,
          recordingId: this.recording(event.mediaId),
          present: true,
          offsetS: event.offsetS ?? event.onsetS,
          confidence: event.confidence ?? null,
          proposalId: event.proposalId ?? null,
        };
      });
      return { text: text ?? `Mark ${count(entries.length)} ${[...names].slice(0, 3).join(', ')}`.trim(), entries };
    });
  }

  /** Changes fields of events as one step. An event that nothing changes about is not counted. */
  update(changes: readonly EventChange[]): StepOfEvents {
    return this.write(() => {
      const entries = changes.flatMap(({ id, ...change }): EventEntry[] => {
        const before = this.row(id);
        const after = { ...before };
        for (const [key, value] of Object.entries(change))
          if (value !== undefined) Object.assign(after, { [key]: value });
        if (change.offsetS === null) after.offsetS = after.onsetS;
        // A point that is moved stays a point.
        else if (change.offsetS === undefined && before.offsetS === before.onsetS) after.offsetS = after.onsetS;
        if (after.classId !== before.classId) this.className(after.classId);
        checkEvent(
          { ...after, offsetS: after.offsetS === after.onsetS ? null : after.offsetS },
          this.durationOf(before.mediaId),
        );
        const same = (Object.keys(after) as (keyof EventRow)[]).every((key) => after[key] === before[key]);
        return same ? [] : [this.entry(id, after)];
      });
      return { text: `Change ${count(entries.length)}`, entries };
    });
  }

  /** Takes events away as one step. Unknown ids are left out. */
  remove(ids: readonly number[]): StepOfEvents {
    return this.write(() => {
      const rows = this.rows(ids);
      return { text: `Remove ${count(rows.length)}`, entries: rows.map((row) => this.entry(row.id, row, false)) };
    });
  }

  split(id: number, atS: number): StepOfEvents {
    return this.write(() => {
      const row = this.row(id);
      if (!(atS > row.onsetS && atS < row.offsetS))
        throw new EngineError(
          'BAD_INPUT',
          `the event runs from ${row.onsetS} s to ${row.offsetS} s; it cannot be split at ${atS} s`,
          {
            field: 'atS',
          },
        );
      const second = { ...this.entry(this.nextId(), { ...row, onsetS: atS }), proposalId: null };
      return { text: 'Split 1 event', entries: [this.entry(id, { ...row, offsetS: atS }), second] };
    });
  }

  merge(ids: readonly number[]): StepOfEvents {
    return this.write(() => {
      const rows = [...new Set(ids)].map((id) => this.row(id)).toSorted((a, b) => a.onsetS - b.onsetS);
      const [first, ...others] = rows;
      if (!first || others.length === 0)
        throw new EngineError('BAD_INPUT', 'merging takes two events', { field: 'ids' });
      if (others.some((row) => row.mediaId !== first.mediaId || row.classId !== first.classId))
        throw new EngineError('BAD_INPUT', 'only events of one class in one recording can be merged', { field: 'ids' });
      const bounds = (key: 'lowHz' | 'highHz', pick: (...values: number[]) => number) =>
        rows.some((row) => row[key] === null) ? null : pick(...rows.map((row) => row[key] as number));
      const whole: EventRow = {
        ...first,
        offsetS: Math.max(...rows.map((row) => row.offsetS)),
        lowHz: bounds('lowHz', Math.min),
        highHz: bounds('highHz', Math.max),
        modality: rows.every((row) => row.modality === first.modality) ? first.modality : 'both',
      };
      return {
        text: `Merge ${count(rows.length)}`,
        entries: [this.entry(first.id, whole), ...others.map((row) => this.entry(row.id, row, false))],
      };
    });
  }

  /** Marks recordings as completely marked for a schema, or takes that back. `changed` counts recordings. */
  setComplete(mediaIds: readonly number[], schemaId: number, complete: boolean): StepOfEvents {
    return this.write(() => {
      const name = this.db
        .prepare('SELECT name FROM label_schema WHERE id = ? AND NOT removed')
        .pluck()
        .get(schemaId) as string | undefined;
      if (name === undefined) throw new EngineError('NOT_FOUND', `there is no label schema ${schemaId}`);
      const now = new Set(this.completeMedia(schemaId));
      const wanted = [...new Set(mediaIds)].filter((mediaId) => now.has(mediaId) !== complete);
      return {
        text: `${complete ? 'Mark' : 'Unmark'} ${count(wanted.length, 'recording')} as complete`,
        entries: [],
        complete: wanted.map((mediaId) => ({ recordingId: this.recording(mediaId), schemaId, complete })),
      };
    });
  }

  completeMedia(schemaId: number): number[] {
    return this.db
      .prepare('SELECT media_id FROM recording_complete WHERE schema_id = ? ORDER BY media_id')
      .pluck()
      .all(schemaId) as number[];
  }

  /** The journal of events, newest first, of one event, of a recording, or of all. */
  history(of: { eventId?: number | undefined; mediaId?: number | undefined }, limit: number): EventHistoryEntry[] {
    return eventHistory(this.db, of, limit);
  }

  /** Newest entry of the event journal. */
  position(): number {
    return this.db.prepare('SELECT coalesce(max(seq), 0) FROM event_entry').pluck().get() as number;
  }

  rows(ids: readonly number[]): (EventRow & { id: number })[] {
    return this.db
      .prepare(`${selectRow} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`)
      .all(JSON.stringify(ids)) as (EventRow & { id: number })[];
  }

  private row(id: number): EventRow & { id: number } {
    const row = this.db.prepare(`${selectRow} WHERE id = ?`).get(id) as (EventRow & { id: number }) | undefined;
    if (!row) throw new EngineError('NOT_FOUND', `there is no event ${id}`, { field: 'id' });
    return row;
  }

  private entry(eventId: number, row: EventRow, present = true): EventEntry {
    return { ...row, eventId, recordingId: this.recording(row.mediaId), present };
  }

  private nextId(): number {
    return (this.db.prepare('SELECT coalesce(max(event_id), 0) FROM event_entry').pluck().get() as number) + 1;
  }

  private readonly recordings = new Map<number, number>();
  private recording(mediaId: number): number {
    const known = this.recordings.get(mediaId) ?? recordingOf(this.db, mediaId);
    this.recordings.set(mediaId, known);
    return known;
  }

  private readonly durations = new Map<number, number>();
  private durationOf(mediaId: number): { path: string; durationS: number } | null {
    const known = this.durations.get(mediaId);
    if (known !== undefined) return { path: '', durationS: known };
    const row = this.db.prepare('SELECT path, duration_s AS durationS FROM media WHERE id = ?').get(mediaId) as
      { path: string; durationS: number } | undefined;
    if (row) this.durations.set(mediaId, row.durationS);
    return row ?? null;
  }

  private readonly names = new Map<number, string>();
  private className(classId: number): string {
    const known = this.names.get(classId);
    if (known !== undefined) return known;
    const name = this.db
      .prepare(
        'SELECT k.name FROM label_class k JOIN label_schema s ON s.id = k.schema_id WHERE k.id = ? AND NOT k.removed AND NOT s.removed',
      )
      .pluck()
      .get(classId) as string | undefined;
    if (name === undefined) throw new EngineError('NOT_FOUND', `there is no class ${classId}`, { field: 'classId' });
    this.names.set(classId, name);
    return name;
  }

  private write(
    make: () => {
      text: string;
      entries: EventEntry[];
      complete?: { recordingId: number; schemaId: number; complete: boolean }[];
    },
  ): StepOfEvents {
    return this.db
      .transaction(() => {
        // Valid within this transaction only.
        for (const cache of [this.recordings, this.durations, this.names]) cache.clear();
        const { text, entries, complete = [] } = make();
        const step = this.steps.record(text, [], [], { events: entries, complete });
        const recordings = JSON.stringify([
          ...new Set([...entries, ...complete].map(({ recordingId }) => recordingId)),
        ]);
        const mediaIds = this.db
          .prepare(
            'SELECT media_id FROM recording WHERE id IN (SELECT value FROM json_each(?)) AND media_id IS NOT NULL',
          )
          .pluck()
          .all(recordings) as number[];
        return {
          step,
          changed: entries.length + complete.length,
          ids: entries.length > namedIds ? [] : entries.map(({ eventId }) => eventId),
          undo: this.steps.undoState(),
          mediaIds,
        };
      })
      .immediate();
  }
}

const selectRow = `SELECT id, media_id AS mediaId, class_id AS classId, onset_s AS onsetS, offset_s AS offsetS, modality, value, low_hz AS lowHz,
  high_hz AS highHz, source, annotator, confidence, proposal_id AS proposalId FROM event`;
