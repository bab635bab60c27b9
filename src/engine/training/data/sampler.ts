// Which clips an epoch sees, in which order.
import type { Random } from '../random.ts';

/**
 * Weight of each clip in balanced sampling: the sum over its labels of 1000 / (clips of that class + .01).
 * `targets` is [N, C], positives > 0.
 */
export function balancedWeights(targets: ArrayLike<number>, classes: number): Float64Array {
  const count = targets.length / classes;
  const perClass = new Float64Array(classes);
  for (let i = 0; i < targets.length; i++) if (targets[i]! > 0) perClass[i % classes]!++;
  return Float64Array.from({ length: count }, (_, n) => {
    let weight = 0;
    for (let k = 0; k < classes; k++) if (targets[n * classes + k]! > 0) weight += 1000 / (perClass[k]! + 0.01);
    return weight;
  });
}

/** N draws with replacement in proportion to the weights. */
export function drawWeighted(weights: Float64Array, random: Random, draws = weights.length): number[] {
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((weight, i) => (cumulative[i] = total += weight));
  return Array.from({ length: draws }, () => {
    const x = (random.uint32() / 0x100000000) * total;
    let [low, high] = [0, weights.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > x) high = middle;
      else low = middle + 1;
    }
    return low;
  });
}

/** The clips 0 … N-1 of one epoch in order: shuffled, or balanced with replacement. */
export function epochOrder(count: number, random: Random, weights: Float64Array | null = null): number[] {
  return weights ? drawWeighted(weights, random) : random.shuffled(Array.from({ length: count }, (_, i) => i));
}
