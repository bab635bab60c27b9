// Minimisation of a smooth convex function by L-BFGS (Nocedal & Wright, Numerical Optimization, algorithm 7.5) with
// backtracking.

export interface Evaluation {
  value: number;
  gradient: Float64Array;
}
export interface LbfgsOptions {
  maxIterations: number;
  /** Stops when an iteration improves the value by less than this share. */
  tolerance: number;
  /** After each iteration; awaited, so that long fits breathe. Throws to stop. */
  onIteration?: (iteration: number, value: number, x: Float64Array) => void | Promise<void>;
}

const HISTORY = 10;
const dot = (a: Float64Array, b: Float64Array) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Returns the minimiser found from `start`, its value and the number of iterations. */
export async function minimise(
  f: (x: Float64Array) => Evaluation,
  start: Float64Array,
  { maxIterations, tolerance, onIteration }: LbfgsOptions,
): Promise<{ x: Float64Array; value: number; iterations: number }> {
  let x = start;
  let { value, gradient } = f(x);
  const history: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  let iterations = 0;
  while (iterations < maxIterations) {
    let direction = descent(gradient, history);
    let slope = dot(direction, gradient);
    if (!(slope < 0)) {
      history.length = 0;
      direction = gradient.map((g) => -g);
      slope = dot(direction, gradient);
      if (!(slope < 0)) break;
    }
    let step = history.length ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    let next = x;
    let evaluation: Evaluation | null = null;
    for (let tries = 0; tries < 20; tries++, step /= 2) {
      next = x.map((xi, i) => xi + step * direction[i]!);
      evaluation = f(next);
      if (evaluation.value <= value + 1e-4 * step * slope) break;
      evaluation = null;
    }
    if (!evaluation) break;
    const s = next.map((xi, i) => xi - x[i]!);
    const y = evaluation.gradient.map((g, i) => g - gradient[i]!);
    const curvature = dot(s, y);
    if (curvature > 1e-12) history.push({ s, y, rho: 1 / curvature });
    if (history.length > HISTORY) history.shift();
    const gain = value - evaluation.value;
    x = next;
    ({ value, gradient } = evaluation);
    iterations++;
    await onIteration?.(iterations, value, x);
    if (gain <= tolerance * Math.max(Math.abs(value), 1e-12)) break;
  }
  return { x, value, iterations };
}

/** The two-loop recursion: -H g. */
function descent(
  gradient: Float64Array,
  history: readonly { s: Float64Array; y: Float64Array; rho: number }[],
): Float64Array {
  const q = gradient.map((g) => -g);
  const alphas = new Float64Array(history.length);
  for (let k = history.length - 1; k >= 0; k--) {
    const { s, y, rho } = history[k]!;
    const alpha = (alphas[k] = rho * dot(s, q));
    for (let i = 0; i < q.length; i++) q[i]! -= alpha * y[i]!;
  }
  const last = history.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i]! *= scale;
  }
  history.forEach(({ s, y, rho }, k) => {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i]! += (alphas[k]! - beta) * s[i]!;
  });
  return q;
}
