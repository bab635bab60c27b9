// What sound and picture alone are worth beside both, on the same held-out clips, with the clips behind each figure.
import type { Metrics } from '../../../shared/contract/model.ts';
import type { EvaluatedMetrics } from './evaluate.ts';

type Modality = 'audio' | 'visual' | 'both';
const modalities = ['audio', 'visual', 'both'] as const;
/** Null where there was nothing to measure. */
export type ByModality = Record<Modality, EvaluatedMetrics | null>;
type Alone = NonNullable<Metrics['classes'][number]['alone']>;

const wrongOf = ({ confusionClips }: EvaluatedMetrics): number[] => [
  ...new Set(
    Object.entries(confusionClips).flatMap(([cell, clipIds]) =>
      cell.split(',')[0] === cell.split(',')[1] ? [] : clipIds,
    ),
  ),
];
const known = <T>(by: ByModality, of: (one: EvaluatedMetrics) => T | undefined): Partial<Record<Modality, T>> =>
  Object.fromEntries(
    modalities.flatMap((modality) => {
      const value = by[modality] ? of(by[modality]) : undefined;
      return value === undefined ? [] : [[modality, value]];
    }),
  ) as Partial<Record<Modality, T>>;

/** `alone(k)`: of class k. With several labels a clip, the totals are mean average precisions, else accuracies. */
export function modalityScores(
  by: ByModality,
  multiLabel: boolean,
): { attribution: Metrics['attribution']; alone(k: number): Alone } {
  const total = (one: EvaluatedMetrics | null): number | null => (one ? (multiLabel ? one.mAP : one.accuracy) : null);
  return {
    attribution: { audio: total(by.audio), visual: total(by.visual), both: total(by.both), wrong: known(by, wrongOf) },
    alone(k) {
      const precision = (one: EvaluatedMetrics | null): number | null => one?.classes[k]?.averagePrecision ?? null;
      const { audio, visual } = known(by, (one) => one.classes[k]?.ranked);
      return {
        audio: precision(by.audio),
        visual: precision(by.visual),
        both: precision(by.both),
        ranked: { ...(audio && { audio }), ...(visual && { visual }) },
      };
    },
  };
}
