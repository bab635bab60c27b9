// Whether two computations of one reconstruction paint the same: graphics adapters have been known to compute something
// else.
import type { Pictured, Side } from '../../../../../shared/figures/reconstructionSide.ts';

/** Root of the mean squared difference that no eye sees: a hundredth of the spread of normalised values. */
const tolerance = 0.01;

function sameSide(one: Side | null, other: Side | null): boolean {
  if (!one || !other) return one === other;
  const [a, b] = [one.predicted.values, other.predicted.values];
  if (a.length !== b.length) return false;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  // Written so that a NaN disagrees.
  return Math.sqrt(sum / a.length) < tolerance;
}

export const agree = (one: Pictured, other: Pictured): boolean => sameSide(one.A, other.A) && sameSide(one.V, other.V);
