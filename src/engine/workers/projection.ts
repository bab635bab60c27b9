// The projection worker: maps, clusters, search, retrieval and label queues over the vector store's matrices, which stay loaded.
import { EngineError } from '../../shared/engineError.ts';
import { commonNeighbours } from '../exploration/neighbours/commonNeighbours.ts';
import { correspondence } from '../exploration/correspondence.ts';
import { hdbscan } from '../exploration/clusters/hdbscan.ts';
import { MatrixCache, type LoadedMatrix } from '../exploration/neighbours/matrixCache.ts';
import { nearestPlaces } from '../exploration/neighbours/nearestPlaces.ts';
import { pairedRows, gatherRows } from '../exploration/neighbours/pairedRows.ts';
import type { MatrixFile } from '../exploration/neighbours/presentRows.ts';
import { clusterSummaries } from '../exploration/clusters/representatives.ts';
import { partnerRanks, retrievalScores, similarityMatrix } from '../exploration/neighbours/retrievalRanks.ts';
import { sampleWithout } from '../exploration/sampleWithout.ts';
import { randomStream } from '../base/randomStream.ts';
import { similarClips, type SimilarQuery } from '../exploration/neighbours/similarClips.ts';
import { turnedTowards } from '../exploration/layout/turnedTowards.ts';
import { umap, type UmapProgress } from '../exploration/layout/umap.ts';
import type { CallContext } from './channel.ts';
import { exportHandlers } from './exportHandlers.ts';
import { projectionQueues } from './projectionQueues.ts';
import { serveProcess } from './serveProcess.ts';

/** Places on a map: `xy` is [clipIds.length, 2]. */
export interface MapPlaces {
  clipIds: Int32Array;
  xy: Float32Array;
}

export interface UmapInput {
  matrix: MatrixFile;
  neighbors: number;
  minDist: number;
  seed: number;
  epochs?: number | undefined;
  /** Classes (any whole numbers ≥ 0) of some clips: a supervised map. */
  labels?: { clipIds: Int32Array; classes: Int32Array } | undefined;
  /** Another map to start from and to be turned towards. */
  alignTo?: MapPlaces | undefined;
}

export type UmapEvent = Omit<UmapProgress, 'xy'> & MapPlaces;

const matrices = new MatrixCache();

async function mapOf(
  loaded: LoadedMatrix,
  { neighbors, minDist, seed, epochs, labels, alignTo }: Omit<UmapInput, 'matrix'>,
  onPicture: (progress: UmapProgress) => void,
  signal: AbortSignal,
): Promise<MapPlaces> {
  const { present } = loaded;
  if (present.rows === 0)
    throw new EngineError('BAD_INPUT', 'no clip has an embedding in this space', {
      hint: 'Embed the collection first, or choose another space.',
    });
  const { data: reduced, dim } = await loaded.reduced(signal);
  // umap-js counts the point itself, and needs fewer neighbours than points.
  const k = Math.max(1, Math.min(neighbors - 1, present.rows - 2));
  const initial = alignTo && placesByRow(loaded, alignTo);
  const aligned = (xy: Float32Array): Float32Array => (initial ? turnedTowards(xy, initial) : xy);
  const xy = await umap(
    { reduced, rows: present.rows, dim, neighbours: () => loaded.neighbours(k, signal) },
    {
      minDist,
      seed,
      ...(epochs && { epochs }),
      ...(labels && { labels: labelsByRow(loaded, labels) }),
      ...(initial && { initial }),
    },
    (progress) => onPicture({ ...progress, xy: aligned(progress.xy) }),
    signal,
  );
  return { clipIds: present.clipIds, xy: aligned(xy) };
}

function labelsByRow(
  { present }: LoadedMatrix,
  { clipIds, classes }: { clipIds: Int32Array; classes: Int32Array },
): Int32Array {
  const byRow = new Int32Array(present.rows).fill(-1);
  clipIds.forEach((clipId, i) => {
    const row = present.rowOf.get(clipId);
    if (row !== undefined) byRow[row] = classes[i]!;
  });
  return byRow;
}

/** [rows, 2], NaN where the map lacks the clip. */
function placesByRow({ present }: LoadedMatrix, { clipIds, xy }: MapPlaces): Float32Array {
  const byRow = new Float32Array(present.rows * 2).fill(Number.NaN);
  clipIds.forEach((clipId, i) => {
    const row = present.rowOf.get(clipId);
    if (row !== undefined) byRow.set(xy.subarray(2 * i, 2 * i + 2), 2 * row);
  });
  return byRow;
}

/** More would take minutes: the answer says how many clips were compared. */
const retrievalLimit = 4000;
const worstShown = 20;

const handlers = {
  /** Positions of all present clips; an event per picture while it settles. */
  umap: async ({ matrix, ...options }: UmapInput, { signal, emit }: CallContext<UmapEvent>): Promise<MapPlaces> => {
    const loaded = await matrices.get(matrix);
    const { clipIds } = loaded.present;
    return mapOf(loaded, options, (progress) => emit({ ...progress, clipIds }), signal);
  },

  /** Places on an existing map of those of `clipIds` that have a vector, by their neighbours there. */
  place: async (
    { matrix, map, clipIds }: { matrix: MatrixFile; map: MapPlaces; clipIds: Int32Array },
    { signal }: CallContext,
  ): Promise<MapPlaces> => {
    const loaded = await matrices.get(matrix);
    return nearestPlaces(loaded, placesByRow(loaded, map), clipIds, signal);
  },

  /** Clusters of a map's places, or of a map made for it where none is given. */
  cluster: async (
    { matrix, map, minSize }: { matrix: MatrixFile; map: MapPlaces | null; minSize: number },
    { signal }: CallContext,
  ) => {
    const loaded = await matrices.get(matrix);
    const places = map ?? (await mapOf(loaded, { neighbors: 15, minDist: 0, seed: 1 }, () => {}, signal));
    const found = await hdbscan(places.xy, places.clipIds.length, 2, minSize, signal);
    const labels = new Int32Array(loaded.present.rows).fill(-1);
    places.clipIds.forEach((clipId, i) => {
      const row = loaded.present.rowOf.get(clipId);
      if (row !== undefined) labels[row] = found[i]!;
    });
    return { clipIds: loaded.present.clipIds, labels, clusters: clusterSummaries(loaded.present, labels) };
  },

  /** cos(sound, picture) and its percentile against shuffled pairs. */
  correspondence: async (
    { audio, visual, seed }: { audio: MatrixFile; visual: MatrixFile; seed: number },
    { signal, emit }: CallContext<{ done: number; total: number }>,
  ) =>
    correspondence(
      (await matrices.get(audio)).present,
      (await matrices.get(visual)).present,
      seed,
      signal,
      (done, total) => emit({ done, total }),
    ),

  /** Share of common nearest neighbours of two models, clip by clip. */
  commonNeighbours: async (
    { one, other, k }: { one: MatrixFile; other: MatrixFile; k: number },
    { signal, emit }: CallContext<{ share: number }>,
  ) =>
    commonNeighbours(await matrices.get(one), await matrices.get(other), k, {
      signal,
      onProgress: (share) => emit({ share }),
    }),

  /** R@1/5/10 and median rank in both directions, with the worst misses. `among`: only these clips, which come in id order. */
  retrievalEvaluation: async (
    { audio, visual, seed, among }: { audio: MatrixFile; visual: MatrixFile; seed: number; among?: Int32Array },
    { signal }: CallContext,
  ) => {
    const [sounds, pictures] = [(await matrices.get(audio)).present, (await matrices.get(visual)).present];
    const pairs = pairedRows(sounds, pictures, among);
    const taken = sampleWithout(randomStream(seed), pairs.clipIds.length, retrievalLimit);
    if (taken.length === 0)
      throw new EngineError('BAD_INPUT', 'no clip has both sound and picture embedded', {
        hint: 'Embed clips that have both.',
      });
    const a = gatherRows(
        sounds,
        taken.map((i) => pairs.audioRows[i]!),
      ),
      v = gatherRows(
        pictures,
        taken.map((i) => pairs.visualRows[i]!),
      );
    const similarity = await similarityMatrix(a, v, taken.length, sounds.dim, signal);
    const a2v = partnerRanks(similarity, taken.length),
      v2a = partnerRanks(similarity, taken.length, true);
    const misses = (direction: 'a2v' | 'v2a', best: Int32Array) =>
      Array.from(best, (rank, i) => ({ clipId: pairs.clipIds[taken[i]!]!, direction, rank: rank + 1 }));
    const worst = [...misses('a2v', a2v.best), ...misses('v2a', v2a.best)]
      .filter(({ rank }) => rank > 1)
      .sort((p, q) => q.rank - p.rank || p.clipId - q.clipId)
      .slice(0, worstShown);
    return {
      clips: taken.length,
      of: pairs.clipIds.length,
      a2v: retrievalScores(a2v),
      v2a: retrievalScores(v2a),
      worst,
    };
  },

  /** Clips like the positives and unlike the negatives. Several parts are blended by weight. */
  similar: async ({
    parts,
    ...query
  }: SimilarQuery & { parts: { matrix: MatrixFile; weight: number; vector?: Float32Array | undefined }[] }) =>
    similarClips(
      await Promise.all(parts.map(async ({ matrix, ...part }) => ({ ...part, matrix: await matrices.get(matrix) }))),
      query,
    ),

  /** The other modality's clips nearest to a vector, or to the vector that a clip has in `from`. */
  retrieve: async ({
    from,
    to,
    k,
    exact,
  }: {
    from: { matrix: MatrixFile; clipId: number } | { vector: Float32Array };
    to: MatrixFile;
    k: number;
    exact?: boolean | undefined;
  }) => {
    const vector = 'vector' in from ? from.vector : await vectorOf(from);
    return similarClips([{ matrix: await matrices.get(to), weight: 1, vector }], {
      positives: [],
      negatives: [],
      k,
      exact,
    });
  },

  ...projectionQueues(matrices),
  ...exportHandlers,
};

async function vectorOf({ matrix, clipId }: { matrix: MatrixFile; clipId: number }): Promise<Float32Array> {
  const { present } = await matrices.get(matrix);
  const row = present.rowOf.get(clipId);
  if (row === undefined)
    throw new EngineError('BAD_INPUT', 'this clip has no embedding of the modality asked from', {
      field: 'clipId',
      hint: 'A clip without sound cannot be searched from by sound.',
    });
  return present.data.slice(row * present.dim, (row + 1) * present.dim);
}

export type ProjectionHandlers = typeof handlers;

serveProcess(handlers);
