// How unsure a prediction is, 0 (sure) to 1.

/**
 * Single-label: entropy over log(classes). Multi-label: closeness of the least certain class to one half. probabilities
 * [classes].
 */
export function uncertainty(probabilities: Float32Array, multiLabel: boolean): number {
  if (multiLabel) return probabilities.reduce((most, p) => Math.max(most, 1 - Math.abs(2 * p - 1)), 0);
  if (probabilities.length < 2) return 0;
  const entropy = probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
  return Math.min(1, entropy / Math.log(probabilities.length));
}
