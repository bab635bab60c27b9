// All figures of a classifier on held-out clips, in the contract's form. Classes without held-out positives have null
// scores and stay out of the means (the reference's own convention, with 0 and -1 for them, is `referenceStats`).
import type { Metrics } from '../../../shared/contract/model.ts';
import { argMax } from './argMax.ts';
import { reliability } from './calibration.ts';
import { confusion } from './confusion.ts';
import { mistakes } from './mistakes.ts';
import { prCurve } from './prCurve.ts';
import { averagePrecision, dPrime, rocAuc } from './ranking.ts';
import { rankedClips } from './rankedClips.ts';
import { precisionRecall } from './thresholds.ts';

export interface Scored {
  /** [N, C] calibrated probabilities. */
  probabilities: Float32Array;
  /** [N, C] 1 present, 0 absent, NaN unknown. */
  targets: Float32Array;
  clipIds: readonly number[];
  classes: readonly { classId: number; name: string }[];
  thresholds: readonly number[];
  multiLabel: boolean;
}

const mean = (values: number[]): number | null =>
  values.length ? values.reduce((sum, x) => sum + x, 0) / values.length : null;

/** The share of clips whose highest class is (one of) the true one(s); null without clips. */
export function accuracyOf({
  probabilities,
  targets,
  clipIds,
  classes,
}: Pick<Scored, 'probabilities' | 'targets' | 'clipIds' | 'classes'>): number | null {
  const count = classes.length;
  const known = clipIds
    .map((_, n) => n)
    .filter((n) => targets.subarray(n * count, (n + 1) * count).some((t) => t > 0.5));
  return mean(known.map((n) => (targets[n * count + argMax(probabilities, n * count, count)]! > 0.5 ? 1 : 0)));
}

export type EvaluatedMetrics = Omit<Metrics, 'trainCount' | 'temperature' | 'attribution' | 'warnings'>;

export function evaluate(scored: Scored): EvaluatedMetrics {
  const { probabilities: p, targets, clipIds, classes, thresholds, multiLabel } = scored;
  const perClass = classes.map(({ classId, name }, k) => {
    const known = clipIds.map((_, n) => n * classes.length + k).filter((i) => !Number.isNaN(targets[i]!));
    const score = known.map((i) => p[i]!);
    const truth = known.map((i) => targets[i]! > 0.5);
    const hits = truth.map(Number);
    const threshold = thresholds[k] ?? 0.5;
    return {
      classId,
      name,
      support: truth.filter(Boolean).length,
      averagePrecision: averagePrecision(score, hits),
      auc: rocAuc(score, hits),
      threshold,
      curve: prCurve(score, truth),
      ...rankedClips(
        score,
        truth,
        known.map((i) => clipIds[(i - k) / classes.length]!),
      ),
      ...precisionRecall(score, truth, threshold),
    };
  });
  const mAUC = mean(perClass.flatMap((c) => c.auc ?? []));
  const { bins, calibrationError } = reliability(p, targets, classes.length, multiLabel, clipIds);
  const { counts, clips } = confusion(p, targets, classes.length, clipIds);
  // A perfect ranking has an infinite d′, which JSON cannot carry.
  const finite = (x: number | null) => (x !== null && Number.isFinite(x) ? x : null);
  return {
    testCount: clipIds.length,
    accuracy: accuracyOf(scored),
    mAP: mean(perClass.flatMap((c) => c.averagePrecision ?? [])),
    mAUC,
    dPrime: mAUC === null ? null : finite(dPrime(mAUC)),
    calibrationError,
    reliability: bins,
    mistakes: mistakes(
      p,
      targets,
      classes.map(({ classId }) => classId),
      clipIds,
      { multiLabel, thresholds },
    ),
    classes: perClass,
    confusion: counts,
    confusionClips: clips,
  };
}
