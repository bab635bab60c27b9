// Which clips a person checks before many labels are accepted: a simple random sample that keeps its answers while the
// cut moves.

/** A number in [0, 2^32) that is always the same for a clip and a seed (mixing of MurmurHash3). */
function drawNumber(clipId: number, seed: number): number {
  let h = Math.imul(clipId ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The `size` clips with the smallest numbers: every subset of the candidates is equally likely, and what stays a
 * candidate keeps its turn.
 */
export function auditSample(clipIds: readonly number[], size: number, seed: number): number[] {
  return [...clipIds].sort((a, b) => drawNumber(a, seed) - drawNumber(b, seed) || a - b).slice(0, size);
}
