// A batch that is high in score without being alike: maximal marginal relevance (Carbonell & Goldstein 1998).
import { dot } from '../layout/multiplyTransposed.ts';

export interface ScoredRow {
  row: number;
  score: number;
}

const poolPerChoice = 10;

/**
 * Greedy argmax of λ score - (1 - λ) (largest cosine to those chosen). `data` has unit rows; scores in 0..1. In order
 * of choice.
 */
export function diversify(
  data: Float32Array,
  dim: number,
  scored: readonly ScoredRow[],
  limit: number,
  lambda = 0.7,
): ScoredRow[] {
  const pool = [...scored].sort((p, q) => q.score - p.score || p.row - q.row).slice(0, limit * poolPerChoice);
  const closest = new Float64Array(pool.length);
  const taken = new Set<number>();
  const chosen: ScoredRow[] = [];
  while (chosen.length < Math.min(limit, pool.length)) {
    let top = -1,
      topValue = -Infinity;
    for (let i = 0; i < pool.length; i++) {
      if (taken.has(i)) continue;
      const value = lambda * pool[i]!.score - (1 - lambda) * closest[i]!;
      if (value > topValue) [top, topValue] = [i, value];
    }
    taken.add(top);
    chosen.push(pool[top]!);
    for (let i = 0; i < pool.length; i++)
      closest[i] = Math.max(closest[i]!, dot(data, pool[i]!.row * dim, data, pool[top]!.row * dim, dim));
  }
  return chosen;
}
