// Per clip, the share of its nearest neighbours by one model that are among its nearest by another.
import { EngineError } from '../../../shared/engineError.ts';
import { breathe } from '../../base/breathe.ts';
import type { LoadedMatrix } from './matrixCache.ts';
import { neighbourGraph } from './neighbourGraph.ts';
import { gatherRows } from './pairedRows.ts';

export interface CommonNeighbours {
  /** [n] clips that both have, in id order. */
  clipIds: Int32Array;
  /** [n] 0..1 */
  shares: Float32Array;
  /** Neighbours compared per clip: fewer than asked for where there are fewer clips. */
  neighbours: number;
}

/** What a map asks for by default: where one was drawn, its neighbours are at hand. */
const mapNeighbours = 14;

interface Options {
  signal?: AbortSignal;
  /** Share done, 0..1. */
  onProgress?: (share: number) => void;
}

/**
 * Neighbours are sought among the clips that both matrices have, so that a half-embedded set is not told off for what it lacks.
 * @throws EngineError BAD_INPUT with fewer than three such clips
 */
export async function commonNeighbours(
  one: LoadedMatrix,
  other: LoadedMatrix,
  k: number,
  { signal, onProgress }: Options = {},
): Promise<CommonNeighbours> {
  const clipIds = one.present.clipIds.filter((clipId) => other.present.rowOf.has(clipId)).sort();
  const n = clipIds.length;
  if (n < 3)
    throw new EngineError('BAD_INPUT', `only ${n} clips are embedded with both models`, {
      hint: 'Embed the collection with both, then compare them.',
    });
  // Of more than half of the others, models that agree on nothing would still share most.
  const neighbours = Math.min(k, Math.floor((n - 1) / 2));
  const nearestOf = async (matrix: LoadedMatrix, from: number): Promise<Int32Array> =>
    nearest(matrix, clipIds, neighbours, { ...(signal && { signal }), onProgress: (s) => onProgress?.(from + s / 2) });
  const [here, there] = [await nearestOf(one, 0), await nearestOf(other, 0.5)];
  const shares = new Float32Array(n);
  const mark = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    for (let j = i * neighbours; j < (i + 1) * neighbours; j++) if (here[j]! >= 0) mark[here[j]!] = i;
    let same = 0;
    for (let j = i * neighbours; j < (i + 1) * neighbours; j++) if (there[j]! >= 0 && mark[there[j]!] === i) same++;
    shares[i] = same / neighbours;
  }
  return { clipIds, shares, neighbours };
}

/** [clips, k] positions within `clipIds`, nearest first; -1 where there are fewer. */
async function nearest(matrix: LoadedMatrix, clipIds: Int32Array, k: number, options: Options): Promise<Int32Array> {
  const { present } = matrix;
  const rows = clipIds.map((clipId) => present.rowOf.get(clipId)!);
  const n = clipIds.length;
  const out = new Int32Array(n * k).fill(-1);
  if (present.rows === n) {
    const placeOf = new Int32Array(n);
    rows.forEach((row, i) => (placeOf[row] = i));
    const graph = await matrix.neighbours(
      Math.min(Math.max(k, mapNeighbours), n - 1),
      options.signal,
      options.onProgress,
    );
    for (let i = 0; i < n; i++)
      for (let j = 0; j < k; j++) {
        const row = graph.indices[rows[i]! * graph.k + j]!;
        if (row >= 0) out[i * k + j] = placeOf[row]!;
      }
  } else {
    const { data, dim } = await matrix.reduced(options.signal);
    out.set((await neighbourGraph(gatherRows({ data, dim }, rows), n, dim, k, options)).indices);
  }
  await breathe(options.signal);
  return out;
}
