// What the counts beside the filters are made of, clip by clip, in memory: each column is read when first asked for, and again after its
// table was written. Labelling a clip, for one, has only the labels read anew.
import type { Db } from '../database/database.ts';
import { scoreKey } from './scoreKey.ts';
import { TableWrites } from '../database/tableWrites.ts';

/** Clips by root, kind and badge bits together. */
export interface ClipGroup {
  root: number;
  kind: string;
  bits: number;
}

export interface ClipPlaces {
  clips: number;
  /** By clip id: its place, 0..clips - 1; -1 where there is no such clip. */
  placeOf: Int32Array;
  groups: ClipGroup[];
  /** By place: the index of its group. */
  groupOf: Int32Array;
}

/** Entry i says that the clip at `places[i]` has `values[i]`. */
export interface FacetColumn {
  places: Int32Array;
  values: Int32Array;
}

export interface FacetScope {
  schemaId: number | undefined;
  classifierId: number | null;
  /** SQL over `prediction p`. */ counted: string;
}

const empty: FacetColumn = { places: new Int32Array(0), values: new Int32Array(0) };

export class FacetColumns {
  private readonly db: Db;
  private readonly writes: TableWrites;
  private readonly kept = new Map<string, { state: string; value: unknown }>();

  constructor(db: Db) {
    this.db = db;
    this.writes = TableWrites.of(db);
  }

  clips(): ClipPlaces {
    return this.keep('clips', ['clip'], '', () => {
      const [ids, roots, kinds, bits] = this.lists(['id', 'root_id', 'kind', 'badges'], 'clip') as [
        number[],
        number[],
        string[],
        number[],
      ];
      const placeOf = new Int32Array(ids.reduce((most, id) => Math.max(most, id), 0) + 1).fill(-1);
      const groupOf = new Int32Array(ids.length);
      const groups: ClipGroup[] = [];
      const known = new Map<string, number>();
      ids.forEach((id, place) => {
        placeOf[id] = place;
        const group: ClipGroup = { root: roots[place]!, kind: kinds[place]!, bits: bits[place]! };
        const key = `${group.root} ${group.kind} ${group.bits}`;
        let index = known.get(key);
        if (index === undefined) known.set(key, (index = groups.push(group) - 1));
        groupOf[place] = index;
      });
      return { clips: ids.length, placeOf, groups, groupOf };
    });
  }

  /** Classes that clips were said to be of. */
  labels({ schemaId }: FacetScope): FacetColumn {
    return this.column(
      'annotation',
      'a.class_id',
      `annotation a WHERE a.value = 'positive' ${schemaId === undefined ? '' : `AND a.schema_id = ${Number(schemaId)}`}`,
    );
  }

  predictions({ classifierId, counted }: FacetScope): FacetColumn {
    return classifierId === null
      ? empty
      : this.column('prediction', counted, `prediction p WHERE p.classifier_id = ${Number(classifierId)}`);
  }

  clusters(modelId: string): FacetColumn {
    const name = scoreKey('cluster', modelId).replaceAll("'", "''");
    return this.column('score', 'CAST(value AS INTEGER)', `score WHERE name = '${name}'`);
  }

  private column(table: 'annotation' | 'prediction' | 'score', value: string, from: string): FacetColumn {
    const { placeOf } = this.clips();
    return this.keep(table, ['clip', table], `${value} ${from}`, () => {
      const [clips, values] = this.lists(['clip_id', value], from) as [number[], number[]];
      return { places: Int32Array.from(clips, (id) => placeOf[id] ?? -1), values: Int32Array.from(values) };
    });
  }

  private keep<T>(name: string, tables: Parameters<TableWrites['state']>[0], question: string, read: () => T): T {
    const writes = this.writes.state(tables);
    const [known, state] = [this.kept.get(name), `${writes} ${question}`];
    if (writes !== null && known?.state === state) return known.value as T;
    const value = read();
    if (writes !== null) this.kept.set(name, { state, value });
    return value;
  }

  /** JSON arrays cross from SQLite several times faster than a row per clip. */
  private lists(columns: readonly string[], from: string): unknown[][] {
    return (
      this.db
        .prepare(`SELECT ${columns.map((column) => `json_group_array(${column})`).join(', ')} FROM ${from}`)
        .raw()
        .get() as string[]
    ).map((json) => JSON.parse(json) as unknown[]);
  }
}
