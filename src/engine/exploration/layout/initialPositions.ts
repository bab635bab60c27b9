// Where the points of a map start: on the first two principal axes (a picture at once, and global order kept: Kobak &
// Linderman 2021), or where another map has them.
import type { NeighbourGraph } from '../neighbours/neighbourGraph.ts';
import { randomStream } from '../../base/randomStream.ts';
import { placeByNeighbours } from './placeByNeighbours.ts';

const extent = 10;
const jitter = 1e-3;

/**
 * First two coordinates of `reduced` [rows, count], scaled into ±10, with a little seeded noise so that equal clips can
 * part.
 */
export function principalPositions(reduced: Float32Array, rows: number, count: number, seed: number): Float32Array {
  const xy = new Float32Array(rows * 2);
  for (let i = 0; i < rows; i++) {
    xy[2 * i] = reduced[i * count]!;
    if (count > 1) xy[2 * i + 1] = reduced[i * count + 1]!;
  }
  let largest = 0;
  for (const value of xy) largest = Math.max(largest, Math.abs(value));
  const scale = largest > 0 ? extent / largest : 0;
  const random = randomStream(seed);
  return xy.map((value) => value * scale + random.normal() * jitter);
}

/** `known` [rows, 2] with NaN where the other map lacks the row; those start at their neighbours' places, else at `fallback`. */
export function alignedPositions(
  known: Float32Array,
  fallback: Float32Array,
  neighbours: NeighbourGraph,
): Float32Array {
  const xy = known.slice();
  const missing: number[] = [];
  for (let i = 0; i < neighbours.rows; i++) if (Number.isNaN(xy[2 * i]!)) missing.push(i);
  for (const row of missing) {
    const near = {
      indices: neighbours.indices.subarray(row * neighbours.k, (row + 1) * neighbours.k),
      distances: neighbours.distances.subarray(row * neighbours.k, (row + 1) * neighbours.k),
    };
    const [x, y] = placeByNeighbours(near, known) ?? [fallback[2 * row]!, fallback[2 * row + 1]!];
    xy[2 * row] = x;
    xy[2 * row + 1] = y;
  }
  return xy;
}
