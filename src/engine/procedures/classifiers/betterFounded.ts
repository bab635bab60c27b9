// Whether a new classifier may take the place of the one in use by itself: not where the old one was measured on far more clips.
import type { Classifier, Metrics } from '../../../shared/contract/model.ts';

/** Below this many measured clips a score says little. */
const fewMeasured = 10;

/** `true` where `current` rests on at least twice as many measured clips and `made` on too few to tell anything. */
export function isBetterFounded(
  current: Pick<Classifier, 'schemaId' | 'stale' | 'metrics'> | null,
  made: { schemaId: number; metrics: Pick<Metrics, 'testCount'> },
): boolean {
  if (!current || current.stale || current.schemaId !== made.schemaId) return false;
  const [before, now] = [current.metrics.testCount, made.metrics.testCount];
  return now < fewMeasured && before >= 2 * fewMeasured && before >= 2 * now;
}
