import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreStrata, stratumOf } from '../../../../src/engine/estimation/scoreStrata.ts';

describe('scoreStrata', () => {
  it('makes narrow strata where the scores are doubtful and one of the many sure ones', () => {
    const scores = Float64Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0.001 : (i - 900) / 100));
    const ranges = scoreStrata(scores, 5);
    const sizes = ranges.map((_, h) => scores.filter((score) => stratumOf(score, ranges) === h).length);
    expect(ranges).toHaveLength(5);
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(900);
    expect(ranges[0]!.high).toBeLessThan(0.02);
  });

  it('covers all scores with ascending ranges, none empty, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 30 }),
        (list, most, fewest) => {
          const scores = Float64Array.from(list);
          const ranges = scoreStrata(scores, most, fewest);
          const counts = ranges.map(() => 0);
          for (const score of scores) counts[stratumOf(score, ranges)]!++;
          expect(ranges.length).toBeLessThanOrEqual(most);
          expect(ranges.at(-1)!.high).toBe(1);
          expect(ranges.every(({ low, high }) => low <= high)).toBe(true);
          expect(counts.every((count) => count > 0)).toBe(true);
          if (ranges.length > 1) expect(Math.min(...counts)).toBeGreaterThanOrEqual(fewest);
        },
      ),
    );
  });

  it('makes one stratum of equal scores and none of no scores', () => {
    expect(scoreStrata(new Float64Array(50).fill(0.3), 5)).toEqual([{ low: 0, high: 1 }]);
    expect(scoreStrata(new Float64Array(0), 5)).toEqual([]);
  });
});
