// The fuzzy simplicial set of UMAP (McInnes et al. 2018, algorithms 2 and 3): neighbour distances become memberships
// with a scale per point, and the two directions are joined by probabilistic union. Flat arrays; umap-js keeps a Map of
// them (8.7 s and 1.1 GB at 20k).
import type { NeighbourGraph } from '../neighbours/neighbourGraph.ts';

/** Directed edges in rows: `tails[starts[i] .. starts[i + 1])` are the neighbours of row i. Symmetric. */
export interface FuzzyGraph {
  rows: number;
  starts: Int32Array;
  tails: Int32Array;
  weights: Float32Array;
}

const tolerance = 1e-5;
const leastScale = 1e-3;

export function fuzzyGraph(neighbours: NeighbourGraph): FuzzyGraph {
  return symmetric(neighbours.rows, neighbours.k, neighbours.indices, memberships(neighbours));
}

/**
 * [rows, k]: exp(-(d - ρ) / σ), with ρ the nearest distance and σ such that the memberships of a row sum to log2(k +
 * 1).
 */
function memberships({ rows, k, indices, distances }: NeighbourGraph): Float32Array {
  const weights = new Float32Array(rows * k);
  let total = 0,
    finite = 0;
  for (let e = 0; e < rows * k; e++)
    if (indices[e]! >= 0) {
      total += distances[e]!;
      finite++;
    }
  const meanOfAll = finite ? total / finite : 0;
  // umap counts the point itself among its neighbours.
  const target = Math.log2(k + 1);
  for (let i = 0; i < rows; i++) {
    const at = i * k;
    let nearest = 0,
      sum = 0,
      count = 0;
    while (count < k && indices[at + count]! >= 0) {
      const d = distances[at + count]!;
      if (nearest === 0 && d > 0) nearest = d;
      sum += d;
      count++;
    }
    let sigma = scaleFor(distances, at, count, nearest, target);
    const floor = leastScale * (nearest > 0 ? sum / (count + 1) : meanOfAll);
    if (sigma < floor) sigma = floor;
    for (let j = 0; j < count; j++) {
      const beyond = distances[at + j]! - nearest;
      weights[at + j] = beyond <= 0 || sigma === 0 ? 1 : Math.exp(-beyond / sigma);
    }
  }
  return weights;
}

function scaleFor(distances: Float32Array, at: number, count: number, nearest: number, target: number): number {
  let low = 0,
    high = Infinity,
    sigma = 1;
  for (let step = 0; step < 64; step++) {
    let sum = 0;
    for (let j = 0; j < count; j++) {
      const beyond = distances[at + j]! - nearest;
      sum += beyond > 0 ? Math.exp(-beyond / sigma) : 1;
    }
    if (Math.abs(sum - target) < tolerance) break;
    if (sum > target) {
      high = sigma;
      sigma = (low + high) / 2;
    } else {
      low = sigma;
      sigma = high === Infinity ? sigma * 2 : (low + high) / 2;
    }
  }
  return sigma;
}

/** w + wᵀ - w wᵀ over the union of edges. */
function symmetric(rows: number, k: number, indices: Int32Array, weights: Float32Array): FuzzyGraph {
  const counts = new Int32Array(rows + 1);
  for (let e = 0; e < rows * k; e++) {
    if (indices[e]! < 0) continue;
    counts[Math.floor(e / k) + 1]!++;
    counts[indices[e]! + 1]!++;
  }
  for (let i = 0; i < rows; i++) counts[i + 1]! += counts[i]!;
  const tails = new Int32Array(counts[rows]!),
    values = new Float32Array(counts[rows]!);
  const next = counts.slice(0, rows);
  const put = (row: number, tail: number, weight: number): void => {
    tails[next[row]!] = tail;
    values[next[row]!++] = weight;
  };
  for (let e = 0; e < rows * k; e++) {
    const i = Math.floor(e / k),
      j = indices[e]!;
    if (j < 0) continue;
    put(i, j, weights[e]!);
    put(j, i, weights[e]!);
  }
  return unite(rows, counts, tails, values);
}

/** Every pair occurs once (one direction known) or twice (both): duplicates of a row are joined by u + v - uv. */
function unite(rows: number, starts: Int32Array, tails: Int32Array, values: Float32Array): FuzzyGraph {
  const seenAt = new Int32Array(rows).fill(-1);
  const out = new Int32Array(rows + 1);
  let end = 0;
  for (let i = 0; i < rows; i++) {
    const begin = end;
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const tail = tails[e]!,
        value = values[e]!;
      const known = seenAt[tail]!;
      if (known >= begin && tails[known] === tail) {
        values[known] = values[known]! + value - values[known]! * value;
      } else {
        seenAt[tail] = end;
        tails[end] = tail;
        values[end++] = value;
      }
    }
    out[i + 1] = end;
  }
  return { rows, starts: out, tails: tails.slice(0, end), weights: values.slice(0, end) };
}
