// Retrieval figures in words.
import type { InferContractRouterOutputs } from '@orpc/contract';
import type { Contract } from '../../../../shared/contract/index.ts';

export type RetrievalEvaluation = InferContractRouterOutputs<Contract>['search']['retrievalEvaluation'];
export type Direction = 'a2v' | 'v2a';
export const directionNames: Record<Direction, string> = {
  a2v: 'Sound finds its picture',
  v2a: 'Picture finds its sound',
};

/** A share in percent with as many digits as its collection can tell: one in ten needs none, one in a thousand one. */
export const shareText = (share: number, clips: number): string => `${(100 * share).toFixed(clips >= 200 ? 1 : 0)} %`;

/** What guessing would reach among `clips`: R@k, and the median rank. */
export function chance(clips: number): { r1: number; r5: number; r10: number; medianRank: number } {
  const at = (k: number): number => (clips > 0 ? Math.min(1, k / clips) : 0);
  return { r1: at(1), r5: at(5), r10: at(10), medianRank: (clips + 1) / 2 };
}

/** The rank of `clipId` in ranked rows, from 1; `null` when it is not among them. */
export function ownRank(rows: readonly { clipId: number }[], clipId: number): number | null {
  const at = rows.findIndex((row) => row.clipId === clipId);
  return at < 0 ? null : at + 1;
}
