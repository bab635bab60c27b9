import { describe, expect, it } from 'vitest';
import {
  alignedScores,
  alignedSimilarity,
} from '../../../../../src/engine/exploration/neighbours/alignedSimilarity.ts';

const of = (...values: number[]) => Float32Array.from(values);

describe('aligned frames', () => {
  it('compares frames at the same time, or all with all', () => {
    // Two clips of two frames: the first clip's frames are (x, y), the second's (y, x).
    const [a, v] = [of(1, 0, 0, 1, 0, 1, 1, 0), of(1, 0, 0, 1, 0, 1, 1, 0)];
    const shape = { clips: 2, frames: 2, dim: 2 };
    expect([...alignedSimilarity(a, v, shape, 'diagonal_mean')]).toEqual([1, 0, 0, 1]);
    expect([...alignedSimilarity(a, v, shape, 'mean')]).toEqual([0.5, 0.5, 0.5, 0.5]);
    expect([...alignedSimilarity(a, v, shape, 'diagonal_max')]).toEqual([1, 0, 0, 1]);
    expect([...alignedSimilarity(a, v, shape, 'max')]).toEqual([1, 1, 1, 1]);
  });

  it('scores clips, and takes the last frame again where a clip has fewer', () => {
    const scores = alignedScores(
      [
        { frames: 2, audio: of(1, 0, 1, 0), visual: of(1, 0, 1, 0) },
        { frames: 1, audio: of(0, 1), visual: of(0, 1) },
      ],
      'diagonal_mean',
    );
    expect(scores).toMatchObject({ clips: 2, a2v: { r1: 1, medianRank: 1 }, v2a: { r1: 1 }, worst: [] });
    expect(() => alignedScores([], 'mean')).toThrow(/no clip has both/);
  });
});
