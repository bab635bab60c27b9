// The curve 1 / (1 + a x^(2b)) that UMAP lays points out by, fitted to its target: 1 up to minDist, then exp(-(x -
// minDist) / spread). (McInnes, Healy & Melville 2018, section 3.2; `find_ab_params` of umap-learn.)

export interface Curve {
  a: number;
  b: number;
}

const points = 300;

/**
 * Levenberg-Marquardt on 300 points of [0, 3 spread], as the reference fits it. a = 1.577, b = .895 for minDist .1,
 * spread 1.
 */
export function lowDimensionalCurve(minDist: number, spread = 1): Curve {
  const xs = Float64Array.from({ length: points }, (_, i) => (3 * spread * i) / (points - 1));
  const targets = xs.map((x) => (x < minDist ? 1 : Math.exp(-(x - minDist) / spread)));
  let curve: Curve = { a: 1, b: 1 };
  let damping = 1e-3;
  let error = squaredError(curve, xs, targets);
  for (let step = 0; step < 200; step++) {
    const { aa, ab, bb, ga, gb } = normalEquations(curve, xs, targets);
    const d1 = aa * (1 + damping),
      d2 = bb * (1 + damping);
    const determinant = d1 * d2 - ab * ab;
    const next: Curve = {
      a: curve.a + (d2 * ga - ab * gb) / determinant,
      b: curve.b + (d1 * gb - ab * ga) / determinant,
    };
    const nextError = next.a > 0 && next.b > 0 ? squaredError(next, xs, targets) : Infinity;
    if (nextError < error) {
      const gained = error - nextError;
      curve = next;
      error = nextError;
      damping /= 4;
      if (gained < 1e-14) break;
    } else {
      damping *= 4;
      if (damping > 1e12) break;
    }
  }
  return curve;
}

const valueAt = ({ a, b }: Curve, x: number): number => 1 / (1 + a * x ** (2 * b));

function squaredError(curve: Curve, xs: Float64Array, targets: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < points; i++) sum += (targets[i]! - valueAt(curve, xs[i]!)) ** 2;
  return sum;
}

function normalEquations(
  curve: Curve,
  xs: Float64Array,
  targets: Float64Array,
): { aa: number; ab: number; bb: number; ga: number; gb: number } {
  let aa = 0,
    ab = 0,
    bb = 0,
    ga = 0,
    gb = 0;
  for (let i = 0; i < points; i++) {
    const x = xs[i]!;
    if (x === 0) continue;
    const value = valueAt(curve, x);
    const power = x ** (2 * curve.b);
    const da = -power * value * value;
    const db = -2 * curve.a * power * Math.log(x) * value * value;
    const residual = targets[i]! - value;
    aa += da * da;
    ab += da * db;
    bb += db * db;
    ga += da * residual;
    gb += db * residual;
  }
  return { aa, ab, bb, ga, gb };
}
