// Retrieval between sound and picture as the reference evaluates it: for every query the place of its own partner among all candidates
// by cosine, R@1/5/10 as fractions and the median rank, counted from 1.
//
// Ties: the reference lists every place of the sorted row whose value equals the partner's, so tied places count several times and
// the denominator is the number of listed places, not of queries.
import { breathe } from '../../base/breathe.ts';
import { multiplyTransposed } from '../layout/multiplyTransposed.ts';

export interface RetrievalScores {
  r1: number;
  r5: number;
  r10: number;
  medianRank: number;
}
export interface Ranks {
  /** Every place counted, from 0, query by query; ties of a query follow each other. */
  listed: number[];
  /** [queries] the best place of each query's partner, from 0. */
  best: Int32Array;
}

/** Cosine similarity [rows, rows] of unit-length rows of a and b [rows, dim]. */
export async function similarityMatrix(
  a: Float32Array,
  b: Float32Array,
  rows: number,
  dim: number,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const out = new Float32Array(rows * rows);
  const strip = 64;
  for (let from = 0; from < rows; from += strip) {
    const to = Math.min(rows, from + strip);
    multiplyTransposed(a, [from, to], b, [0, rows], dim, out.subarray(from * rows, to * rows), rows);
    await breathe(signal);
  }
  return out;
}

/**
 * Queries are the rows of `similarity` [rows, rows], or its columns with `byColumn`; the partner of query i is
 * candidate i.
 */
export function partnerRanks(similarity: Float32Array, rows: number, byColumn = false): Ranks {
  const [queryStep, candidateStep] = byColumn ? [1, rows] : [rows, 1];
  const listed: number[] = [];
  const best = new Int32Array(rows);
  for (let q = 0; q < rows; q++) {
    const partner = similarity[q * queryStep + q * candidateStep]!;
    let above = 0,
      equal = 0;
    for (let c = 0; c < rows; c++) {
      const value = similarity[q * queryStep + c * candidateStep]!;
      if (value > partner) above++;
      else if (value === partner) equal++;
    }
    best[q] = above;
    for (let t = 0; t < equal; t++) listed.push(above + t);
  }
  return { listed, best };
}

export function retrievalScores({ listed }: Ranks): RetrievalScores {
  const within = (limit: number): number => listed.filter((place) => place < limit).length / listed.length;
  const sorted = [...listed].sort((p, q) => p - q);
  const middle = (sorted.length - 1) / 2;
  return {
    r1: within(1),
    r5: within(5),
    r10: within(10),
    medianRank: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2 + 1,
  };
}
