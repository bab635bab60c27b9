// Ids of the matching clips in the order asked for, whole or one page.
import type { ClipFilter } from '../../../shared/contract/clip.ts';
import { filterCondition, sortPlan, type ClipSort, type Present } from './clipQuery.ts';
import type { Db } from '../database/database.ts';

export interface Page {
  offset: number;
  limit: number;
}

/**
 * Sorting by a value reads the value's index in order and puts the clips without one behind, instead of sorting them
 * all.
 */
export function sortedIds(
  db: Db,
  filter: ClipFilter,
  sort: ClipSort | undefined,
  present: Present,
  page: Page = { offset: 0, limit: -1 },
): number[] {
  const { where, values } = filterCondition(filter, present);
  // One JSON array instead of a row per clip: several times faster across the language border at 100k clips.
  const ids = (sql: string, bound: readonly unknown[], { limit, offset }: Page): number[] =>
    JSON.parse(
      db
        .prepare(`SELECT json_group_array(id) FROM (${sql} LIMIT ? OFFSET ?)`)
        .pluck()
        .get(...bound, limit, offset) as string,
    ) as number[];
  const plan = sortPlan(sort, filter, present);
  if ('order' in plan) return ids(`SELECT c.id FROM clip c WHERE ${where} ORDER BY ${plan.order}`, values, page);

  const { table, key, column, bound, direction } = plan;
  const among = where === '1' ? '' : `AND q.clip_id IN (SELECT c.id FROM clip c WHERE ${where})`;
  const valued = ids(
    `SELECT q.clip_id AS id FROM ${table} q WHERE q.${key} = ? ${among} ORDER BY q.${column} ${direction}, q.clip_id ${direction}`,
    [bound, ...values],
    page,
  );
  if (page.limit >= 0 && valued.length === page.limit) return valued;
  if (page.offset + valued.length === db.prepare('SELECT count(*) FROM clip').pluck().get()) return valued;
  const before =
    page.offset === 0 || valued.length > 0
      ? page.offset + valued.length
      : (db
          .prepare(`SELECT count(*) FROM ${table} q WHERE q.${key} = ? ${among}`)
          .pluck()
          .get(bound, ...values) as number);
  const rest = { offset: Math.max(0, page.offset - before), limit: page.limit < 0 ? -1 : page.limit - valued.length };
  return [
    ...valued,
    ...ids(
      `SELECT c.id FROM clip c WHERE ${where} AND c.id NOT IN (SELECT q.clip_id FROM ${table} q WHERE q.${key} = ?) ORDER BY c.id`,
      [...values, bound],
      rest,
    ),
  ];
}
