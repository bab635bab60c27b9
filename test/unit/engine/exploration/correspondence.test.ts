import { describe, expect, it } from 'vitest';
import { correspondence, strangersFor } from '../../../../src/engine/exploration/correspondence.ts';
import { presentRows, type PresentRows } from '../../../../src/engine/exploration/neighbours/presentRows.ts';
import { randomStream } from '../../../../src/engine/base/randomStream.ts';

const rows = 300,
  dim = 24,
  mismatched = 60;

/** Sound and picture share a noisy vector, except for the first clips, whose pictures are each other's. */
function streams(): { audio: PresentRows; visual: PresentRows } {
  const random = randomStream(3);
  const clipIds = Int32Array.from({ length: rows }, (_, i) => i + 1);
  const shared = Float32Array.from({ length: rows * dim }, () => random.normal());
  const noisy = () => shared.map((value) => value + random.normal());
  const audio = noisy(),
    visual = noisy();
  const crossed = visual.slice();
  for (let i = 0; i < mismatched; i++)
    crossed.set(visual.subarray(((i + 1) % mismatched) * dim, (((i + 1) % mismatched) + 1) * dim), i * dim);
  return { audio: presentRows(audio, dim, clipIds), visual: presentRows(crossed, dim, clipIds) };
}

/** Chance that a mismatched clip stands below a matched one. */
function areaUnderCurve(values: Float32Array): number {
  let wins = 0;
  for (let bad = 0; bad < mismatched; bad++)
    for (let good = mismatched; good < rows; good++)
      wins += values[bad]! < values[good]! ? 1 : values[bad] === values[good] ? 0.5 : 0;
  return wins / (mismatched * (rows - mismatched));
}

describe('correspondence', () => {
  it('ranks crossed pairs below true ones', async () => {
    const { audio, visual } = streams();
    const { clipIds, scores, percentiles } = await correspondence(audio, visual);
    expect(clipIds).toHaveLength(rows);
    expect(areaUnderCurve(scores)).toBeGreaterThan(0.95);
    expect(areaUnderCurve(percentiles)).toBeGreaterThan(0.95);
    const mean = percentiles.subarray(0, mismatched).reduce((p, q) => p + q) / mismatched;
    expect(mean).toBeGreaterThan(35);
    expect(mean).toBeLessThan(65);
  });

  it('gives the cosine, the same for the same seed, only for clips that have both', async () => {
    const clipIds = Int32Array.of(1, 2, 3);
    const audio = presentRows(Float32Array.of(1, 0, 3, 4, Number.NaN, Number.NaN), 2, clipIds);
    const visual = presentRows(Float32Array.of(0, 2, 3, 4, 1, 1), 2, clipIds);
    const found = await correspondence(audio, visual);
    expect(Array.from(found.clipIds)).toEqual([1, 2]);
    expect(found.scores[0]).toBeCloseTo(0, 6);
    expect(found.scores[1]).toBeCloseTo(1, 6);
    expect(Array.from(found.percentiles)).toEqual([0, 100]);
  });

  it('has no percentile where there is nobody to compare with', async () => {
    const one = presentRows(Float32Array.of(1, 1), 2, Int32Array.of(9));
    expect((await correspondence(one, one)).percentiles[0]).toBeNaN();
  });
});

describe('how many strangers a clip is held against', () => {
  it('is everyone while there is time, and never fewer than 128 of many', () => {
    expect(strangersFor(1, 192)).toBe(0);
    expect(strangersFor(1200, 192)).toBe(1199);
    expect(strangersFor(20_000, 192)).toBe(520);
    expect(strangersFor(100_000, 768)).toBe(128);
  });
});
