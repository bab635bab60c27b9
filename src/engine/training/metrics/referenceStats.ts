// The figures the reference prints for an evaluation (MODEL.md §6): mAP, mAUC, d′ of the mean AUC, and accuracy of the
// arg max.
import { argMax } from './argMax.ts';
import { averagePrecision, dPrime, rocAuc } from './ranking.ts';

export interface ReferenceStats {
  mAP: number;
  mAUC: number;
  dPrime: number;
  accuracy: number;
  averagePrecision: number[];
  auc: number[];
}

/**
 * `scores` and `targets` are [N, C], row after row. As with scikit-learn 1.2 a class without positives enters the means with AP 0
 * and AUC -1. Accuracy compares arg max of target and score (multi-label: the first positive class).
 */
export function referenceStats(scores: Float32Array, targets: Float32Array, classes: number): ReferenceStats {
  const count = scores.length / classes;
  const column = (values: Float32Array, k: number) =>
    Float32Array.from({ length: count }, (_, n) => values[n * classes + k]!);
  const ap: number[] = [];
  const auc: number[] = [];
  for (let k = 0; k < classes; k++) {
    const [score, target] = [column(scores, k), column(targets, k)];
    ap.push(averagePrecision(score, target) ?? 0);
    auc.push(rocAuc(score, target) ?? -1);
  }
  let right = 0;
  for (let n = 0; n < count; n++)
    if (argMax(scores, n * classes, classes) === argMax(targets, n * classes, classes)) right++;
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  return {
    mAP: mean(ap),
    mAUC: mean(auc),
    dPrime: dPrime(mean(auc)),
    accuracy: right / count,
    averagePrecision: ap,
    auc,
  };
}
