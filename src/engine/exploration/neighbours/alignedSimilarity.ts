// How alike two clips are by their frames (CAV-MAE Sync): the cosines of each frame's sound with each frame's picture,
// summed up. The published numbers are of `diagonal_mean`.
import type { AlignedStrategy } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { partnerRanks, retrievalScores, type RetrievalScores } from './retrievalRanks.ts';

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

export interface AlignedRetrieval {
  clips: number;
  a2v: RetrievalScores;
  v2a: RetrievalScores;
  /** Queries whose own partner was not the first; `row` is the clip's place among those compared. */
  worst: { row: number; direction: 'a2v' | 'v2a'; rank: number }[];
}

const worstShown = 20;

/**
 * Retrieval scores of clips from the vectors of their frames. Clips of fewer frames than the others repeat their last
 * one.
 * @throws EngineError BAD_INPUT without any clip
 */
export function alignedScores(
  vectors: readonly { frames: number; audio: Float32Array; visual: Float32Array }[],
  strategy: AlignedStrategy,
): AlignedRetrieval {
  const clips = vectors.length;
  if (clips === 0)
    throw new EngineError('BAD_INPUT', 'no clip has both sound and picture', { hint: 'Embed clips that have both.' });
  const frames = Math.max(...vectors.map((one) => one.frames));
  const dim = vectors[0]!.audio.length / vectors[0]!.frames;
  const joined = (of: 'audio' | 'visual') => {
    const all = new Float32Array(clips * frames * dim);
    vectors.forEach((one, clip) => {
      for (let k = 0; k < frames; k++) {
        const from = Math.min(k, one.frames - 1) * dim;
        all.set(one[of].subarray(from, from + dim), (clip * frames + k) * dim);
      }
    });
    return all;
  };
  const similarity = alignedSimilarity(joined('audio'), joined('visual'), { clips, frames, dim }, strategy);
  const [a2v, v2a] = [partnerRanks(similarity, clips), partnerRanks(similarity, clips, true)];
  const misses = (direction: 'a2v' | 'v2a', best: Int32Array) =>
    Array.from(best, (rank, row) => ({ row, direction, rank: rank + 1 }));
  return {
    clips,
    a2v: retrievalScores(a2v),
    v2a: retrievalScores(v2a),
    worst: [...misses('a2v', a2v.best), ...misses('v2a', v2a.best)]
      .filter(({ rank }) => rank > 1)
      .sort((p, q) => q.rank - p.rank || p.row - q.row)
      .slice(0, worstShown),
  };
}
