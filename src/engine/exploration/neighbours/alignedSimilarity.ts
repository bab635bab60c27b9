// How alike two clips are by their frames (CAV-MAE Sync): the cosines of each frame's sound with each frame's picture, summed up.

/** `diagonal_…`: frames at the same time only, which is what the published numbers use (`diagonal_mean`). */
export const alignedStrategies = ['diagonal_mean', 'diagonal_max', 'mean', 'max'] as const;
export type AlignedStrategy = (typeof alignedStrategies)[number];

/** Sums up K x K cosines of which `cosine(i, j)` is one. */
function summedUp(frames: number, strategy: AlignedStrategy, cosine: (i: number, j: number) => number): number {
  let [sum, max] = [0, -Infinity];
  for (let i = 0; i < frames; i++) {
    const diagonal = strategy.startsWith('diagonal');
    for (let j = diagonal ? i : 0; j < (diagonal ? i + 1 : frames); j++) {
      const value = cosine(i, j);
      sum += value;
      if (value > max) max = value;
    }
  }
  if (strategy === 'max' || strategy === 'diagonal_max') return max;
  return sum / (strategy === 'mean' ? frames * frames : frames);
}

/**
 * @param a unit vectors of the sound around each frame [clips, K, D]; `v` of the frames themselves
 * @returns similarities [clips, clips], rows = sounds
 */
export function alignedSimilarity(
  a: Float32Array,
  v: Float32Array,
  { clips, frames, dim }: { clips: number; frames: number; dim: number },
  strategy: AlignedStrategy,
): Float32Array {
  const out = new Float32Array(clips * clips);
  for (let row = 0; row < clips; row++)
    for (let column = 0; column < clips; column++)
      out[row * clips + column] = summedUp(frames, strategy, (i, j) => {
        const [x, y] = [(row * frames + i) * dim, (column * frames + j) * dim];
        let cosine = 0;
        for (let d = 0; d < dim; d++) cosine += a[x + d]! * v[y + d]!;
        return cosine;
      });
  return out;
}
