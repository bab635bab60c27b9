// Counts beside the filters: how many of the matching clips have each label, prediction, badge, root, kind and cluster.
import type { z } from 'zod';
import { badge, type ClipFilter, type facetCount } from '../../shared/contract/clip.ts';
import { filterCondition, type Present } from './clipQuery.ts';
import type { Db } from './database.ts';

type Count = z.infer<typeof facetCount>;
export interface Facets {
  total: number; labelled: number; classes: Count[]; predictions: Count[]; badges: { value: (typeof badge.options)[number]; count: number }[];
  roots: Count[]; kinds: Count[]; clusters: Count[];
}

/** Counts over the clips that match; `schemaId` limits the class counts and `labelled` to one schema. */
export function clipFacets(db: Db, filter: ClipFilter, schemaId: number | undefined, present: Present): Facets {
  const { where, values } = filterCondition(filter, present);
  const everything = where === '1';
  // The matching ids once, instead of the filter once per facet.
  if (!everything) {
    db.exec('CREATE TEMP TABLE IF NOT EXISTS matching (id INTEGER PRIMARY KEY); DELETE FROM temp.matching');
    db.prepare(`INSERT INTO temp.matching SELECT c.id FROM clip c WHERE ${where}`).run(...values);
  }
  const among = (column: string) => (everything ? '' : `AND ${column} IN (SELECT id FROM temp.matching)`);
  const groups = db.prepare(`SELECT c.root_id, c.kind, c.badges, count(*) FROM clip c WHERE 1 ${among('c.id')} GROUP BY 1, 2, 3`).raw().all() as [number, string, number, number][];
  const schema = schemaId ?? filter.schemaId;
  const schemaScope = schema === undefined ? '' : `AND a.schema_id = ${Number(schema)}`;
  const classifierId = filter.classifierId ?? present.classifierId;
  const count = (sql: string, ...bound: unknown[]): Count[] => (db.prepare(sql).raw().all(...bound) as [number, number][]).map(([value, n]) => ({ value, count: n }));
  return {
    total: groups.reduce((sum, [, , , n]) => sum + n, 0),
    labelled: db.prepare(`SELECT count(DISTINCT a.clip_id) FROM annotation a WHERE a.value = 'positive' ${schemaScope} ${among('a.clip_id')}`).pluck().get() as number,
    classes: count(`SELECT a.class_id, count(*) FROM annotation a WHERE a.value = 'positive' ${schemaScope} ${among('a.clip_id')} GROUP BY 1`),
    predictions: classifierId === null ? [] : count(`SELECT p.class_id, count(*) FROM prediction p WHERE p.classifier_id = ? ${among('p.clip_id')} GROUP BY 1`, classifierId),
    badges: badge.options.map((value, bit) => ({ value, count: tally(groups, ([, , bits]) => (bits >> bit) & 1) })).filter((facet) => facet.count > 0),
    roots: group(groups, ([root]) => root),
    kinds: group(groups, ([, kind]) => kind),
    clusters: count(`SELECT CAST(s.value AS INTEGER), count(*) FROM score s WHERE s.name = 'cluster' ${among('s.clip_id')} GROUP BY s.value`),
  };
}

type Group = [number, string, number, number];

const tally = (groups: readonly Group[], holds: (group: Group) => number): number => groups.reduce((sum, g) => sum + (holds(g) ? g[3] : 0), 0);

function group<V extends number | string>(groups: readonly Group[], key: (group: Group) => V): { value: V; count: number }[] {
  const counts = new Map<V, number>();
  for (const g of groups) counts.set(key(g), (counts.get(key(g)) ?? 0) + g[3]);
  return [...counts].map(([value, count]) => ({ value, count }));
}
