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

/** Clips by root, kind and badge bits together: [root, kind, bits, count]. */
type Group = [number, string, number, number];
interface Tally { labelled: number; groups: Group[]; classes: Map<number, number>; predictions: Map<number, number>; clusters: Map<number, number> }

/** Counts over the clips that match; `schemaId` limits the class counts and `labelled` to one schema. */
export function clipFacets(db: Db, filter: ClipFilter, schemaId: number | undefined, present: Present): Facets {
  const { where, values } = filterCondition(filter, present);
  const scope = { schemaId: schemaId ?? filter.schemaId, classifierId: filter.classifierId ?? present.classifierId };
  if (where === '1') return facetsOf(tally(db, false, scope));
  const [matching, others] = db.prepare(`SELECT json_group_array(id) FILTER (WHERE matches), json_group_array(id) FILTER (WHERE NOT matches) FROM (SELECT c.id, (${where}) AS matches FROM clip c)`)
    .raw().get(...values) as [string, string];
  // The smaller side is looked up clip by clip; where it is the side that does not match, its counts are taken from those of all.
  const complement = others.length < matching.length;
  db.exec('CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY); DELETE FROM temp.chosen');
  db.prepare('INSERT INTO temp.chosen SELECT value FROM json_each(?)').run(complement ? others : matching);
  const chosen = tally(db, true, scope);
  return facetsOf(complement ? difference(tally(db, false, scope), chosen) : chosen);
}

/** Over all clips, or over `temp.chosen`, which then leads every join. */
function tally(db: Db, chosen: boolean, { schemaId, classifierId }: { schemaId: number | undefined; classifierId: number | null }): Tally {
  const from = (table: string, clipId: string, where: string): string => (chosen ? `temp.chosen x CROSS JOIN ${table} ON ${clipId} = x.id WHERE ${where}` : `${table} WHERE ${where}`);
  const counts = (sql: string, ...bound: unknown[]): Map<number, number> => new Map(db.prepare(sql).raw().all(...bound) as [number, number][]);
  const labels = from('annotation a', 'a.clip_id', `a.value = 'positive' ${schemaId === undefined ? '' : `AND a.schema_id = ${Number(schemaId)}`}`);
  return {
    groups: db.prepare(`SELECT c.root_id, c.kind, c.badges, count(*) FROM ${from('clip c', 'c.id', '1')} GROUP BY 1, 2, 3`).raw().all() as Group[],
    labelled: db.prepare(`SELECT count(DISTINCT a.clip_id) FROM ${labels}`).pluck().get() as number,
    classes: counts(`SELECT a.class_id, count(*) FROM ${labels} GROUP BY 1`),
    predictions: classifierId === null ? new Map() : counts(`SELECT p.class_id, count(*) FROM ${from('prediction p', 'p.clip_id', 'p.classifier_id = ?')} GROUP BY 1`, classifierId),
    clusters: counts(`SELECT CAST(s.value AS INTEGER), count(*) FROM ${from('score s', 's.clip_id', "s.name = 'cluster'")} GROUP BY s.value`),
  };
}

function difference(all: Tally, part: Tally): Tally {
  const minus = (a: Map<number, number>, b: Map<number, number>) => new Map([...a].map(([value, count]) => [value, count - (b.get(value) ?? 0)] as const).filter(([, count]) => count > 0));
  const key = ([root, kind, bits]: Group) => `${root} ${kind} ${bits}`;
  const parts = new Map(part.groups.map((group) => [key(group), group[3]]));
  return {
    labelled: all.labelled - part.labelled, classes: minus(all.classes, part.classes), predictions: minus(all.predictions, part.predictions), clusters: minus(all.clusters, part.clusters),
    groups: all.groups.map((group): Group => [group[0], group[1], group[2], group[3] - (parts.get(key(group)) ?? 0)]).filter((group) => group[3] > 0),
  };
}

function facetsOf({ groups, labelled, classes, predictions, clusters }: Tally): Facets {
  const list = (counts: Map<number, number>): Count[] => [...counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => a.value - b.value);
  const sum = (some: readonly Group[]): number => some.reduce((total, group) => total + group[3], 0);
  const grouped = <V extends number | string>(key: (group: Group) => V): { value: V; count: number }[] =>
    [...Map.groupBy(groups, key)].map(([value, some]) => ({ value, count: sum(some) }));
  return {
    total: sum(groups), labelled, classes: list(classes), predictions: list(predictions), clusters: list(clusters), roots: grouped(([root]) => root), kinds: grouped(([, kind]) => kind),
    badges: badge.options.map((value, bit) => ({ value, count: sum(groups.filter(([, , bits]) => (bits >> bit) & 1)) })).filter(({ count }) => count > 0),
  };
}
