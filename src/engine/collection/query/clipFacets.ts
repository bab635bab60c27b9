// Counts beside the filters: how many of the matching clips have each label, prediction, badge, root, kind and cluster.
import type { z } from 'zod';
import { badge, scoreName, type ClipFilter, type facetCount, type ScoreName } from '../../../shared/contract/clip.ts';
import { countedClass, filterCondition, type Present } from './clipQuery.ts';
import type { Db } from '../database/database.ts';
import { scoreKey } from './scoreKey.ts';
import { FacetColumns, type ClipGroup, type FacetColumn } from './facetColumns.ts';

type Count = z.infer<typeof facetCount>;
export interface Facets {
  total: number;
  labelled: number;
  classes: Count[];
  predictions: Count[];
  badges: { value: (typeof badge.options)[number]; count: number }[];
  roots: Count[];
  kinds: Count[];
  clusters: Count[];
  scores: { name: ScoreName; low: number; high: number }[];
}

/** Counts over the clips that match; `schemaId` limits the class counts and `labelled` to one schema. */
export function clipFacets(
  db: Db,
  columns: FacetColumns,
  filter: ClipFilter,
  schemaId: number | undefined,
  present: Present,
): Facets {
  const scope = {
    schemaId: schemaId ?? filter.schemaId,
    classifierId: filter.classifierId ?? present.classifierId,
    counted: countedClass(filter.classifierId, present),
  };
  const { clips, placeOf, groups, groupOf } = columns.clips();
  const { where, values } = filterCondition(filter, present);
  const chosen = new Uint8Array(clips);
  if (where === '1') chosen.fill(1);
  else
    for (const id of JSON.parse(
      db
        .prepare(`SELECT json_group_array(c.id) FROM clip c WHERE ${where}`)
        .pluck()
        .get(...values) as string,
    ) as number[])
      chosen[placeOf[id]!] = 1;
  const inGroup = new Int32Array(groups.length);
  for (let place = 0; place < clips; place++) if (chosen[place]) inGroup[groupOf[place]!]!++;
  const labels = columns.labels(scope);
  return {
    ...ofGroups(groups, inGroup),
    labelled: clipsIn(labels, chosen),
    classes: counts(labels, chosen),
    predictions: counts(columns.predictions(scope), chosen),
    clusters: counts(columns.clusters(present.modelId), chosen),
    scores: scoreEnds(db, present.modelId),
  };
}

/** How many chosen entries have each value, by value. */
function counts({ places, values }: FacetColumn, chosen: Uint8Array): Count[] {
  const found = new Map<number, number>();
  for (let i = 0; i < places.length; i++)
    if (chosen[places[i]!]) found.set(values[i]!, (found.get(values[i]!) ?? 0) + 1);
  return [...found].map(([value, count]) => ({ value, count })).toSorted((a, b) => a.value - b.value);
}

function clipsIn({ places }: FacetColumn, chosen: Uint8Array): number {
  const having = new Uint8Array(chosen.length);
  for (const place of places) having[place] = chosen[place]!;
  return having.reduce((clips, one) => clips + one, 0);
}

function ofGroups(
  groups: readonly ClipGroup[],
  inGroup: Int32Array,
): Pick<Facets, 'total' | 'roots' | 'kinds' | 'badges'> {
  const met = groups
    .map((group, i) => ({ ...group, count: inGroup[i]! }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.root - b.root || (a.kind < b.kind ? -1 : 1));
  const sum = (some: readonly { count: number }[]): number => some.reduce((total, { count }) => total + count, 0);
  const grouped = <V extends number | string>(key: (group: ClipGroup) => V): { value: V; count: number }[] =>
    [...Map.groupBy(met, key)].map(([value, some]) => ({ value, count: sum(some) }));
  return {
    total: sum(met),
    roots: grouped(({ root }) => root),
    kinds: grouped(({ kind }) => kind),
    badges: badge.options
      .map((value, bit) => ({ value, count: sum(met.filter(({ bits }) => (bits >> bit) & 1)) }))
      .filter(({ count }) => count > 0),
  };
}

/** Two looks into the index of values each. */
function scoreEnds(db: Db, modelId: string): Facets['scores'] {
  return scoreName.options.flatMap((name) => {
    const [low, high] = ['min', 'max'].map(
      (end) =>
        db.prepare(`SELECT ${end}(value) FROM score WHERE name = ?`).pluck().get(scoreKey(name, modelId)) as
          number | null,
    );
    return typeof low === 'number' && typeof high === 'number' ? [{ name, low, high }] : [];
  });
}
