// The quantile of Student's t distribution, for intervals over a few recordings.
import { normalQuantile } from './normalQuantile.ts';

/**
 * The value that a t variable with `df` degrees of freedom, a whole number, stays below with probability `p`. Exact for one and two degrees
 * of freedom, else by the expansion of Fisher and Cornish (1960): within .5 % from three on at the usual levels.
 */
export function studentQuantile(p: number, df: number): number {
  if (df === 1) return Math.tan(Math.PI * (p - 0.5));
  if (df === 2) return (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
  const z = normalQuantile(p);
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return z + terms.reduce((sum, term, i) => sum + term / df ** (i + 1), 0);
}
