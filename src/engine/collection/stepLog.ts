// Steps of the journal: one per action of a person, whatever it touched; undone and done again in order, across sessions.
import type { UndoState } from '../../shared/contract/annotation.ts';
import { EngineError } from '../../shared/engineError.ts';
import { AuditJournal, type AuditEntry } from './audits/auditJournal.ts';
import type { Db } from './database/database.ts';
import { deriveClipLabels } from './events/clipLabels.ts';
import { EventJournal, type EventChanges } from './events/eventJournal.ts';
import { rederiveAnnotations } from './journal.ts';
import { MetadataJournal, type MetadataEntry } from './metadata/metadataJournal.ts';
import { NoteJournal, type NoteEntry } from './metadata/noteJournal.ts';

export type Value = 'positive' | 'negative' | 'uncertain';
export type Presence = 'audible' | 'visible' | 'both';
export type Source = 'human' | 'import' | 'model' | 'propagation';
export interface Mark {
  value: Value;
  presence: Presence | null;
  source: Source;
}
export interface Change {
  clipId: number;
  classId: number;
  before: Mark | null;
  after: Mark | null;
}
export type SchemaNoun = 'schema' | 'class' | 'column';
/** A schema's, class's or metadata column's row before and after, as JSON of its columns. */
export interface SchemaChange {
  noun: SchemaNoun;
  id: number;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

export interface OtherChanges extends EventChanges {
  metadata?: readonly MetadataEntry[];
  notes?: readonly NoteEntry[];
  audits?: readonly AuditEntry[];
}

/** What a step that was taken back or done again had touched. */
export interface Reverted {
  text: string;
  clipIds: number[];
  schemas: boolean;
  /** Recordings whose events changed. */
  mediaIds: number[];
  /** Recordings whose metadata changed; null where nothing of metadata did. */
  metadata: number[] | null;
  /** Audits whose answers changed. */
  audits: number[];
}

interface EntryRow {
  clip_id: number;
  class_id: number;
  before_value: Value | null;
  before_presence: Presence | null;
  before_source: Source | null;
  after_value: Value | null;
  after_presence: Presence | null;
  after_source: Source | null;
}

const mark = (value: Value | null, presence: Presence | null, source: Source | null): Mark | null =>
  value === null || source === null ? null : { value, presence, source };
const tables: Record<SchemaNoun, { table: string; columns: readonly string[] }> = {
  schema: { table: 'label_schema', columns: ['name', 'multi_label', 'from_events', 'removed'] },
  class: { table: 'label_class', columns: ['name', 'colour', 'hotkey', 'removed'] },
  column: { table: 'metadata_column', columns: ['key', 'type', 'removed'] },
};

export class StepLog {
  private readonly db: Db;
  private readonly events: EventJournal;
  private readonly metadata: MetadataJournal;
  private readonly notes: NoteJournal;
  private readonly audits: AuditJournal;

  /** The step that `group` has open. */
  private grouped: number | null = null;

  constructor(db: Db) {
    this.db = db;
    this.events = new EventJournal(db);
    this.metadata = new MetadataJournal(db);
    this.notes = new NoteJournal(db);
    this.audits = new AuditJournal(db);
  }

  /** Writes a step, applies it and makes it the one that undo would take back. Inside a transaction of the caller. Returns its id. */
  record(
    text: string,
    changes: readonly Change[],
    schemaChanges: readonly SchemaChange[] = [],
    others: OtherChanges = {},
  ): number {
    const step = this.grouped ?? this.newStep('change', null, text);
    // Events first: a class that is removed in the same step still has them.
    const entries =
      this.events.append(step, others) +
      this.metadata.append(step, others.metadata ?? []) +
      this.notes.append(step, others.notes ?? []) +
      this.audits.append(step, others.audits ?? []);
    this.append(step, changes, schemaChanges);
    if (changes.length + schemaChanges.length + entries > 0) {
      this.db.prepare('DELETE FROM undo_stack WHERE undone').run();
      this.db.prepare('INSERT OR IGNORE INTO undo_stack (step_id, undone) VALUES (?, 0)').run(step);
    }
    return step;
  }

  /** Everything that `act` records becomes one step, written whole or not at all. */
  group<T>(text: string, act: () => T): T {
    return this.db
      .transaction(() => {
        this.grouped = this.newStep('change', null, text);
        try {
          return act();
        } finally {
          this.grouped = null;
        }
      })
      .immediate();
  }

  /** Takes back the latest step, or does the latest undone one again. Returns what the step is called and the clips it touched. Throws CONFLICT when there is none. */
  revert(direction: 'undo' | 'redo'): Reverted {
    return this.db
      .transaction(() => {
        const { step: stepId, text } = (direction === 'undo' ? this.undoable() : this.redoable()) ?? {};
        if (stepId === undefined || text === undefined)
          throw new EngineError('CONFLICT', `there is nothing to ${direction}`);
        const rows = this.db.prepare('SELECT * FROM entry WHERE step_id = ? ORDER BY seq').all(stepId) as EntryRow[];
        const changes = rows.map((row): Change => {
          const before = mark(row.before_value, row.before_presence, row.before_source);
          const after = mark(row.after_value, row.after_presence, row.after_source);
          const ids = { clipId: row.clip_id, classId: row.class_id };
          return direction === 'undo' ? { ...ids, before: after, after: before } : { ...ids, before, after };
        });
        const schemaRows = this.db
          .prepare('SELECT noun, row_id, before, after FROM schema_entry WHERE step_id = ? ORDER BY seq')
          .all(stepId) as { noun: SchemaNoun; row_id: number; before: string; after: string }[];
        const schemaChanges = schemaRows.map((row): SchemaChange => {
          const [before, after] = [row.before, row.after].map(
            (json) => JSON.parse(json) as Record<string, unknown>,
          ) as [Record<string, unknown>, Record<string, unknown>];
          return {
            noun: row.noun,
            id: row.row_id,
            ...(direction === 'undo' ? { before: after, after: before } : { before, after }),
          };
        });
        if (direction === 'undo') {
          changes.reverse();
          schemaChanges.reverse();
        }
        const reverting = this.newStep(direction, stepId, direction);
        this.append(reverting, changes, schemaChanges);
        const mediaIds = this.events.revert(reverting, stepId, direction);
        const metadata = [
          ...this.metadata.revert(reverting, stepId, direction),
          ...this.notes.revert(reverting, stepId, direction),
        ];
        const audits = this.audits.revert(reverting, stepId, direction);
        const columns = schemaChanges.some(({ noun }) => noun === 'column');
        this.db.prepare('UPDATE undo_stack SET undone = ? WHERE step_id = ?').run(direction === 'undo' ? 1 : 0, stepId);
        return {
          text,
          clipIds: [...new Set(changes.map(({ clipId }) => clipId))],
          schemas: schemaChanges.some(({ noun }) => noun !== 'column'),
          mediaIds,
          metadata: columns || metadata.length > 0 ? metadata : null,
          audits,
        };
      })
      .immediate();
  }

  undoState(): UndoState {
    const undo = this.undoable();
    const redo = this.redoable();
    return {
      canUndo: undo !== undefined,
      canRedo: redo !== undefined,
      undoText: undo?.text ?? null,
      redoText: redo?.text ?? null,
    };
  }

  private undoable(): { step: number; text: string } | undefined {
    return this.db
      .prepare(
        'SELECT u.step_id AS step, s.text FROM undo_stack u JOIN step s ON s.id = u.step_id WHERE NOT u.undone ORDER BY u.step_id DESC LIMIT 1',
      )
      .get() as { step: number; text: string } | undefined;
  }

  private redoable(): { step: number; text: string } | undefined {
    return this.db
      .prepare(
        'SELECT u.step_id AS step, s.text FROM undo_stack u JOIN step s ON s.id = u.step_id WHERE u.undone ORDER BY u.step_id LIMIT 1',
      )
      .get() as { step: number; text: string } | undefined;
  }

  private newStep(kind: 'change' | 'undo' | 'redo', ofStep: number | null, text: string): number {
    return Number(
      this.db
        .prepare('INSERT INTO step (kind, of_step, text, at) VALUES (?, ?, ?, ?)')
        .run(kind, ofStep, text, new Date().toISOString()).lastInsertRowid,
    );
  }

  private append(step: number, changes: readonly Change[], schemaChanges: readonly SchemaChange[]): void {
    const entry = this.db.prepare(
      'INSERT INTO entry (step_id, clip_id, class_id, before_value, before_presence, before_source, after_value, after_presence, after_source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const clear = this.db.prepare('DELETE FROM annotation WHERE clip_id = ? AND class_id = ?');
    // A clip that has left the collection keeps its journal only.
    const put = this.db.prepare(`INSERT INTO annotation (clip_id, class_id, schema_id, value, presence, source)
      SELECT c.id, k.id, k.schema_id, ?, ?, ? FROM clip c, label_class k WHERE c.id = ? AND k.id = ?
      ON CONFLICT (clip_id, class_id) DO UPDATE SET value = excluded.value, presence = excluded.presence, source = excluded.source`);
    for (const { clipId, classId, before, after } of changes) {
      entry.run(
        step,
        clipId,
        classId,
        before?.value ?? null,
        before?.presence ?? null,
        before?.source ?? null,
        after?.value ?? null,
        after?.presence ?? null,
        after?.source ?? null,
      );
      if (after) put.run(after.value, after.presence, after.source, clipId, classId);
      else clear.run(clipId, classId);
    }
    const schemaEntry = this.db.prepare(
      'INSERT INTO schema_entry (step_id, noun, row_id, before, after) VALUES (?, ?, ?, ?, ?)',
    );
    for (const change of schemaChanges) {
      schemaEntry.run(step, change.noun, change.id, JSON.stringify(change.before), JSON.stringify(change.after));
      const { table, columns } = tables[change.noun];
      for (const column of columns) {
        if (column in change.after)
          this.db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`).run(change.after[column], change.id);
      }
    }
    if (schemaChanges.some(({ after }) => 'from_events' in after)) rederiveAnnotations(this.db, null);
    else if (schemaChanges.some(({ noun }) => noun === 'class')) deriveClipLabels(this.db, null);
  }
}
