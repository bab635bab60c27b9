// New clips on a map that was settled without them: each goes to the weighted mean of its nearest neighbours that have
// a place.
import type { LoadedMatrix } from './matrixCache.ts';
import { breathe } from '../../base/breathe.ts';
import { buildIndex, exactUpTo } from './neighbourGraph.ts';
import { gatherRows } from './pairedRows.ts';
import { placeByNeighbours } from '../layout/placeByNeighbours.ts';
import { usearch } from './usearch.ts';
import { availableParallelism } from 'node:os';

const neighbours = 15;
const block = 16;

/** `known` [rows, 2] by row of the matrix, NaN where the map lacks it. Clips without a vector are left out of the answer. */
export async function nearestPlaces(
  matrix: LoadedMatrix,
  known: Float32Array,
  clipIds: Int32Array,
  signal?: AbortSignal,
): Promise<{ clipIds: Int32Array; xy: Float32Array }> {
  const { present } = matrix;
  const { data, dim } = await matrix.reduced(signal);
  const placed = Int32Array.from(present.clipIds.keys()).filter((row) => !Number.isNaN(known[2 * row]!));
  const wanted = clipIds.filter((clipId) => present.rowOf.has(clipId));
  const xy = new Float32Array(wanted.length * 2).fill(Number.NaN);
  if (placed.length === 0) return { clipIds: wanted.slice(0, 0), xy: xy.slice(0, 0) };
  const dataset = gatherRows({ data, dim }, placed);
  const placedXy = Float32Array.from({ length: placed.length * 2 }, (_, i) => known[2 * placed[i >> 1]! + (i & 1)]!);
  const asked = Math.min(neighbours, placed.length);
  // An index pays where many are to be placed among many.
  const index =
    placed.length > exactUpTo && wanted.length > 2000 ? await buildIndex(dataset, placed.length, dim, signal) : null;
  for (let from = 0; from < wanted.length; from += block) {
    const part = wanted.subarray(from, from + block);
    const queries = gatherRows(
      { data, dim },
      part.map((clipId) => present.rowOf.get(clipId)!),
    );
    const { keys, distances } = index
      ? index.search(queries, asked, 1)
      : usearch.exactSearch(dataset, queries, dim, asked, 'l2sq', availableParallelism());
    part.forEach((_, i) => {
      const near = {
        indices: Int32Array.from(keys.slice(i * asked, (i + 1) * asked), Number),
        distances: distances.slice(i * asked, (i + 1) * asked).map((squared) => Math.sqrt(Math.max(0, squared))),
      };
      const place = placeByNeighbours(near, placedXy);
      if (place) xy.set(place, 2 * (from + i));
    });
    await breathe(signal);
  }
  return { clipIds: wanted, xy };
}
