// More like these and less like those, in one space or a blend of sound and picture, from clips of the collection or
// vectors from outside.
import { EngineError } from '../../../shared/engineError.ts';
import type { LoadedMatrix } from './matrixCache.ts';
import { best, nearestRowsApproximate, nearestRowsExact, scoreRows } from './nearestRows.ts';
import { toUnitLength, type PresentRows } from './presentRows.ts';

/** How strongly a negative example pushes away (Rocchio's γ, with β = 1). */
const negativeShare = 0.5;

export interface SimilarPart {
  matrix: LoadedMatrix;
  weight: number;
  /** [dim] from outside the collection, taken as one more positive. */
  vector?: Float32Array | undefined;
}

export interface SimilarQuery {
  positives: readonly number[];
  negatives: readonly number[];
  k: number;
  /** Clips to answer from; all where left out. */
  among?: Int32Array | undefined;
  /** Keep the examples themselves among the answers. */
  keepExamples?: boolean | undefined;
  /** Compare with every clip, however many there are. */
  exact?: boolean | undefined;
}

export interface ScoredClips {
  clipIds: Int32Array;
  scores: Float32Array;
}

/**
 * Best first. A clip without one of the modalities is scored by the others. Throws BAD_INPUT where no example has a
 * vector.
 */
export async function similarClips(parts: readonly SimilarPart[], query: SimilarQuery): Promise<ScoredClips> {
  const asked = parts.filter(({ weight }) => weight > 0).map((part) => ({ ...part, query: queryVector(part, query) }));
  const usable = asked.flatMap((part) => (part.query ? [{ ...part, query: part.query }] : []));
  if (usable.length === 0)
    throw new EngineError('BAD_INPUT', 'none of the examples has an embedding in this space', {
      field: 'positives',
      hint: 'Choose another space, or embed these clips first.',
    });
  const excluded = new Set(query.keepExamples ? [] : [...query.positives, ...query.negatives]);
  const single = usable.length === 1 ? usable[0]! : null;
  if (single && !query.among) {
    const { present } = single.matrix;
    const wanted = query.k + excluded.size;
    const hits =
      !query.exact && single.matrix.cellsAtHand()
        ? await nearestRowsApproximate(single.matrix, single.query, wanted)
        : nearestRowsExact(present, single.query, wanted);
    return scored(
      hits
        .map(({ row, score }) => [present.clipIds[row]!, score] as const)
        .filter(([clipId]) => !excluded.has(clipId))
        .slice(0, query.k),
    );
  }
  const scores = usable.map(({ matrix, query: vector }) => scoreRows(matrix.present, vector));
  const blended = (clipId: number): number => {
    let sum = 0,
      weights = 0;
    usable.forEach(({ matrix, weight }, p) => {
      const row = matrix.present.rowOf.get(clipId);
      if (row === undefined) return;
      sum += weight * scores[p]![row]!;
      weights += weight;
    });
    return weights > 0 ? sum / weights : Number.NaN;
  };
  const candidates = query.among ?? everyClip(usable.map(({ matrix }) => matrix.present));
  return scored(
    best(
      [...candidates].filter((clipId) => !excluded.has(clipId)),
      blended,
      query.k,
    ).map(({ row, score }) => [row, score] as const),
  );
}

/** Mean of the positives less a share of the mean of the negatives, unit length; null where no positive is present. */
function queryVector(
  { matrix: { present }, vector }: SimilarPart,
  { positives, negatives }: SimilarQuery,
): Float32Array | null {
  const sum = new Float32Array(present.dim);
  const outside = vector && !Number.isNaN(vector[0]!) ? Float32Array.from(vector) : null;
  if (outside) toUnitLength(outside, 0, present.dim);
  const rows = positives.flatMap((clipId) => present.rowOf.get(clipId) ?? []);
  const count = rows.length + (outside ? 1 : 0);
  if (count === 0) return null;
  for (const row of rows) addRow(sum, present, row, 1 / count);
  if (outside) for (let d = 0; d < present.dim; d++) sum[d]! += outside[d]! / count;
  const against = negatives.flatMap((clipId) => present.rowOf.get(clipId) ?? []);
  for (const row of against) addRow(sum, present, row, -negativeShare / against.length);
  toUnitLength(sum, 0, present.dim);
  return sum;
}

function addRow(sum: Float32Array, { data, dim }: PresentRows, row: number, share: number): void {
  for (let d = 0; d < dim; d++) sum[d]! += share * data[row * dim + d]!;
}

function everyClip(matrices: readonly PresentRows[]): Int32Array {
  const ids = new Set<number>();
  for (const { clipIds } of matrices) for (const clipId of clipIds) ids.add(clipId);
  return Int32Array.from(ids).sort();
}

function scored(pairs: readonly (readonly [number, number])[]): ScoredClips {
  return {
    clipIds: Int32Array.from(pairs, ([clipId]) => clipId),
    scores: Float32Array.from(pairs, ([, score]) => score),
  };
}
