// Probabilities of labelled clips by heads that have not seen them: every source file is predicted by a fit without it.
import { crossValidate, rowsOf } from './crossValidate.ts';
import { fitTemperature, probabilities } from '../metrics/calibration.ts';

export interface CrossPredictRequest {
  dim: number;
  /** [N, dim] embeddings; no row of NaN. */
  features: Float32Array;
  /** [M, dim] of the collection, for the feature statistics. */
  population: Float32Array;
  /** [N, classes] 1 present, 0 absent, NaN unknown. */
  targets: Float32Array;
  classes: number;
  sources: number[];
  multiLabel: boolean;
  seed: number;
}
/** `rows` of the request that could be predicted (their classes occur in other files too), `probabilities` [rows.length, classes], calibrated. */
export interface CrossPredictResult {
  rows: number[];
  probabilities: Float32Array;
}

const mostIterations = 60;

export async function crossPredict(
  { dim, features, population, targets, classes, sources, multiLabel, seed }: CrossPredictRequest,
  breathe: () => Promise<void>,
): Promise<CrossPredictResult> {
  const { rows, logits } = await crossValidate(
    { features, dim, targets, classes, sources, multiLabel, population },
    { seed, maxIterations: mostIterations, breathe, everyFold: true },
  );
  const temperature = fitTemperature(logits, rowsOf(targets, classes, rows), classes, multiLabel);
  return { rows, probabilities: probabilities(logits, classes, multiLabel, temperature) };
}
