// Counts beside the filters: how many of the matching clips have each label, prediction, badge, root, kind and cluster.
import type { z } from 'zod';
import { badge, scoreName, type ClipFilter, type facetCount, type ScoreName } from '../../shared/contract/clip.ts';
import { countedClass, filterCondition, type Present } from './clipQuery.ts';
import type { Db } from './database.ts';

type Count = z.infer<typeof facetCount>;
export interface Facets {
  total: number; labelled: number; classes: Count[]; predictions: Count[]; badges: { value: (typeof badge.options)[number]; count: number }[];
  roots: Count[]; kinds: Count[]; clusters: Count[]; scores: { name: ScoreName; low: number; high: number }[];
}

/** Clips by root, kind and badge bits together: [root, kind, bits, count]. */
type Group = [number, string, number, number];
interface Tally { labelled: number; groups: Group[]; classes: Map<number, number>; predictions: Map<number, number>; clusters: Map<number, number> }

/** Counts over the clips that match; `schemaId` limits the class counts and `labelled` to one schema. */
export function clipFacets(db: Db, filter: ClipFilter, schemaId: number | undefined, present: Present): Facets {
  const { where, values } = filterCondition(filter, present);
  const scope = { schemaId: schemaId ?? filter.schemaId, classifierId: filter.classifierId ?? present.classifierId, counted: countedClass(filter.classifierId, present) };
  const scores = scoreEnds(db);
  const all = wholeTally(db, scope);
  if (where === '1') return { ...facetsOf(all.tally), scores };
  const matching = JSON.parse(db.prepare(`SELECT json_group_array(c.id) FROM clip c WHERE ${where}`).pluck().get(...values) as string) as number[];
  // The smaller side is looked up clip by clip; where it is the side that does not match, its counts are taken from those of all.
  const complement = 2 * matching.length > all.clipIds.length;
  choose(db, complement ? without(all.clipIds, matching) : matching);
  const chosen = tallyChosen(db, scope);
  all.changes = changesOf(db);
  return { ...facetsOf(complement ? difference(all.tally, chosen) : chosen), scores };
}

/** `changes` and `version` tell whether this connection or another has written since. */
interface Whole { changes: number; version: number; key: string; tally: Tally; clipIds: Int32Array }

/** The counts over all clips, kept until anything is written: a person who tries filters asks for them again and again. */
const wholes = new WeakMap<Db, Whole>();

const changesOf = (db: Db): number => db.prepare('SELECT total_changes()').pluck().get() as number;

function wholeTally(db: Db, scope: Scope): Whole {
  const [changes, version, key] = [changesOf(db), db.pragma('data_version', { simple: true }) as number, JSON.stringify(scope)];
  const known = wholes.get(db);
  if (known?.changes === changes && known.version === version && known.key === key) return known;
  const clipIds = Int32Array.from(JSON.parse(db.prepare('SELECT json_group_array(id) FROM clip').pluck().get() as string) as number[]);
  const whole = { changes, version, key, tally: tallyAll(db, scope), clipIds };
  wholes.set(db, whole);
  return whole;
}

function without(all: Int32Array, some: readonly number[]): number[] {
  const out = new Set(some);
  return Array.from(all.filter((id) => !out.has(id)));
}

/** Fills `temp.chosen`, whose writes are none of the workspace's. */
function choose(db: Db, clipIds: readonly number[]): void {
  db.exec('CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY); DELETE FROM temp.chosen');
  db.prepare('INSERT INTO temp.chosen SELECT value FROM json_each(?)').run(JSON.stringify(clipIds));
}

/** Two looks into the index of values each. */
function scoreEnds(db: Db): Facets['scores'] {
  return scoreName.options.flatMap((name) => {
    const [low, high] = ['min', 'max'].map((end) => db.prepare(`SELECT ${end}(value) FROM score WHERE name = ?`).pluck().get(name) as number | null);
    return typeof low === 'number' && typeof high === 'number' ? [{ name, low, high }] : [];
  });
}

interface Scope { schemaId: number | undefined; classifierId: number | null; counted: string }

const positive = ({ schemaId }: Scope): string => `a.value = 'positive' ${schemaId === undefined ? '' : `AND a.schema_id = ${Number(schemaId)}`}`;

/** Over all clips: indices in the order of the groups make counting cheap. */
function tallyAll(db: Db, scope: Scope): Tally {
  const counts = (sql: string, ...bound: unknown[]): Map<number, number> => new Map(db.prepare(sql).raw().all(...bound) as [number, number][]);
  return {
    groups: db.prepare('SELECT root_id, kind, badges, count(*) FROM clip GROUP BY 1, 2, 3').raw().all() as Group[],
    labelled: db.prepare(`SELECT count(DISTINCT a.clip_id) FROM annotation a WHERE ${positive(scope)}`).pluck().get() as number,
    classes: counts(`SELECT a.class_id, count(*) FROM annotation a WHERE ${positive(scope)} GROUP BY 1`),
    predictions: scope.classifierId === null ? new Map() : counts(`SELECT ${scope.counted}, count(*) FROM prediction p WHERE p.classifier_id = ? GROUP BY 1`, scope.classifierId),
    clusters: counts("SELECT CAST(value AS INTEGER), count(*) FROM score WHERE name = 'cluster' GROUP BY value"),
  };
}

/** Over `temp.chosen`, clip by clip. Counted here, since SQLite would sort the rows to group them. */
function tallyChosen(db: Db, scope: Scope): Tally {
  const lists = (columns: readonly string[], join: string, ...bound: unknown[]): unknown[][] =>
    (db.prepare(`SELECT ${columns.map((column) => `json_group_array(${column})`).join(', ')} FROM temp.chosen x CROSS JOIN ${join}`).raw().get(...bound) as string[]).map((json) => JSON.parse(json) as unknown[]);
  const [roots, kinds, bits] = lists(['c.root_id', 'c.kind', 'c.badges'], 'clip c ON c.id = x.id') as [number[], string[], number[]];
  const [clips, classes] = lists(['a.clip_id', 'a.class_id'], `annotation a ON a.clip_id = x.id AND ${positive(scope)}`) as [number[], number[]];
  const predictions = scope.classifierId === null ? [] : lists([scope.counted], 'prediction p ON p.classifier_id = ? AND p.clip_id = x.id', scope.classifierId)[0] as number[];
  const clusters = lists(['CAST(s.value AS INTEGER)'], "score s ON s.name = 'cluster' AND s.clip_id = x.id")[0] as number[];
  const groups = counted(roots.map((root, i) => `${root} ${kinds[i]} ${bits[i]}`));
  return {
    groups: [...groups].map(([key, count]): Group => {
      const [root, kind, flags] = key.split(' ') as [string, string, string];
      return [Number(root), kind, Number(flags), count];
    }),
    labelled: new Set(clips).size, classes: counted(classes), predictions: counted(predictions), clusters: counted(clusters),
  };
}

function counted<K>(values: readonly K[]): Map<K, number> {
  const counts = new Map<K, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
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

function facetsOf({ groups, labelled, classes, predictions, clusters }: Tally): Omit<Facets, 'scores'> {
  const list = (counts: Map<number, number>): Count[] => [...counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => a.value - b.value);
  const sum = (some: readonly Group[]): number => some.reduce((total, group) => total + group[3], 0);
  const grouped = <V extends number | string>(key: (group: Group) => V): { value: V; count: number }[] =>
    [...Map.groupBy(groups, key)].map(([value, some]) => ({ value, count: sum(some) }));
  return {
    total: sum(groups), labelled, classes: list(classes), predictions: list(predictions), clusters: list(clusters), roots: grouped(([root]) => root), kinds: grouped(([, kind]) => kind),
    badges: badge.options.map((value, bit) => ({ value, count: sum(groups.filter(([, , bits]) => (bits >> bit) & 1)) })).filter(({ count }) => count > 0),
  };
}
