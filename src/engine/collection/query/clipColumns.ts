// One value per clip of the whole collection, for colouring and sorting: arrays parallel to the clip ids.
import { badge, type ColumnName } from '../../../shared/contract/clip.ts';
import { countedClass, type Present } from './clipQuery.ts';
import type { Db } from '../database/database.ts';
import { scoreKey } from './scoreKey.ts';

export interface ColumnScope {
  schemaId?: number | undefined;
  classifierId?: number | undefined;
  /** Whose scores; without it, those of the current model. */
  modelId?: string | undefined;
}
type Column = (number | string | null)[];

/** Per column: (clip id, value) pairs for sparse ones, or an expression over `clip c` for dense ones. */
const dense: Partial<Record<ColumnName, string>> = {
  media: 'c.media_id',
  root: 'c.root_id',
  kind: 'c.kind',
  badge: 'c.badges',
  duration: 'c.end_s - c.start_s',
};
const predictionColumn: Partial<Record<ColumnName, string>> = {
  prediction: 'class_id',
  confidence: 'probability',
  uncertainty: 'uncertainty',
};

// A JSON array per column crosses into JavaScript several times faster than a row per clip.
const array = (db: Db, sql: string, ...values: unknown[]): Column =>
  JSON.parse(
    db
      .prepare(sql)
      .pluck()
      .get(...values) as string,
  ) as Column;

/** The columns asked for, in id order. `badge` is the first badge of a clip. */
export function clipColumns(
  db: Db,
  names: readonly ColumnName[],
  scope: ColumnScope,
  present: Present,
): { clipIds: number[]; columns: Record<string, Column> } {
  const clipIds = array(db, 'SELECT json_group_array(id) FROM (SELECT id FROM clip ORDER BY id)') as number[];
  /** Both lists are in id order, so one walk puts the values in place. */
  const spread = (ids: Column, values: Column): Column => {
    const out: Column = Array.from({ length: clipIds.length }, () => null);
    for (let i = 0, at = 0; i < ids.length && at < clipIds.length; at++) {
      if (clipIds[at] === ids[i]) out[at] = values[i++] ?? null;
    }
    return out;
  };
  const sparse = (from: string, value: string, ...bound: unknown[]): Column => {
    const [ids, values] = db
      .prepare(
        `SELECT json_group_array(clip_id), json_group_array(value) FROM (SELECT clip_id, ${value} AS value FROM ${from} ORDER BY clip_id)`,
      )
      .raw()
      .get(...bound) as [string, string];
    return spread(JSON.parse(ids) as Column, JSON.parse(values) as Column);
  };
  const column = (name: ColumnName): Column => {
    if (name.startsWith('metadata:')) return [...present.metadata(name.slice('metadata:'.length))];
    if (name in dense) {
      const values = array(
        db,
        `SELECT json_group_array(value) FROM (SELECT ${dense[name]} AS value FROM clip c ORDER BY c.id)`,
      );
      return name === 'badge'
        ? values.map((bits) => badge.options.find((_, i) => (bits as number) & (1 << i)) ?? null)
        : values;
    }
    if (name === 'label') {
      const where =
        scope.schemaId === undefined
          ? "value = 'positive'"
          : `schema_id = ${Number(scope.schemaId)} AND value = 'positive'`;
      return sparse(
        `(SELECT clip_id, min(class_id) AS class_id FROM annotation WHERE ${where} GROUP BY clip_id)`,
        'class_id',
      );
    }
    if (name in predictionColumn)
      return sparse(
        'prediction p WHERE p.classifier_id = ?',
        name === 'prediction' ? countedClass(scope.classifierId, present) : (predictionColumn[name] as string),
        scope.classifierId ?? present.classifierId,
      );
    return sparse('score WHERE name = ?', 'value', scoreKey(name, scope.modelId ?? present.modelId));
  };
  return { clipIds, columns: Object.fromEntries(names.map((name) => [name, column(name)])) };
}
