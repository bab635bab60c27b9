// Audio-visual retrieval as the reference scores it (MODEL.md §6): cosine similarities, the rank of each query's true
// partner.

export interface RetrievalScore {
  r1: number;
  r5: number;
  r10: number;
  medianRank: number;
}

/** Cosine similarities [N, N] of two sets of vectors [N, dim]. */
export function cosineMatrix(a: Float32Array, b: Float32Array, dim: number): Float32Array {
  const unit = (x: Float32Array) => {
    const out = new Float32Array(x.length);
    for (let from = 0; from < x.length; from += dim) {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += x[from + i]! ** 2;
      const norm = Math.max(Math.sqrt(sum), 1e-12);
      for (let i = 0; i < dim; i++) out[from + i] = x[from + i]! / norm;
    }
    return out;
  };
  const [p, q] = [unit(a), unit(b)];
  const [rows, columns] = [p.length / dim, q.length / dim];
  const out = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += p[r * dim + i]! * q[c * dim + i]!;
      out[r * columns + c] = sum;
    }
  }
  return out;
}

/**
 * Recall at 1, 5, 10 as fractions and the 1-based median rank, rows as queries of a similarity matrix [N, N] whose
 * diagonal holds the true pairs. Ties as in the reference: every sorted place whose value equals the true similarity
 * counts, in the denominator too.
 */
export function retrievalScore(
  similarity: Float32Array,
  count: number,
  transposed = false,
): RetrievalScore & { ranks: number[] } {
  const ranks: number[] = [];
  for (let q = 0; q < count; q++) {
    const truth = similarity[q * count + q]!;
    let above = 0;
    let equal = 0;
    for (let k = 0; k < count; k++) {
      const value = similarity[transposed ? k * count + q : q * count + k]!;
      if (value > truth) above++;
      else if (value === truth) equal++;
    }
    for (let k = 0; k < equal; k++) ranks.push(above + k);
  }
  const within = (k: number) => ranks.filter((rank) => rank < k).length / ranks.length;
  const sorted = ranks.toSorted((x, y) => x - y);
  const middle = (sorted.length - 1) / 2;
  return {
    r1: within(1),
    r5: within(5),
    r10: within(10),
    medianRank: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2 + 1,
    ranks,
  };
}
