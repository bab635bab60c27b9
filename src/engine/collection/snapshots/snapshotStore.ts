// Named snapshots of all annotations: places in the journals, compared with each other and brought back as one step.
import type { Snapshot, SnapshotChanges, SnapshotComparison } from '../../../shared/contract/snapshot.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import type { EventEntry } from '../events/eventJournal.ts';
import type { RootStore } from '../rootStore.ts';
import type { Change, Mark, SchemaChange, StepLog } from '../stepLog.ts';
import {
  completeDifferences,
  countsAt,
  eventDifferences,
  labelDifferences,
  placeNow,
  schemaDifferences,
  type EventDifference,
  type JournalPlace,
  type LabelDifference,
} from './snapshotState.ts';

interface SnapshotRow {
  id: number;
  name: string;
  note: string;
  created_at: string;
  entry_seq: number;
  schema_seq: number;
  event_seq: number;
  complete_seq: number;
}
type ComparisonRow = SnapshotComparison['rows'][number];

const placeOf = (row: SnapshotRow): JournalPlace => ({
  entry: row.entry_seq,
  schema: row.schema_seq,
  event: row.event_seq,
  complete: row.complete_seq,
});
const noChanges = (): SnapshotChanges => ({ added: 0, removed: 0, changed: 0 });
const kindOf = (from: unknown, to: unknown): keyof SnapshotChanges =>
  from === null ? 'added' : to === null ? 'removed' : 'changed';

const eventRow = `SELECT e.event_id AS eventId, e.recording_id AS recordingId, e.class_id AS classId, e.onset_s AS onsetS, e.offset_s AS offsetS, e.modality,
  e.value, e.low_hz AS lowHz, e.high_hz AS highHz, e.source, e.annotator, e.confidence, e.proposal_id AS proposalId, r.path
  FROM event_entry e JOIN recording r ON r.id = e.recording_id WHERE e.seq = ?`;
type EventState = Omit<EventEntry, 'present'> & { path: string };

export class SnapshotStore {
  private readonly db: Db;
  private readonly steps: StepLog;
  private readonly roots: RootStore;

  constructor(db: Db, steps: StepLog, roots: RootStore) {
    this.db = db;
    this.steps = steps;
    this.roots = roots;
  }

  /** Newest first. */
  list(): Snapshot[] {
    const rows = this.db.prepare('SELECT * FROM snapshot WHERE NOT removed ORDER BY id DESC').all() as SnapshotRow[];
    return rows.map((row) => this.snapshot(row));
  }

  /** @throws CONFLICT for a name that is taken */
  create(name: string, note = ''): Snapshot {
    return this.db
      .transaction(() => {
        const taken = this.db.prepare('SELECT 1 FROM snapshot WHERE name = ? COLLATE NOCASE AND NOT removed').get(name);
        if (taken)
          throw new EngineError('CONFLICT', `there is a snapshot ${name} already`, {
            field: 'name',
            hint: 'Choose another name, or remove the old one.',
          });
        return this.put(name, note);
      })
      .immediate();
  }

  /** Takes a snapshot out of the list. Annotations stay as they are. */
  remove(snapshotId: number): void {
    this.row(snapshotId);
    this.db.prepare('UPDATE snapshot SET removed = 1 WHERE id = ?').run(snapshotId);
  }

  /** What is different in the other snapshot, or now, against this one. @throws NOT_FOUND */
  compare(snapshotId: number, otherId: number | null, limit: number): SnapshotComparison {
    const first = this.row(snapshotId);
    const other = otherId === null ? null : this.row(otherId);
    const [from, to] = [placeOf(first), other ? placeOf(other) : placeNow(this.db)];
    const names = this.classNames();
    const classes = new Map<number, SnapshotComparison['classes'][number]>();
    const ofClass = (classId: number) => {
      const known = classes.get(classId) ?? {
        classId,
        ...names.get(classId)!,
        labels: noChanges(),
        events: noChanges(),
      };
      classes.set(classId, known);
      return known;
    };
    const [labels, events] = [noChanges(), noChanges()];
    const rows: ComparisonRow[] = [];
    for (const one of labelDifferences(this.db, from, to)) {
      labels[kindOf(one.from, one.to)]++;
      ofClass(one.classId).labels[kindOf(one.from, one.to)]++;
      if (rows.length < limit) rows.push(this.labelRow(one, names));
    }
    for (const one of eventDifferences(this.db, from, to)) {
      const [before, after] = [this.event(one.from), this.event(one.to)];
      events[kindOf(one.from, one.to)]++;
      ofClass((after ?? before)!.classId).events[kindOf(one.from, one.to)]++;
      if (rows.length < limit) rows.push(this.eventRow(one, before, after, names));
    }
    const [earlier, later] = from.schema <= to.schema ? [from, to] : [to, from];
    return {
      from: first.name,
      to: other?.name ?? 'now',
      labels,
      events,
      classes: [...classes.values()].toSorted((a, b) => a.classId - b.classId),
      rows,
      schemas: schemaDifferences(this.db, earlier, later).length,
    };
  }

  /** Brings all annotations back to the snapshot as one step; what was there is kept as a snapshot. @throws NOT_FOUND */
  restore(snapshotId: number): { step: number; changed: number; kept: Snapshot } {
    return this.db
      .transaction(() => {
        const row = this.row(snapshotId);
        const [now, then] = [placeNow(this.db), placeOf(row)];
        const changes = labelDifferences(this.db, now, then).map(({ clipId, classId, from, to }): Change => ({
          clipId,
          classId,
          before: from as Mark | null,
          after: to as Mark | null,
        }));
        const events = eventDifferences(this.db, now, then).map(({ from, to }): EventEntry => {
          const { path: _path, ...state } = (this.event(to) ?? this.event(from))!;
          return { ...state, present: to !== null };
        });
        const complete = completeDifferences(this.db, now, then).map(({ recordingId, schemaId, to }) => ({
          recordingId,
          schemaId,
          complete: to,
        }));
        const schemas = schemaDifferences(this.db, then, now).map(({ noun, id, from, to }): SchemaChange => ({
          noun,
          id,
          before: to,
          after: from,
        }));
        const kept = this.put(this.freeName(`Before restoring ${row.name}`), '');
        const step = this.steps.record(`Restore the snapshot ${row.name}`, changes, schemas, { events, complete });
        return { step, changed: changes.length + events.length + complete.length + schemas.length, kept };
      })
      .immediate();
  }

  private put(name: string, note: string): Snapshot {
    const { entry, schema, event, complete } = placeNow(this.db);
    const made = this.db
      .prepare(
        `INSERT INTO snapshot (name, note, created_at, step_id, entry_seq, schema_seq, event_seq, complete_seq)
        VALUES (?, ?, ?, (SELECT coalesce(max(id), 0) FROM step), ?, ?, ?, ?)`,
      )
      .run(name, note, new Date().toISOString(), entry, schema, event, complete);
    return this.snapshot(this.row(Number(made.lastInsertRowid)));
  }

  private freeName(wanted: string): string {
    const taken = new Set(this.list().map(({ name }) => name.toLowerCase()));
    let name = wanted;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted} (${n})`;
    return name;
  }

  private row(snapshotId: number): SnapshotRow {
    const row = this.db.prepare('SELECT * FROM snapshot WHERE id = ? AND NOT removed').get(snapshotId) as
      SnapshotRow | undefined;
    if (!row) throw new EngineError('NOT_FOUND', `there is no snapshot ${snapshotId}`, { field: 'snapshotId' });
    return row;
  }

  private snapshot(row: SnapshotRow): Snapshot {
    const { id, name, note, created_at: createdAt } = row;
    return { id, name, note, createdAt, ...countsAt(this.db, placeOf(row)) };
  }

  private classNames(): Map<number, { class: string; schema: string }> {
    const rows = this.db
      .prepare(
        'SELECT k.id, k.name AS class, s.name AS schema FROM label_class k JOIN label_schema s ON s.id = k.schema_id',
      )
      .all() as { id: number; class: string; schema: string }[];
    return new Map(rows.map(({ id, ...names }) => [id, names]));
  }

  private event(seq: number | null): EventState | null {
    return seq === null ? null : (this.db.prepare(eventRow).get(seq) as EventState);
  }

  private labelRow(
    { clipId, classId, from, to }: LabelDifference,
    names: ReadonlyMap<number, { class: string }>,
  ): ComparisonRow {
    const clip = this.db
      .prepare(
        `SELECT c.root_id AS rootId, m.path, c.start_s AS startS, c.end_s AS endS FROM clip c JOIN media m ON m.id = c.media_id WHERE c.id = $clipId
        UNION ALL SELECT root_id, path, start_s, end_s FROM removed_clip WHERE id = $clipId LIMIT 1`,
      )
      .get({ clipId }) as { rootId: number; path: string; startS: number; endS: number } | undefined;
    const text = (mark: LabelDifference['from']): string | null =>
      mark === null ? null : mark.presence === null ? mark.value : `${mark.value}, ${mark.presence}`;
    return {
      clipId,
      eventId: null,
      path: clip ? this.roots.absolute(clip.rootId, clip.path) : `clip ${clipId}`,
      startS: clip?.startS ?? 0,
      endS: clip?.endS ?? 0,
      class: names.get(classId)!.class,
      before: text(from),
      after: text(to),
    };
  }

  private eventRow(
    { eventId }: EventDifference,
    before: EventState | null,
    after: EventState | null,
    names: ReadonlyMap<number, { class: string }>,
  ): ComparisonRow {
    const shown = (after ?? before)!;
    const text = (state: EventState | null): string | null =>
      state === null
        ? null
        : `${names.get(state.classId)!.class} ${state.value}, ${state.onsetS} to ${state.offsetS} s, ${state.modality}`;
    return {
      clipId: null,
      eventId,
      path: shown.path,
      startS: shown.onsetS,
      endS: shown.offsetS,
      class: names.get(shown.classId)!.class,
      before: text(before),
      after: text(after),
    };
  }
}
