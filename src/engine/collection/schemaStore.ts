// Label schemas and their classes. Every change is a step that can be undone; nothing is ever deleted from the tables.
import type { LabelClass, LabelSchema } from '../../shared/contract/annotation.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Db } from './database/database.ts';
import { freeColour, freeHotkey } from './palette.ts';
import type { Change, Mark, SchemaChange, StepLog } from './stepLog.ts';

interface ClassRow {
  id: number;
  schema_id: number;
  name: string;
  colour: string;
  hotkey: string | null;
}
interface SchemaRow {
  id: number;
  name: string;
  multi_label: number;
  from_events: number;
}

export class SchemaStore {
  private readonly db: Db;
  private readonly steps: StepLog;

  constructor(db: Db, steps: StepLog) {
    this.db = db;
    this.steps = steps;
  }

  list(): LabelSchema[] {
    return (this.db.prepare('SELECT * FROM label_schema WHERE NOT removed ORDER BY id').all() as SchemaRow[]).map(
      (row) => this.schema(row),
    );
  }

  /** Throws NOT_FOUND for an unknown or removed schema. */
  get(schemaId: number): LabelSchema {
    return this.schema(this.schemaRow(schemaId));
  }

  byName(name: string): LabelSchema | null {
    const row = this.db.prepare('SELECT * FROM label_schema WHERE name = ? AND NOT removed ORDER BY id').get(name) as
      SchemaRow | undefined;
    return row ? this.schema(row) : null;
  }

  /** The schema of a class. @throws NOT_FOUND */
  ofClass(classId: number): number {
    return this.classRow(classId).schema_id;
  }

  /** @throws NOT_FOUND */
  className(classId: number): string {
    return this.classRow(classId).name;
  }

  create(input: { name: string; multiLabel?: boolean; classes?: readonly string[] }): LabelSchema {
    return this.db
      .transaction(() => {
        const names = (input.classes ?? []).map((name) => name.trim());
        this.freeSchemaName(input.name, null);
        const id = Number(
          this.db
            .prepare('INSERT INTO label_schema (name, multi_label, removed) VALUES (?, ?, 1)')
            .run(input.name.trim(), input.multiLabel ? 1 : 0).lastInsertRowid,
        );
        const changes: SchemaChange[] = [{ noun: 'schema', id, before: { removed: 1 }, after: { removed: 0 } }];
        const taken: ClassRow[] = [];
        for (const name of names) {
          const { row, change } = this.newClass(id, { name }, taken);
          taken.push(row);
          changes.push(change);
        }
        this.steps.record(`Create schema ${input.name.trim()}`, [], changes);
        return this.get(id);
      })
      .immediate();
  }

  update(
    schemaId: number,
    change: { name?: string | undefined; multiLabel?: boolean | undefined; fromEvents?: boolean | undefined },
  ): LabelSchema {
    return this.db
      .transaction(() => {
        const row = this.schemaRow(schemaId);
        const after: Record<string, unknown> = {};
        if (change.name !== undefined && change.name.trim() !== row.name) {
          this.freeSchemaName(change.name, schemaId);
          after.name = change.name.trim();
        }
        if (change.fromEvents !== undefined && change.fromEvents !== (row.from_events === 1)) {
          after.from_events = change.fromEvents ? 1 : 0;
          // A window may hold events of several classes.
          if (change.fromEvents && row.multi_label === 0) after.multi_label = 1;
        }
        if ((after.from_events ?? row.from_events) === 1 && change.multiLabel === false)
          throw new EngineError('CONFLICT', 'labels that follow from events may be several a clip', {
            field: 'multiLabel',
          });
        if (change.multiLabel !== undefined && change.multiLabel !== (row.multi_label === 1)) {
          if (!change.multiLabel) this.mustBeSingle(schemaId);
          after.multi_label = change.multiLabel ? 1 : 0;
        }
        if (Object.keys(after).length) {
          this.steps.record(
            `Change schema ${row.name}`,
            [],
            [
              {
                noun: 'schema',
                id: schemaId,
                before: { name: row.name, multi_label: row.multi_label, from_events: row.from_events },
                after,
              },
            ],
          );
        }
        return this.get(schemaId);
      })
      .immediate();
  }

  remove(schemaId: number): void {
    this.db
      .transaction(() => {
        const row = this.schemaRow(schemaId);
        const classes = this.classRows(schemaId);
        this.steps.record(
          `Delete schema ${row.name}`,
          classes.flatMap(({ id }) => this.clearing(id)),
          [
            ...classes.map(({ id }): SchemaChange => ({
              noun: 'class',
              id,
              before: { removed: 0 },
              after: { removed: 1 },
            })),
            { noun: 'schema', id: schemaId, before: { removed: 0 }, after: { removed: 1 } },
          ],
          { clearClasses: classes.map(({ id }) => id) },
        );
      })
      .immediate();
  }

  /** Adds a class with a colour and hotkey of its own where none is given. Throws CONFLICT for a name or hotkey in use. */
  addClass(
    schemaId: number,
    input: { name: string; colour?: string | undefined; hotkey?: string | undefined },
  ): LabelClass {
    return this.addClasses(schemaId, [input])[0] as LabelClass;
  }

  /** Several classes as one step. */
  addClasses(
    schemaId: number,
    inputs: readonly { name: string; colour?: string | undefined; hotkey?: string | undefined }[],
  ): LabelClass[] {
    return this.db
      .transaction(() => {
        this.schemaRow(schemaId);
        const taken = this.classRows(schemaId);
        const changes = inputs.map((input) => {
          const { row, change } = this.newClass(schemaId, input, taken);
          taken.push(row);
          return change;
        });
        this.steps.record(
          inputs.length === 1 ? `Add class ${inputs[0]?.name.trim()}` : `Add ${inputs.length} classes`,
          [],
          changes,
        );
        return changes.map(({ id }) => this.labelClass(this.classRow(id)));
      })
      .immediate();
  }

  updateClass(
    classId: number,
    change: { name?: string | undefined; colour?: string | undefined; hotkey?: string | null | undefined },
  ): LabelClass {
    return this.db
      .transaction(() => {
        const row = this.classRow(classId);
        const others = this.classRows(row.schema_id).filter(({ id }) => id !== classId);
        const after: Record<string, unknown> = {};
        if (change.name !== undefined && change.name.trim() !== row.name) after.name = freeName(change.name, others);
        if (change.colour !== undefined && change.colour !== row.colour) after.colour = change.colour;
        if (change.hotkey !== undefined && change.hotkey !== row.hotkey) {
          const owner = others.find(({ hotkey }) => hotkey !== null && hotkey === change.hotkey);
          if (owner)
            throw new EngineError('CONFLICT', `the key ${change.hotkey} already belongs to ${owner.name}`, {
              field: 'hotkey',
            });
          after.hotkey = change.hotkey;
        }
        if (Object.keys(after).length) {
          this.steps.record(
            `Change class ${row.name}`,
            [],
            [{ noun: 'class', id: classId, before: { name: row.name, colour: row.colour, hotkey: row.hotkey }, after }],
          );
        }
        return this.labelClass(this.classRow(classId));
      })
      .immediate();
  }

  /** Every annotation of `classId` becomes one of `intoClassId`; where a clip has both, that of `intoClassId` stays, a positive winning. */
  mergeClass(classId: number, intoClassId: number): void {
    this.db
      .transaction(() => {
        const [from, into] = [this.classRow(classId), this.classRow(intoClassId)];
        if (classId === intoClassId)
          throw new EngineError('BAD_INPUT', 'a class cannot be merged into itself', { field: 'intoClassId' });
        if (from.schema_id !== into.schema_id)
          throw new EngineError('BAD_INPUT', `${from.name} and ${into.name} belong to different schemas`, {
            field: 'intoClassId',
          });
        const present = new Map(this.marks(intoClassId).map(({ clipId, ...mark }) => [clipId, mark as Mark]));
        const changes = this.marks(classId).flatMap(({ clipId, ...before }): Change[] => {
          const there = present.get(clipId) ?? null;
          const moved: Change = { clipId, classId: intoClassId, before: there, after: before };
          const wins = there === null || (before.value === 'positive' && there.value !== 'positive');
          return [{ clipId, classId, before, after: null }, ...(wins ? [moved] : [])];
        });
        this.steps.record(
          `Merge ${from.name} into ${into.name}`,
          changes,
          [{ noun: 'class', id: classId, before: { removed: 0 }, after: { removed: 1 } }],
          { moveClass: { from: classId, into: intoClassId } },
        );
      })
      .immediate();
  }

  removeClass(classId: number): void {
    this.db
      .transaction(() => {
        const row = this.classRow(classId);
        this.steps.record(
          `Delete class ${row.name}`,
          this.clearing(classId),
          [{ noun: 'class', id: classId, before: { removed: 0 }, after: { removed: 1 } }],
          { clearClasses: [classId] },
        );
      })
      .immediate();
  }

  private newClass(
    schemaId: number,
    input: { name: string; colour?: string | undefined; hotkey?: string | undefined },
    taken: readonly ClassRow[],
  ): { row: ClassRow; change: SchemaChange } {
    const name = freeName(input.name, taken);
    const owner = taken.find(({ hotkey }) => hotkey !== null && hotkey === input.hotkey);
    if (owner)
      throw new EngineError('CONFLICT', `the key ${input.hotkey} already belongs to ${owner.name}`, {
        field: 'hotkey',
      });
    const colour = input.colour ?? freeColour(new Set(taken.map((row) => row.colour)));
    const hotkey = input.hotkey ?? freeHotkey(new Set(taken.flatMap((row) => row.hotkey ?? [])));
    const id = Number(
      this.db
        .prepare('INSERT INTO label_class (schema_id, name, colour, hotkey, removed) VALUES (?, ?, ?, ?, 1)')
        .run(schemaId, name, colour, hotkey).lastInsertRowid,
    );
    return {
      row: { id, schema_id: schemaId, name, colour, hotkey },
      change: { noun: 'class', id, before: { removed: 1 }, after: { removed: 0 } },
    };
  }

  /** What people said of clips; labels that follow from events are none of it. */
  private marks(classId: number): (Mark & { clipId: number })[] {
    return this.db
      .prepare(
        'SELECT clip_id AS clipId, value, presence, source FROM annotation WHERE class_id = ? AND schema_id IN (SELECT id FROM label_schema WHERE NOT from_events)',
      )
      .all(classId) as (Mark & { clipId: number })[];
  }

  private clearing(classId: number): Change[] {
    return this.marks(classId).map(({ clipId, ...before }) => ({ clipId, classId, before, after: null }));
  }

  private mustBeSingle(schemaId: number): void {
    const clips = this.db
      .prepare(
        "SELECT count(*) FROM (SELECT clip_id FROM annotation WHERE schema_id = ? AND value = 'positive' GROUP BY clip_id HAVING count(*) > 1)",
      )
      .pluck()
      .get(schemaId) as number;
    if (clips)
      throw new EngineError('CONFLICT', `${clips} clips have several labels of this schema`, {
        field: 'multiLabel',
        hint: 'Leave one label on each of them first.',
      });
  }

  private freeSchemaName(name: string, except: number | null): void {
    if (!name.trim()) throw new EngineError('BAD_INPUT', 'a schema needs a name', { field: 'name' });
    const owner = this.byName(name.trim());
    if (owner && owner.id !== except)
      throw new EngineError('CONFLICT', `there is already a schema called ${name.trim()}`, { field: 'name' });
  }

  private schemaRow(schemaId: number): SchemaRow {
    const row = this.db.prepare('SELECT * FROM label_schema WHERE id = ? AND NOT removed').get(schemaId) as
      SchemaRow | undefined;
    if (!row) throw new EngineError('NOT_FOUND', `there is no label schema ${schemaId}`);
    return row;
  }

  private classRow(classId: number): ClassRow {
    const row = this.db.prepare('SELECT * FROM label_class WHERE id = ? AND NOT removed').get(classId) as
      ClassRow | undefined;
    if (!row) throw new EngineError('NOT_FOUND', `there is no class ${classId}`);
    return row;
  }

  private classRows(schemaId: number): ClassRow[] {
    return this.db
      .prepare('SELECT * FROM label_class WHERE schema_id = ? AND NOT removed ORDER BY id')
      .all(schemaId) as ClassRow[];
  }

  private schema(row: SchemaRow): LabelSchema {
    return {
      id: row.id,
      name: row.name,
      multiLabel: row.multi_label === 1,
      ...(row.from_events === 1 && { fromEvents: true }),
      classes: this.classRows(row.id).map((item) => this.labelClass(item)),
    };
  }

  private labelClass(row: ClassRow): LabelClass {
    const count = this.db
      .prepare("SELECT count(*) FROM annotation WHERE class_id = ? AND value = 'positive'")
      .pluck()
      .get(row.id) as number;
    return { id: row.id, schemaId: row.schema_id, name: row.name, colour: row.colour, hotkey: row.hotkey, count };
  }
}

function freeName(name: string, taken: readonly ClassRow[]): string {
  const trimmed = name.trim();
  if (!trimmed) throw new EngineError('BAD_INPUT', 'a class needs a name', { field: 'name' });
  if (taken.some((row) => row.name === trimmed))
    throw new EngineError('CONFLICT', `there is already a class called ${trimmed}`, { field: 'name' });
  return trimmed;
}
