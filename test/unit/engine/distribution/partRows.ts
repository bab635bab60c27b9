// Clips, recipe and rows for tests of distributed extraction.
import type { PartRow } from '../../../../src/engine/distribution/partFile.ts';
import type { Recipe } from '../../../../src/engine/distribution/recipe.ts';
import type { ShardClip } from '../../../../src/engine/distribution/shard.ts';

export const testRecipe: Recipe = {
  model: { hash: 'a'.repeat(64), name: 'tiny', file: 'random:tiny:1', config: null },
  preprocessing: 1,
  precision: 'float32',
  frames: 10,
  extraction: 'auto',
  device: 'cpu',
};

export const clipOf = (at: number): ShardClip => ({
  path: `/media/${String(at).padStart(5, '0')}.mp4`,
  contentHash: at.toString(16).padStart(64, '0'),
  kind: 'video',
  startS: 0,
  endS: 10,
  badges: at % 3 === 0 ? ['silent'] : [],
  media: {
    sizeBytes: 1e3 + at,
    modifiedMs: 15e11,
    durationS: 10,
    width: 320,
    height: 240,
    frameRateHz: 25,
    sampleRateHz: 16e3,
    channels: 1,
    container: 'mp4',
    videoCodec: 'h264',
    audioCodec: null,
    audioTracks: 1,
    audioTrack: 1,
  },
});

/** Awkward numbers included: they must come back to the bit. */
export const rowOf = (at: number, dim = 8): PartRow => {
  const vector = (space: number) =>
    Float32Array.from(
      { length: dim },
      (_, d) => [Math.fround(Math.sin(at * 31 + d * 7 + space)), -0, 1e-42, 3.4e38][d % 4]!,
    );
  return { ...clipOf(at), outcome: { joint: vector(0), audio: at % 3 === 0 ? null : vector(1), visual: vector(2) } };
};
