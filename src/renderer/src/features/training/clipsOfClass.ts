// The clips behind a class's row of scores, from the confusion matrix.
import type { Metrics } from '../../../../shared/contract/model.ts';

/** `k`: the class's place in the matrix. `missed`: of the class, taken for another. */
export function clipsOfClass(
  { confusionClips, classes }: Pick<Metrics, 'confusionClips' | 'classes'>,
  k: number,
): { true: number[]; predicted: number[]; missed: number[]; either: number[] } {
  const cell = (truth: number, predicted: number): number[] => confusionClips[`${truth},${predicted}`] ?? [];
  const all = classes.map((_, other) => other);
  const unique = (clipIds: number[]): number[] => [...new Set(clipIds)];
  const [own, predicted] = [
    unique(all.flatMap((other) => cell(k, other))),
    unique(all.flatMap((other) => cell(other, k))),
  ];
  return {
    true: own,
    predicted,
    missed: unique(all.flatMap((other) => (other === k ? [] : cell(k, other)))),
    either: unique([...own, ...predicted]),
  };
}
