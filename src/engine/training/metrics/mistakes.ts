// What a classifier got most wrong on held-out clips: where it was surest of something that is not so.
import { argMax } from './argMax.ts';

export interface Mistake {
  clipId: number;
  truth: number | null;
  predicted: number | null;
  probability: number;
  given: number;
}

/**
 * Probabilities and targets [N, C] (1 present, 0 absent, NaN unknown). Single-label: clips taken for another class, by
 * how much likelier it was. Multi-label: classes on the wrong side of their threshold, by how far; `truth` is null for
 * one found that is not there, `predicted` for one missed.
 */
export function mistakes(
  p: ArrayLike<number>,
  targets: ArrayLike<number>,
  classIds: readonly number[],
  clipIds: ArrayLike<number>,
  { multiLabel, thresholds, most = 100 }: { multiLabel: boolean; thresholds: readonly number[]; most?: number },
): Mistake[] {
  const classes = classIds.length;
  const found: (Mistake & { weight: number })[] = [];
  for (let n = 0; n < clipIds.length; n++) {
    const at = n * classes;
    const clipId = clipIds[n]!;
    if (multiLabel) {
      for (let k = 0; k < classes; k++) {
        const [score, target, threshold] = [p[at + k]!, targets[at + k]!, thresholds[k] ?? 0.5];
        if (target > 0.5 && score < threshold)
          found.push({
            clipId,
            truth: classIds[k]!,
            predicted: null,
            probability: score,
            given: score,
            weight: 1 - score,
          });
        else if (target < 0.5 && score >= threshold)
          found.push({
            clipId,
            truth: null,
            predicted: classIds[k]!,
            probability: score,
            given: 1 - score,
            weight: score,
          });
      }
      continue;
    }
    const best = argMax(p, at, classes);
    const truth = classIds.findIndex((_, k) => targets[at + k]! > 0.5);
    if (truth < 0 || targets[at + best]! > 0.5) continue;
    found.push({
      clipId,
      truth: classIds[truth]!,
      predicted: classIds[best]!,
      probability: p[at + best]!,
      given: p[at + truth]!,
      weight: p[at + best]! - p[at + truth]!,
    });
  }
  return found
    .sort((a, b) => b.weight - a.weight || a.clipId - b.clipId)
    .slice(0, most)
    .map(({ weight: _, ...mistake }) => mistake);
}
