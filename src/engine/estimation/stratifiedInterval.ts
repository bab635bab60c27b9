// Point estimate and interval of a share from a stratified random sample without replacement.
//
// The interval inverts the score test of the stratified mean (Miettinen and Nurminen 1985) with the skewness correction of Gart and Nam
// (1990) for equal tails, as Laud (2017) recommends for stratified proportions. Variance and skewness are those of the hypergeometric
// distribution, so that the interval narrows to nothing as a stratum is audited completely.
import { twoSidedZ } from './normalQuantile.ts';

/** One stratum of a finite population: clips in it, clips whose truth is known, and those of them that hold the class. */
export interface StratumSample {
  size: number;
  audited: number;
  positive: number;
}
export interface Interval {
  low: number;
  high: number;
}

interface Sampled {
  /** Share of the population. */
  weight: number;
  share: number;
  size: number;
  audited: number;
  /** Size of the sample from an endless population with the same variance. */
  effective: number;
}

/**
 * Maximum likelihood share of one stratum where the weighted shares are held at a given sum; `pull` is the Lagrange multiplier times the
 * stratum's weight. Solves share·n/p − (1 − share)·n/(1 − p) = pull.
 */
function constrainedShare(share: number, n: number, pull: number): number {
  // Solved from the nearer end: the other one loses all digits to cancellation.
  if (share > 0.5) return 1 - constrainedShare(1 - share, n, -pull);
  const b = n + pull;
  const root = Math.sqrt(Math.max(0, b * b - 4 * pull * share * n));
  const p = b >= 0 ? (b + root === 0 ? share : (2 * share * n) / (b + root)) : (b - root) / (2 * pull);
  return Math.min(1, Math.max(0, p));
}

/** Third central moment of a stratum's sample mean, divided by its variance. */
const skewOverVariance = ({ size, audited }: Sampled, p: number): number =>
  size > 2 ? (((size - 2 * audited) / (size - 2)) * (1 - 2 * p)) / audited : 0;

/** Normal deviate of a deviate of a distribution with this skewness (Wilson and Hilferty 1931, Pearson type III). */
function symmetric(z: number, skewness: number): number {
  if (Math.abs(skewness) < 1e-6) return z;
  const base = 1 + (skewness * z) / 2;
  if (base <= 0) return z < 0 ? -Infinity : Infinity;
  return (6 / skewness) * (Math.cbrt(base) - 1) + skewness / 6;
}

/** The total that multiplier `lambda` stands for, and the score statistic of the observed total against it. */
function scoreTest(strata: readonly Sampled[], observed: number, lambda: number): { total: number; z: number } {
  let total = 0;
  let variance = 0;
  let third = 0;
  for (const stratum of strata) {
    const { weight, effective } = stratum;
    const p = constrainedShare(stratum.share, effective, lambda * weight);
    const own = (p * (1 - p)) / effective;
    total += weight * p;
    variance += weight * weight * own;
    third += weight ** 3 * own * skewOverVariance(stratum, p);
  }
  const gap = observed - total;
  if (variance <= 1e-18) return { total, z: Math.abs(gap) < 1e-9 ? 0 : gap > 0 ? Infinity : -Infinity };
  const deviation = Math.sqrt(variance);
  return { total, z: symmetric(gap / deviation, third / deviation ** 3) };
}

/** The end of the interval on one side: +1 the lower, -1 the upper. The statistic is monotone in the multiplier. */
function limit(strata: readonly Sampled[], observed: number, z: number, side: 1 | -1): number {
  const beyond = (size: number): boolean => side * scoreTest(strata, observed, side * size).z > z;
  let outside = 1;
  for (let i = 0; i < 60 && !beyond(outside); i++) outside *= 4;
  if (!beyond(outside)) return side === 1 ? 0 : strata.reduce((sum, { weight }) => sum + weight, 0);
  let inside = outside;
  for (let i = 0; i < 60 && beyond(inside); i++) inside /= 4;
  while (outside / inside > 1 + 1e-9) {
    const middle = Math.sqrt(inside * outside);
    if (beyond(middle)) outside = middle;
    else inside = middle;
  }
  return scoreTest(strata, observed, side * outside).total;
}

/**
 * Share of the class in the population with a two-sided interval. A stratum without audits adds all its weight to the interval, and its
 * `assumed` share (default: the mean of the audited strata) to the estimate. `estimate` is null where nothing was audited.
 */
export function stratifiedInterval(
  strata: readonly StratumSample[],
  confidence: number,
  assumed?: readonly (number | null)[],
): Interval & { estimate: number | null } {
  const population = strata.reduce((sum, { size }) => sum + size, 0);
  if (population === 0 || strata.every(({ audited }) => audited === 0)) return { estimate: null, low: 0, high: 1 };
  let known = 0;
  let unknown = 0;
  let observed = 0;
  const sampled: Sampled[] = [];
  for (const { size, audited, positive } of strata) {
    const weight = size / population;
    if (audited === 0) unknown += weight;
    else if (audited >= size) known += positive / population;
    else {
      const share = positive / audited;
      observed += weight * share;
      sampled.push({ weight, share, size, audited, effective: (audited * (size - 1)) / (size - audited) });
    }
  }
  const mean = unknown < 1 ? (known + observed) / (1 - unknown) : 0;
  const guessed = strata.reduce(
    (sum, { size, audited }, i) => sum + (audited === 0 ? (size / population) * (assumed?.[i] ?? mean) : 0),
    0,
  );
  const z = twoSidedZ(confidence);
  const ends = sampled.length === 0 ? [0, 0] : [limit(sampled, observed, z, 1), limit(sampled, observed, z, -1)];
  const estimate = Math.min(1, known + observed + guessed);
  return {
    estimate,
    low: Math.max(0, Math.min(estimate, known + ends[0]!)),
    high: Math.min(1, Math.max(estimate, known + ends[1]! + unknown)),
  };
}
