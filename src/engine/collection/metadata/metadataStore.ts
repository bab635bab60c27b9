// Metadata of recordings: columns and values, each change one step of the journal that labels and events use too.
import type { UndoState } from '../../../shared/contract/annotation.ts';
import type {
  MetadataColumn,
  MetadataHistoryEntry,
  MetadataRow,
  MetadataSource,
  MetadataType,
  MetadataValue,
} from '../../../shared/contract/metadata.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { Db } from '../database/database.ts';
import { recordingOf } from '../events/recordings.ts';
import type { RootStore } from '../rootStore.ts';
import type { SchemaChange, StepLog } from '../stepLog.ts';
import { builtInColumn } from './columnNames.ts';
import type { MetadataEntry } from './metadataJournal.ts';
import { readValue, type ReadValue } from './metadataValue.ts';
import { plural } from '../../../shared/plural.ts';

export interface ColumnRow {
  id: number;
  key: string;
  type: MetadataType;
  built_in: number;
  removed: number;
}
/** `value` null: there is none, whatever a file says; undefined: whatever was found counts. */
export interface NewValue {
  mediaId: number;
  columnId: number;
  value: ReadValue | null | undefined;
}
export interface StepOfMetadata {
  step: number;
  changed: number;
  undo: UndoState;
}
export interface FoundValue extends ReadValue {
  columnId: number;
  source: MetadataSource;
}

/** Columns a workspace can have: each is listed, coloured and filtered by. */
export const mostColumns = 1000;

export class MetadataStore {
  private readonly db: Db;
  private readonly steps: StepLog;
  private readonly roots: RootStore;

  constructor(db: Db, steps: StepLog, roots: RootStore) {
    this.db = db;
    this.steps = steps;
    this.roots = roots;
  }

  /** Built-in columns first, then one's own in the order they were made. */
  columns(): MetadataColumn[] {
    const rows = this.db
      .prepare(
        `SELECT c.*, (SELECT count(*) FROM metadata_value v WHERE v.column_id = c.id) AS filled,
          (SELECT count(DISTINCT v.text) FROM metadata_value v WHERE v.column_id = c.id) AS different
        FROM metadata_column c WHERE NOT removed ORDER BY id`,
      )
      .all() as (ColumnRow & { filled: number; different: number })[];
    return rows.map((row) => ({
      id: row.id,
      key: row.key,
      type: row.type,
      builtIn: row.built_in === 1,
      filled: row.filled,
      distinct: row.different,
    }));
  }

  /** Names and types alone, without counting values. */
  fields(): ColumnRow[] {
    return this.db.prepare('SELECT * FROM metadata_column WHERE NOT removed ORDER BY id').all() as ColumnRow[];
  }

  /** A column by its name, or by another name of a built-in one; null where there is none. */
  find(name: string): ColumnRow | null {
    const builtIn = builtInColumn(name);
    return this.named(name) ?? (builtIn ? this.named(builtIn) : null);
  }

  /** A column by its very name. */
  named(name: string): ColumnRow | null {
    const row = this.db.prepare('SELECT * FROM metadata_column WHERE key = ? AND NOT removed').get(name.trim());
    return (row as ColumnRow | undefined) ?? null;
  }

  /** @throws NOT_FOUND naming the columns there are */
  column(column: number | string): ColumnRow {
    const row =
      typeof column === 'string'
        ? this.find(column)
        : (this.db.prepare('SELECT * FROM metadata_column WHERE id = ? AND NOT removed').get(column) as
            ColumnRow | undefined);
    if (row) return row;
    throw new EngineError('NOT_FOUND', `there is no column ${column} of metadata`, {
      field: 'column',
      hint: `There are: ${this.columns()
        .slice(0, 40)
        .map(({ key }) => key)
        .join(', ')}.`,
    });
  }

  /** Makes a column, as one step. A removed one of the name comes back with its values. @throws CONFLICT for a name that is taken */
  addColumn(key: string, type: MetadataType): number {
    return this.db
      .transaction(() => {
        const name = key.trim();
        if (this.named(name)) throw this.taken(name);
        if (
          (this.db.prepare('SELECT count(*) FROM metadata_column WHERE NOT removed').pluck().get() as number) >=
          mostColumns
        )
          throw new EngineError('BAD_INPUT', `a workspace has at most ${mostColumns} columns of metadata`, {
            field: 'key',
            hint: 'Remove columns that are not used.',
          });
        const old = this.db.prepare('SELECT * FROM metadata_column WHERE key = ?').get(name) as ColumnRow | undefined;
        const id =
          old?.id ??
          Number(
            this.db.prepare('INSERT INTO metadata_column (key, type, removed) VALUES (?, ?, 1)').run(name, type)
              .lastInsertRowid,
          );
        const before = { key: name, type: old?.type ?? type, removed: 1 };
        this.steps.record(
          `Add the column ${name}`,
          [],
          [{ noun: 'column', id, before, after: { ...before, removed: 0 } }],
        );
        return id;
      })
      .immediate();
  }

  /** Renames a column or gives it another type, as one step. `unread`: values that are none of the new type, which stay as text. */
  updateColumn(
    columnId: number,
    change: { key?: string | undefined; type?: MetadataType | undefined },
  ): { unread: number } {
    return this.db
      .transaction(() => {
        const { id, key, type, built_in, removed } = this.column(columnId);
        if (built_in)
          throw new EngineError('BAD_INPUT', `${key} is a column of every workspace and stays as it is`, {
            field: 'columnId',
          });
        const name = change.key?.trim() ?? key;
        if (this.db.prepare('SELECT 1 FROM metadata_column WHERE key = ? AND id != ?').get(name, id))
          throw this.taken(name);
        const after = { key: name, type: change.type ?? type, removed };
        const column: SchemaChange = { noun: 'column', id, before: { key, type, removed }, after };
        const { entries, unread } = after.type === type ? { entries: [], unread: 0 } : this.readAgain(id, after);
        this.steps.record(
          name === key ? `Make ${key} a ${after.type} column` : `Rename the column ${key} to ${name}`,
          [],
          [column],
          {
            metadata: entries,
          },
        );
        return { unread };
      })
      .immediate();
  }

  /** Takes a column away, as one step; undo brings it back with its values. */
  removeColumn(columnId: number): void {
    const { id, key, type, built_in, removed } = this.column(columnId);
    if (built_in)
      throw new EngineError('BAD_INPUT', `${key} is a column of every workspace and cannot be removed`, {
        field: 'columnId',
      });
    const before = { key, type, removed };
    this.db
      .transaction(() =>
        this.steps.record(
          `Remove the column ${key}`,
          [],
          [{ noun: 'column', id, before, after: { ...before, removed: 1 } }],
        ),
      )
      .immediate();
  }

  /** Sets values as one step; those that are so already are not written. @throws NOT_FOUND for unknown media or columns */
  set(values: readonly NewValue[], source: MetadataSource, text?: string): StepOfMetadata {
    return this.db
      .transaction(() => {
        const keys = new Set<string>();
        const state = this.db.prepare(
          'SELECT present, text, number, source FROM metadata_entry WHERE recording_id = ? AND column_id = ? ORDER BY seq DESC LIMIT 1',
        );
        const recordings = new Map<number, number>();
        const columns = new Map<number, ColumnRow>();
        const entries = values.flatMap(({ mediaId, columnId, value }): MetadataEntry[] => {
          const column = columns.get(columnId) ?? this.column(columnId);
          columns.set(columnId, column);
          const recordingId = recordings.get(mediaId) ?? recordingOf(this.db, mediaId);
          recordings.set(mediaId, recordingId);
          const before = state.get(recordingId, columnId) as
            { present: number; text: string | null; source: string } | undefined;
          const present = value !== undefined;
          if (
            (before?.present ?? 0) === (present ? 1 : 0) &&
            (!present || (before!.text === (value?.text ?? null) && before!.source === source))
          )
            return [];
          keys.add(column.key);
          return [{ recordingId, columnId, present, text: value?.text ?? null, number: value?.number ?? null, source }];
        });
        const media = new Set(entries.map(({ recordingId }) => recordingId)).size;
        const what = [...keys].slice(0, 3).join(', ') + (keys.size > 3 ? ' …' : '');
        const step = this.steps.record(text ?? `Set ${what || 'metadata'} of ${plural(media, 'recording')}`, [], [], {
          metadata: entries,
        });
        return { step, changed: entries.length, undo: this.steps.undoState() };
      })
      .immediate();
  }

  /** Values of some recordings, or of all, by path. */
  rows(
    mediaIds: readonly number[] | null,
    page: { offset: number; limit: number } = { offset: 0, limit: -1 },
  ): MetadataRow[] {
    const media = this.db
      .prepare(
        `SELECT id, root_id AS rootId, path, duration_s AS durationS FROM media ${mediaIds ? 'WHERE id IN (SELECT value FROM json_each(?))' : ''}
        ORDER BY root_id, path LIMIT ? OFFSET ?`,
      )
      .all(...(mediaIds ? [JSON.stringify(mediaIds)] : []), page.limit, page.offset) as {
      id: number;
      rootId: number;
      path: string;
      durationS: number;
    }[];
    const byId = new Map<number, Record<string, MetadataValue>>(media.map(({ id }) => [id, {}]));
    for (const { mediaId, key, ...value } of this.db
      .prepare(
        `SELECT v.media_id AS mediaId, c.key, v.text, v.number, v.source FROM metadata_value v
        JOIN metadata_column c ON c.id = v.column_id AND NOT c.removed WHERE v.media_id IN (SELECT value FROM json_each(?))`,
      )
      .iterate(JSON.stringify([...byId.keys()])) as IterableIterator<MetadataValue & { mediaId: number; key: string }>)
      byId.get(mediaId)![key] = value;
    return media.map(({ id, rootId, path, durationS }) => ({
      mediaId: id,
      path: this.roots.absolute(rootId, path),
      durationS,
      values: byId.get(id)!,
    }));
  }

  /** Different values of a column with the number of recordings, most frequent first. */
  values(columnId: number, limit: number): { value: string; count: number }[] {
    return this.db
      .prepare(
        'SELECT text AS value, count(*) AS count FROM metadata_value WHERE column_id = ? GROUP BY text ORDER BY count DESC, text LIMIT ?',
      )
      .all(columnId, limit) as { value: string; count: number }[];
  }

  /** The journal, newest first, of a recording or of all. */
  history(mediaId: number | undefined, limit: number): MetadataHistoryEntry[] {
    const rows = this.db
      .prepare(
        `SELECT e.step_id AS step, s.at, s.text, r.media_id AS mediaId, c.key AS column, iif(e.present, e.text, NULL) AS after, e.source,
          (SELECT iif(p.present, p.text, NULL) FROM metadata_entry p WHERE p.recording_id = e.recording_id AND p.column_id = e.column_id
            AND p.seq < e.seq ORDER BY p.seq DESC LIMIT 1) AS before,
          coalesce((SELECT u.kind FROM step u WHERE u.of_step = s.id ORDER BY u.id DESC LIMIT 1), '') = 'undo' AS undone
        FROM metadata_entry e JOIN step s ON s.id = e.step_id JOIN metadata_column c ON c.id = e.column_id JOIN recording r ON r.id = e.recording_id
        WHERE s.kind = 'change' ${mediaId === undefined ? '' : 'AND r.media_id = ?'} ORDER BY e.seq DESC LIMIT ?`,
      )
      .all(...(mediaId === undefined ? [limit] : [mediaId, limit])) as (Omit<MetadataHistoryEntry, 'undone'> & {
      undone: number;
    })[];
    return rows.map((row) => ({ ...row, undone: row.undone === 1 }));
  }

  private taken(key: string): EngineError {
    return new EngineError('CONFLICT', `there is, or was, a column ${key} already`, {
      field: 'key',
      hint: 'Choose another name.',
    });
  }

  /** Values that people gave, in the form of another type. Times keep the zone they have. */
  private readAgain(
    columnId: number,
    column: { key: string; type: MetadataType },
  ): { entries: MetadataEntry[]; unread: number } {
    const rows = this.db
      .prepare(
        `SELECT e.recording_id AS recordingId, e.text, e.source FROM metadata_entry e
        JOIN (SELECT max(seq) AS seq FROM metadata_entry WHERE column_id = ? GROUP BY recording_id) last ON last.seq = e.seq
        WHERE e.present AND e.text IS NOT NULL`,
      )
      .all(columnId) as { recordingId: number; text: string; source: MetadataSource }[];
    let unread = 0;
    const entries = rows.map(({ recordingId, text, source }): MetadataEntry => {
      const value = readValue(column, text);
      if ('problem' in value) unread++;
      const { text: written, number } = 'problem' in value ? { text, number: null } : value;
      return { recordingId, columnId, present: true, text: written, number, source };
    });
    return { entries, unread };
  }
}
