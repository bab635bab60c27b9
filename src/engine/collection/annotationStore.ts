// What people say about clips: set, clear, take back, look up. Every call is one step of the journal, on disk when it returns.
import type { LabelValue, Presence } from '../../shared/contract/labelValue.ts';
import type { JournalEntry, UndoState } from '../../shared/contract/annotation.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Db } from './database/database.ts';
import { StepLog, type Change, type Mark, type Reverted, type Source } from './stepLog.ts';
import type { AnnotationReader, LabelledClip } from './stores.ts';

export interface SetAnnotations {
  clipIds: readonly number[];
  classId: number;
  value: LabelValue | null;
  presence?: Presence | null;
  source?: Source;
}
/** One annotation of a bulk import. */
export interface NewAnnotation {
  clipId: number;
  classId: number;
  value: LabelValue;
  presence: Presence | null;
}
type Stored = Mark & { clipId: number; classId: number };

const noun = (n: number): string => (n === 1 ? '1 clip' : `${n} clips`);
const same = (a: Mark | null, b: Mark | null): boolean =>
  a?.value === b?.value && a?.presence === b?.presence && a?.source === b?.source;

const followsFromEvents = (): EngineError =>
  new EngineError('CONFLICT', 'labels of this schema follow from its events', {
    hint: 'Mark an event in the recording, or let the schema have clip labels of its own.',
  });

export class AnnotationStore implements AnnotationReader {
  private readonly db: Db;
  private readonly steps: StepLog;

  constructor(db: Db, steps: StepLog) {
    this.db = db;
    this.steps = steps;
  }

  /** Sets (or with `value: null` clears) one class on clips, as one step. `changed` counts clips, `changes` holds every mark that differs now. Throws NOT_FOUND for unknown ids. */
  set(input: SetAnnotations): { step: number; changed: number; undo: UndoState; changes: Change[] } {
    const { classId, value, presence = null, source = 'human' } = input;
    return this.db
      .transaction(() => {
        const labelClass = this.db
          .prepare(
            'SELECT k.name, k.schema_id, s.multi_label, s.from_events FROM label_class k JOIN label_schema s ON s.id = k.schema_id WHERE k.id = ? AND NOT k.removed AND NOT s.removed',
          )
          .get(classId) as { name: string; schema_id: number; multi_label: number; from_events: number } | undefined;
        if (!labelClass) throw new EngineError('NOT_FOUND', `there is no class ${classId}`, { field: 'classId' });
        if (labelClass.from_events) throw followsFromEvents();
        const clipIds = [...new Set(input.clipIds)];
        this.mustExist(clipIds);
        const after = value === null ? null : { value, presence, source };
        const changes = this.changes(
          clipIds.map((clipId) => ({ clipId, classId, after })),
          labelClass.schema_id,
          labelClass.multi_label === 1,
        );
        const changed = new Set(changes.map(({ clipId }) => clipId)).size;
        const verb = value === null ? 'Clear' : value === 'positive' ? 'Label' : `Mark ${value}:`;
        const step = this.steps.record(`${verb} ${noun(changed)} ${labelClass.name}`, changes);
        return { step, changed, undo: this.steps.undoState(), changes };
      })
      .immediate();
  }

  /** Many annotations of one schema as one step (import, propagation). Returns how many were new or different. */
  setMany(
    schemaId: number,
    annotations: readonly NewAnnotation[],
    source: Source,
    text: string,
  ): { step: number; changed: number } {
    return this.db
      .transaction(() => {
        if (this.db.prepare('SELECT 1 FROM label_schema WHERE id = ? AND from_events').get(schemaId))
          throw followsFromEvents();
        const changes = this.changes(
          annotations.map(({ clipId, classId, value, presence }) => ({
            clipId,
            classId,
            after: { value, presence, source },
          })),
          schemaId,
          this.multiLabel(schemaId),
        );
        return { step: this.steps.record(text, changes), changed: changes.filter(({ after }) => after).length };
      })
      .immediate();
  }

  undo(): Reverted & { undo: UndoState } {
    return { ...this.steps.revert('undo'), undo: this.steps.undoState() };
  }

  redo(): Reverted & { undo: UndoState } {
    return { ...this.steps.revert('redo'), undo: this.steps.undoState() };
  }

  undoState(): UndoState {
    return this.steps.undoState();
  }

  /** The journal, newest first, of a clip or of all. `undone`: taken back and not done again. */
  history(clipId: number | undefined, limit: number): JournalEntry[] {
    const rows = this.db
      .prepare(
        `SELECT e.step_id AS step, e.clip_id AS clipId, e.class_id AS classId, k.name AS className, e.before_value AS before, e.after_value AS after,
      coalesce(e.after_presence, e.before_presence) AS presence, coalesce(e.after_source, e.before_source) AS source, s.at,
      coalesce((SELECT r.kind FROM step r WHERE r.of_step = s.id ORDER BY r.id DESC LIMIT 1), '') = 'undo' AS undone
      FROM entry e JOIN step s ON s.id = e.step_id JOIN label_class k ON k.id = e.class_id
      WHERE s.kind = 'change' ${clipId === undefined ? '' : 'AND e.clip_id = ?'} ORDER BY e.seq DESC LIMIT ?`,
      )
      .all(...(clipId === undefined ? [limit] : [clipId, limit])) as (Omit<JournalEntry, 'undone'> & {
      undone: number;
    })[];
    return rows.map((row) => ({ ...row, undone: row.undone === 1 }));
  }

  /** Clips on which people's statements of a schema differ from how they stood after journal entry `seq` (imports do not count), and the newest entry. */
  changedSince(schemaId: number, seq: number): { clips: number; seq: number } {
    const rows = this.db
      .prepare(
        `SELECT e.seq, e.clip_id AS clipId, e.class_id AS classId, e.before_value AS before, e.after_value AS after, coalesce(e.after_source, e.before_source) AS source
      FROM entry e JOIN label_class k ON k.id = e.class_id WHERE e.seq > ? AND k.schema_id = ? ORDER BY e.seq`,
      )
      .all(seq, schemaId) as {
      seq: number;
      clipId: number;
      classId: number;
      before: LabelValue | null;
      after: LabelValue | null;
      source: Source;
    }[];
    const net = new Map<string, { clipId: number; from: LabelValue | null; to: LabelValue | null; source: Source }>();
    for (const { clipId, classId, before, after, source } of rows) {
      const key = `${clipId} ${classId}`;
      net.set(key, { clipId, from: net.has(key) ? net.get(key)!.from : before, to: after, source });
    }
    const clips = new Set(
      [...net.values()].flatMap(({ clipId, from, to, source }) => (from !== to && source !== 'import' ? [clipId] : [])),
    );
    return { clips: clips.size, seq: rows.at(-1)?.seq ?? seq };
  }

  learnable(schemaId: number, setId: number, least: number): number {
    const { classes } = this.db
      .prepare(
        `WITH plain AS (
        SELECT max(CASE a.value WHEN 'positive' THEN a.class_id END) AS classId FROM annotation a JOIN label_class k ON k.id = a.class_id AND NOT k.removed WHERE a.schema_id = ?
        GROUP BY a.clip_id HAVING sum(a.value = 'positive') = 1 AND sum(a.value = 'uncertain') = 0 AND EXISTS (SELECT 1 FROM embedding_row r WHERE r.set_id = ? AND r.clip_id = a.clip_id)
      ) SELECT count(*) AS classes FROM (SELECT 1 FROM plain GROUP BY classId HAVING count(*) >= ?)`,
      )
      .get(schemaId, setId, least) as { classes: number };
    return classes;
  }

  labelled(schemaId: number): LabelledClip[] {
    return this.db
      .prepare(
        'SELECT a.clip_id AS clipId, c.media_id AS mediaId, c.start_s AS startS, c.end_s AS endS, a.class_id AS classId, a.value FROM annotation a JOIN clip c ON c.id = a.clip_id WHERE a.schema_id = ? ORDER BY a.clip_id, a.class_id',
      )
      .all(schemaId) as LabelledClip[];
  }

  classes(schemaId: number): { classId: number; name: string }[] {
    return this.db
      .prepare('SELECT id AS classId, name FROM label_class WHERE schema_id = ? AND NOT removed ORDER BY id')
      .all(schemaId) as { classId: number; name: string }[];
  }

  multiLabel(schemaId: number): boolean {
    const multi = this.db
      .prepare('SELECT multi_label FROM label_schema WHERE id = ? AND NOT removed')
      .pluck()
      .get(schemaId) as number | undefined;
    if (multi === undefined) throw new EngineError('NOT_FOUND', `there is no label schema ${schemaId}`);
    return multi === 1;
  }

  /** Present annotations of a schema with all they carry, in clip order. */
  full(schemaId: number): Stored[] {
    return this.db
      .prepare(
        'SELECT clip_id AS clipId, class_id AS classId, value, presence, source FROM annotation WHERE schema_id = ? ORDER BY clip_id, class_id',
      )
      .all(schemaId) as Stored[];
  }

  /** The labels that clips have now, in every schema. */
  ofClips(
    clipIds: readonly number[],
  ): { clipId: number; labels: { classId: number; value: LabelValue; presence: Presence | null }[] }[] {
    const rows = this.db
      .prepare(
        `SELECT a.clip_id AS clipId, a.class_id AS classId, a.value, a.presence FROM annotation a JOIN label_class k ON k.id = a.class_id AND NOT k.removed
        WHERE a.clip_id IN (SELECT value FROM json_each(?)) ORDER BY a.class_id`,
      )
      .all(JSON.stringify(clipIds)) as {
      clipId: number;
      classId: number;
      value: LabelValue;
      presence: Presence | null;
    }[];
    const byClip = Map.groupBy(rows, ({ clipId }) => clipId);
    return clipIds.map((clipId) => ({
      clipId,
      labels: (byClip.get(clipId) ?? []).map(({ classId, value, presence }) => ({ classId, value, presence })),
    }));
  }

  private mustExist(clipIds: readonly number[]): void {
    const unknown = this.db
      .prepare('SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM clip) LIMIT 1')
      .pluck()
      .get(JSON.stringify(clipIds)) as number | undefined;
    if (unknown !== undefined) throw new EngineError('NOT_FOUND', `there is no clip ${unknown}`, { field: 'clipIds' });
  }

  /** What the wanted marks change. In a single-label schema a positive clears the other positive and uncertain marks of its clip. */
  private changes(
    wanted: readonly { clipId: number; classId: number; after: Mark | null }[],
    schemaId: number,
    multiLabel: boolean,
  ): Change[] {
    const ids = JSON.stringify([...new Set(wanted.map(({ clipId }) => clipId))]);
    const rows = this.db
      .prepare(
        'SELECT clip_id AS clipId, class_id AS classId, value, presence, source FROM annotation WHERE schema_id = ? AND clip_id IN (SELECT value FROM json_each(?))',
      )
      .all(schemaId, ids) as Stored[];
    const state = new Map<number, Map<number, Mark>>();
    for (const { clipId, classId, ...mark } of rows)
      state.set(clipId, (state.get(clipId) ?? new Map<number, Mark>()).set(classId, mark));
    const changes: Change[] = [];
    for (const { clipId, classId, after } of wanted) {
      const marks = state.get(clipId) ?? new Map<number, Mark>();
      state.set(clipId, marks);
      if (!multiLabel && after?.value === 'positive') {
        for (const [other, before] of marks) {
          if (other === classId || before.value === 'negative') continue;
          changes.push({ clipId, classId: other, before, after: null });
          marks.delete(other);
        }
      }
      const before = marks.get(classId) ?? null;
      if (same(before, after)) continue;
      changes.push({ clipId, classId, before, after });
      if (after) marks.set(classId, after);
      else marks.delete(classId);
    }
    return changes;
  }
}
