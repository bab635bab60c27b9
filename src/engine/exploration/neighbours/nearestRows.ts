// The rows most similar to a query by cosine. Exhaustive by usearch's SIMD scan; above 200,000 rows by cells of the
// reduced space, whose candidates are compared exactly (exhaustive search is the oracle of the tests).
import { availableParallelism } from 'node:os';
import { dot } from '../layout/multiplyTransposed.ts';
import { projectOnAxes } from '../layout/principalAxes.ts';
import type { PresentRows } from './presentRows.ts';
import type { LoadedMatrix } from './matrixCache.ts';
import { usearch } from './usearch.ts';

export interface Hit {
  row: number;
  score: number;
}

/** `query` is a unit vector [dim]. Best first; ties by row. */
export function nearestRowsExact({ data, rows, dim }: PresentRows, query: Float32Array, k: number): Hit[] {
  if (rows === 0) return [];
  const asked = Math.min(k, rows);
  const { keys } = usearch.exactSearch(data, query.slice(), dim, asked, 'cos', availableParallelism());
  return rescored(
    data,
    dim,
    query,
    Array.from(keys, Number).filter((row) => row < rows),
    asked,
  );
}

/** Candidates from the cells of the reduced space, scored exactly in the whole one. */
export async function nearestRowsApproximate(matrix: LoadedMatrix, query: Float32Array, k: number): Promise<Hit[]> {
  const { data, dim } = matrix.present;
  const { axes } = await matrix.reduced();
  const cells = await matrix.searchCells();
  return rescored(data, dim, query, cells.near(await projectOnAxes(query, 1, dim, axes), Math.max(200, 8 * k)), k);
}

/** Cosine of the query with some rows, or with all. */
export function scoreRows({ data, rows, dim }: PresentRows, query: Float32Array): Float32Array {
  const scores = new Float32Array(rows);
  for (let row = 0; row < rows; row++) scores[row] = dot(data, row * dim, query, 0, dim);
  return scores;
}

/** The k best of `candidates` by score, best first; ties by candidate. */
export function best(candidates: Iterable<number>, scoreOf: (candidate: number) => number, k: number): Hit[] {
  const kept: Hit[] = [];
  for (const row of candidates) {
    const score = scoreOf(row);
    if (Number.isNaN(score)) continue;
    const last = kept[kept.length - 1];
    if (kept.length >= k && last && (score < last.score || (score === last.score && row > last.row))) continue;
    let at = kept.length;
    while (at > 0 && (kept[at - 1]!.score < score || (kept[at - 1]!.score === score && kept[at - 1]!.row > row))) at--;
    kept.splice(at, 0, { row, score });
    if (kept.length > k) kept.pop();
  }
  return kept;
}

function rescored(
  data: Float32Array,
  dim: number,
  query: Float32Array,
  candidates: Iterable<number>,
  k: number,
): Hit[] {
  return best(candidates, (row) => dot(data, row * dim, query, 0, dim), k);
}
