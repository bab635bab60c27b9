// ClipFilter and ClipSort as SQL over `clip c`. Every criterion is one condition; all must hold.
import type { z } from 'zod';
import type { ClipFilter, clipSort } from '../../../shared/contract/clip.ts';
import { badgeBits } from './badgeBits.ts';
import { foldText } from './clipNames.ts';
import { scoreKey } from './scoreKey.ts';

export type ClipSort = z.infer<typeof clipSort>;
/** What an absent `classifierId` and `embedded` refer to, and whose scores are meant. */
export interface Present {
  classifierId: number | null;
  setId: number | null;
  modelId: string;
  /** SQL over `prediction p`: the class that counts, 0 where its probability lies below its threshold. */ countedClass?: string;
  /** The condition of a query as it was typed. Throws BAD_INPUT naming the place. */
  query: (text: string) => Condition;
  /** The clips of a query that needs no SQL, in the order of ids; null for any other. */
  queryIds: (text: string) => number[] | null;
  /** Every clip's value of a column of metadata, in the order of ids. Throws NOT_FOUND. */
  metadata: (name: string) => readonly (string | number | null)[];
}

export interface Condition {
  where: string;
  values: unknown[];
}

const inList = 'IN (SELECT value FROM json_each(?))';

function annotated(values: string, filter: ClipFilter): Condition {
  const scope = [`a.value IN (${values})`];
  const bound: unknown[] = [];
  if (filter.schemaId !== undefined) {
    scope.push('a.schema_id = ?');
    bound.push(filter.schemaId);
  }
  return { where: `c.id IN (SELECT a.clip_id FROM annotation a WHERE ${scope.join(' AND ')})`, values: bound };
}

/** One condition per word: in the path, the name, or the name of a positive label. */
function textConditions(text: string): Condition[] {
  return foldText(text)
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => ({
      where: `(instr(c.search, ?) > 0 OR c.id IN (SELECT a.clip_id FROM annotation a WHERE a.value = 'positive' AND a.class_id IN
      (SELECT k.id FROM label_class k WHERE instr(fold(k.name), ?) > 0)))`,
      values: [word, word],
    }));
}

/** Thresholds are those of the classifier in use. */
export const countedClass = (
  classifierId: number | undefined,
  present: Pick<Present, 'classifierId' | 'countedClass'>,
): string =>
  classifierId === undefined || classifierId === present.classifierId
    ? (present.countedClass ?? 'p.class_id')
    : 'p.class_id';

function predicted(filter: ClipFilter, present: Present): Condition {
  const scope = ['p.classifier_id = ?'];
  const values: unknown[] = [filter.classifierId ?? present.classifierId];
  if (filter.predictedClassIds) {
    scope.push(`${countedClass(filter.classifierId, present)} ${inList}`);
    values.push(JSON.stringify(filter.predictedClassIds));
  }
  if (filter.confidence) {
    scope.push('p.probability BETWEEN ? AND ?');
    values.push(...filter.confidence);
  }
  return { where: `c.id IN (SELECT p.clip_id FROM prediction p WHERE ${scope.join(' AND ')})`, values };
}

/** From this probability on a wrong prediction counts as sure. */
const sureFrom = 0.8;

/** Clips that have a positive label of the classifier's schema, and are predicted to be of none of their classes. */
function mistaken(filter: ClipFilter, present: Present): Condition {
  const positive = `EXISTS (SELECT 1 FROM annotation a WHERE a.clip_id = p.clip_id AND a.value = 'positive' AND`;
  return {
    where: `c.id IN (SELECT p.clip_id FROM prediction p JOIN classifier k ON k.id = p.classifier_id
      WHERE p.classifier_id = ? AND p.probability >= ? AND ${positive} a.schema_id = k.schema_id) AND NOT ${positive} a.class_id = p.class_id))`,
    values: [filter.classifierId ?? present.classifierId, filter.mistaken === 'sure' ? sureFrom : 0],
  };
}

/** The WHERE clause of a filter ("1" for none) and its values. */
export function filterCondition(filter: ClipFilter = {}, present: Present): Condition {
  const all: Condition[] = [];
  const add = (where: string, ...values: unknown[]) => all.push({ where, values });
  const not = ({ where, values }: Condition): Condition => ({ where: `NOT (${where})`, values });
  if (filter.query?.trim()) all.push(present.query(filter.query));
  if (filter.text) all.push(...textConditions(filter.text));
  if (filter.clipIds) add(`c.id ${inList}`, JSON.stringify(filter.clipIds));
  if (filter.mediaIds) add(`c.media_id ${inList}`, JSON.stringify(filter.mediaIds));
  if (filter.rootIds) add(`c.root_id ${inList}`, JSON.stringify(filter.rootIds));
  if (filter.kinds) add(`c.kind ${inList}`, JSON.stringify(filter.kinds));
  if (filter.badges) add('c.badges & ? != 0', badgeBits(filter.badges));
  if (filter.durationS) add('c.end_s - c.start_s BETWEEN ? AND ?', ...filter.durationS);
  if (filter.classIds)
    add(
      `c.id IN (SELECT a.clip_id FROM annotation a WHERE a.class_id ${inList} AND a.value = ?)`,
      JSON.stringify(filter.classIds),
      filter.uncertain ? 'uncertain' : 'positive',
    );
  if (filter.labelled !== undefined)
    all.push(filter.labelled ? annotated("'positive'", filter) : not(annotated("'positive'", filter)));
  if (filter.uncertain !== undefined)
    all.push(filter.uncertain ? annotated("'uncertain'", filter) : not(annotated("'uncertain'", filter)));
  if (filter.predictedClassIds || filter.confidence || filter.classifierId) all.push(predicted(filter, present));
  if (filter.mistaken) all.push(mistaken(filter, present));
  if (filter.clusters)
    add(
      `c.id IN (SELECT s.clip_id FROM score s WHERE s.name = ? AND s.value ${inList})`,
      scoreKey('cluster', present.modelId),
      JSON.stringify(filter.clusters),
    );
  for (const [name, ends] of Object.entries(filter.scores ?? {}))
    add(
      'c.id IN (SELECT s.clip_id FROM score s WHERE s.name = ? AND s.value BETWEEN ? AND ?)',
      scoreKey(name, present.modelId),
      ...ends,
    );
  if (filter.embedded !== undefined) {
    add(
      `c.id ${filter.embedded ? '' : 'NOT '}IN (SELECT r.clip_id FROM embedding_row r WHERE r.set_id = ?)`,
      present.setId,
    );
  }
  return { where: all.map(({ where }) => where).join(' AND ') || '1', values: all.flatMap(({ values }) => values) };
}

/** How a sort is answered: by a column of the clip, or by a table of values that not every clip has. */
export type SortPlan =
  | { order: string }
  | { table: 'score' | 'prediction'; key: string; column: string; bound: unknown; direction: 'ASC' | 'DESC' };

/** Clips without the value come last whichever the direction; ties go by id. */
export function sortPlan(sort: ClipSort | undefined, filter: ClipFilter, present: Present): SortPlan {
  const direction = sort?.descending ? 'DESC' : 'ASC';
  const by = sort?.by ?? 'id';
  if (by === 'id') return { order: `c.id ${direction}` };
  if (by === 'name') return { order: `c.name ${direction}, c.id ${direction}` };
  if (by === 'duration') return { order: `c.end_s - c.start_s ${direction}, c.id ${direction}` };
  if (by === 'confidence' || by === 'uncertainty') {
    return {
      table: 'prediction',
      key: 'classifier_id',
      column: by === 'confidence' ? 'probability' : 'uncertainty',
      bound: filter.classifierId ?? present.classifierId,
      direction,
    };
  }
  return { table: 'score', key: 'name', column: 'value', bound: scoreKey(by, present.modelId), direction };
}
