// The quantile of the standard normal distribution, for confidence levels.

const numerator = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const denominator = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
];
const tailNumerator = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailDenominator = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
const tail = 0.02425;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** The value that a standard normal variable stays below with probability `p`, 0 < p < 1. Acklam's approximation: relative error below 1.2e-9. */
export function normalQuantile(p: number): number {
  if (p < tail) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(tailNumerator, q) / polynomial(tailDenominator, q);
  }
  if (p > 1 - tail) return -normalQuantile(1 - p);
  const q = p - 0.5;
  return (polynomial(numerator, q * q) * q) / polynomial(denominator, q * q);
}

/** z of a two-sided interval: 1.96 for a confidence of .95. */
export const twoSidedZ = (confidence: number): number => normalQuantile(0.5 + confidence / 2);
