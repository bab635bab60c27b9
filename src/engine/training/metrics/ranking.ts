// Threshold-free scores of one class, equal to scikit-learn's average_precision_score and roc_auc_score, ties included.

/** Groups of equal scores, highest first: [positives, clips] of each. */
function tieGroups(scores: ArrayLike<number>, positive: ArrayLike<number>): [number, number][] {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const groups: [number, number][] = [];
  let last = Number.NaN;
  for (const i of order) {
    if (scores[i] !== last) groups.push([0, 0]);
    const group = groups.at(-1)!;
    group[0] += positive[i]! > 0 ? 1 : 0;
    group[1]++;
    last = scores[i]!;
  }
  return groups;
}

/** Σ (R_n - R_{n-1}) P_n over distinct thresholds; null without a positive. */
export function averagePrecision(scores: ArrayLike<number>, positive: ArrayLike<number>): number | null {
  const groups = tieGroups(scores, positive);
  const total = groups.reduce((n, [p]) => n + p, 0);
  if (total === 0) return null;
  let found = 0;
  let seen = 0;
  let sum = 0;
  for (const [p, n] of groups) {
    found += p;
    seen += n;
    sum += (p / total) * (found / seen);
  }
  return sum;
}

/** Probability that a positive outranks a negative, ties counting half; null unless both occur. */
export function rocAuc(scores: ArrayLike<number>, positive: ArrayLike<number>): number | null {
  let positives = 0;
  let negatives = 0;
  let wins = 0;
  for (const [p, n] of tieGroups(scores, positive)) {
    wins += (n - p) * (positives + p / 2);
    positives += p;
    negatives += n - p;
  }
  return positives === 0 || negatives === 0 ? null : wins / (positives * negatives);
}

// P. J. Acklam's rational approximation of the inverse normal distribution, relative error below 1.2e-9.
const a = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const b = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
];
const c = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const d = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
const horner = (coefficients: number[], x: number) => coefficients.reduce((sum, k) => sum * x + k, 0);

/** The normal distribution's percent point function; ±Infinity at 1 and 0. */
export function normalQuantile(p: number): number {
  if (p <= 0 || p >= 1) return p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return horner(c, q) / horner(d, q);
  }
  const q = p - 0.5;
  return (q * horner(a, q * q)) / horner(b, q * q);
}

/** d′ = √2 · ppf(AUC). The reference applies it to the mean AUC over classes. */
export const dPrime = (auc: number): number => Math.SQRT2 * normalQuantile(auc);
