// How well two ways of embedding the same clips agree: least cosine, and the share of nearest neighbours that are the
// same.
import type { Agreement } from '../../shared/contract/extraction.ts';
import type { ClipEmbedding } from '../inference/embed.ts';

const spaces = ['joint', 'audio', 'visual'] as const;
const mostNeighbours = 10;
/** A way that agrees has at least this cosine to float32 on every clip … */
export const leastCosineAllowed = 0.999;
/** … and at least this share of the same nearest neighbours. */
export const leastNeighboursAllowed = 0.95;

function cosine(x: Float32Array, y: Float32Array): number {
  let [xy, xx, yy] = [0, 0, 0];
  for (let d = 0; d < x.length; d++) {
    xy += x[d]! * y[d]!;
    xx += x[d]! ** 2;
    yy += y[d]! ** 2;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** Indices of the k rows nearest to row `of` by cosine. */
function nearest(rows: readonly Float32Array[], of: number, k: number): Set<number> {
  const others = rows.flatMap((row, index) => (index === of ? [] : [{ index, score: cosine(rows[of]!, row) }]));
  return new Set(
    others
      .toSorted((a, b) => b.score - a.score)
      .slice(0, k)
      .map(({ index }) => index),
  );
}

/** Half of the other clips at most: with all of them, any two ways would agree. */
const neighboursOf = (clips: number): number => Math.min(mostNeighbours, Math.floor((clips - 1) / 2));

/**
 * Compares embeddings of the same clips, in the same order. Clips without a modality (NaN) are left out of its space.
 * A value that is not finite where the other one is counts as a cosine of 0.
 */
export function agreementOf(
  yardstick: readonly ClipEmbedding[],
  other: readonly ClipEmbedding[],
): Omit<Agreement, 'timesFaster'> {
  let leastCosine = 1;
  let neighbours: number | null = null;
  let neighboursEach = 0;
  for (const space of spaces) {
    const present = yardstick.flatMap((clip, i) => (Number.isNaN(clip[space][0]!) ? [] : [i]));
    const [expected, actual] = [yardstick, other].map((clips) => present.map((i) => clips[i]![space])) as [
      Float32Array[],
      Float32Array[],
    ];
    for (const [i, row] of expected.entries()) {
      const value = cosine(row, actual[i]!);
      leastCosine = Math.min(leastCosine, Number.isFinite(value) ? value : 0);
    }
    const each = neighboursOf(present.length);
    if (each < 1) continue;
    let same = 0;
    for (let i = 0; i < present.length; i++) {
      const found = nearest(actual, i, each);
      for (const index of nearest(expected, i, each)) if (found.has(index)) same++;
    }
    neighbours = Math.min(neighbours ?? 1, same / (each * present.length));
    neighboursEach = Math.max(neighboursEach, each);
  }
  return { clips: yardstick.length, leastCosine, neighbours, neighboursEach };
}

export const agrees = ({ leastCosine, neighbours }: Pick<Agreement, 'leastCosine' | 'neighbours'>): boolean =>
  leastCosine >= leastCosineAllowed && (neighbours ?? 1) >= leastNeighboursAllowed;
