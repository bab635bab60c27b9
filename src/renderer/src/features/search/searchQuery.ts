// What is searched for: clips that the answers should be like and unlike, something from outside, and by what they are
// compared.
import type { InferContractRouterInputs } from '@orpc/contract';
import type { ClipFilter } from '../../../../shared/contract/clip.ts';
import type { Contract } from '../../../../shared/contract/index.ts';
import { plural } from '../../../../shared/plural.ts';

export type Side = 'like' | 'unlike';
/** `a2v`, `v2a`: across, pictures that fit a sound from outside, or sounds that fit a picture. */
export type CompareBy = 'joint' | 'audio' | 'visual' | 'blend' | 'a2v' | 'v2a';
export interface SearchQuery {
  like: readonly number[];
  unlike: readonly number[];
  by: CompareBy;
  /** 0: sound alone, 1: picture alone. */ blend: number;
}
export type RetrieveInput = InferContractRouterInputs<Contract>['search']['retrieve'];
export type SimilarInput = InferContractRouterInputs<Contract>['search']['similar'];

/** Examples of one side at most; more say nothing new and cannot be looked over. */
export const mostExamples = 60;

/** Puts clips on a side, newest last; a clip is on one side only. Beyond the bound nothing is added. */
export function withExamples(query: SearchQuery, side: Side, clipIds: Iterable<number>): SearchQuery {
  const added = [...new Set([...query[side], ...clipIds])].slice(0, mostExamples);
  const other: Side = side === 'like' ? 'unlike' : 'like';
  const taken = new Set(added);
  return { ...query, [side]: added, [other]: query[other].filter((clipId) => !taken.has(clipId)) };
}

export function withoutExample(query: SearchQuery, clipId: number): SearchQuery {
  return {
    ...query,
    like: query.like.filter((other) => other !== clipId),
    unlike: query.unlike.filter((other) => other !== clipId),
  };
}

/** Across sound and picture one asks with one thing, from outside; clips of the collection have the retrieval panel. */
export const canGoAcross = (query: Pick<SearchQuery, 'like' | 'unlike'>, fromOutside: boolean): boolean =>
  fromOutside && query.like.length === 0 && query.unlike.length === 0;

/** The query as it can be answered: across only where `canGoAcross`. */
export const settled = (query: SearchQuery, fromOutside: boolean): SearchQuery =>
  (query.by === 'a2v' || query.by === 'v2a') && !canGoAcross(query, fromOutside) ? { ...query, by: 'joint' } : query;

/** What the engine is asked across sound and picture; `null` where the query is not that. */
export const retrieveInput = (query: SearchQuery, file: string | null, k: number): RetrieveInput | null =>
  file !== null && (query.by === 'a2v' || query.by === 'v2a') && canGoAcross(query, true)
    ? { file, direction: query.by, k }
    : null;

/** What the engine is asked; `null` while there is nothing to be like. */
export function similarInput(
  query: SearchQuery,
  file: string | null,
  k: number,
  filter: ClipFilter | null,
): SimilarInput | null {
  if (query.like.length === 0 && file === null) return null;
  return {
    positives: [...query.like],
    negatives: [...query.unlike],
    k,
    ...(query.by === 'blend'
      ? { blend: query.blend }
      : { space: query.by === 'a2v' || query.by === 'v2a' ? 'joint' : query.by }),
    ...(file === null ? {} : { file }),
    ...(filter && Object.keys(filter).length > 0 ? { filter } : {}),
  };
}

/** A title for the list of answers, e.g. `Like 2 clips, unlike 1 clip`. */
export function queryTitle(
  query: SearchQuery,
  outside: string | null,
  nameOf: (clipId: number) => string | undefined,
): string {
  const only = query.like.length === 1 ? nameOf(query.like[0]!) : undefined;
  const like = [outside, query.like.length === 0 ? null : (only ?? plural(query.like.length, 'clip'))]
    .filter(Boolean)
    .join(' and ');
  return `Like ${like}${query.unlike.length ? `, unlike ${plural(query.unlike.length, 'clip')}` : ''}`;
}
