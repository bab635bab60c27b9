// Supervised UMAP: edges between different labels are weakened, then every point's nearest edge is made full again
// (categorical_simplicial_set_intersection and reset_local_connectivity of umap-learn).
import type { FuzzyGraph } from './fuzzyGraph.ts';

const unknownDistance = 1;

/** `labels` [rows], -1 = unknown. `weight` in [0, 1): how much labels count against distances. */
export function superviseGraph(graph: FuzzyGraph, labels: Int32Array, weight = 0.5): FuzzyGraph {
  const { rows, starts, tails } = graph;
  const differs = Math.exp(-2.5 / (1 - weight)),
    unknown = Math.exp(-unknownDistance);
  const weights = graph.weights.slice();
  for (let i = 0; i < rows; i++) {
    let largest = 0;
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const mine = labels[i]!,
        other = labels[tails[e]!]!;
      if (mine < 0 || other < 0) weights[e]! *= unknown;
      else if (mine !== other) weights[e]! *= differs;
      largest = Math.max(largest, weights[e]!);
    }
    if (largest > 0) for (let e = starts[i]!; e < starts[i + 1]!; e++) weights[e]! /= largest;
  }
  return { rows, starts, tails, weights: unionWithReverse(rows, starts, tails, weights) };
}

/** The pattern is symmetric, the weights no longer: u + v - uv with the edge the other way. */
function unionWithReverse(rows: number, starts: Int32Array, tails: Int32Array, weights: Float32Array): Float32Array {
  const out = new Float32Array(weights.length);
  for (let i = 0; i < rows; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const other = tails[e]!;
      let reverse = 0;
      for (let r = starts[other]!; r < starts[other + 1]!; r++) if (tails[r] === i) reverse = weights[r]!;
      out[e] = weights[e]! + reverse - weights[e]! * reverse;
    }
  }
  return out;
}
