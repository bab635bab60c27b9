import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitsOf,
  histogram,
  reasonFor,
  suspectsBelow,
} from '../../../../../src/renderer/src/features/correspondence/suspects.ts';

const fits = fitsOf([1, 2, 3, 4], [0.5, -0.1, null, 0.2], [80, 3, null, 3]);

describe('suspects', () => {
  it('are only clips that have a score', () => expect(fits.map((fit) => fit.clipId)).toEqual([1, 2, 4]));
  it('come worst first, of equal percentiles the lower score', () =>
    expect(suspectsBelow(fits, 20).map((fit) => fit.clipId)).toEqual([2, 4]));
  it('are never clips that could not be compared', () =>
    expect(suspectsBelow(fitsOf([1], [0.1], [null]), 100)).toEqual([]));
  it('say why', () => {
    expect(reasonFor(fits[1]!, ['silent', 'cut'])).toBe('fits worse than 97 % of shuffled pairs; the sound is silent');
    expect(reasonFor({ clipId: 1, score: 0, percentile: null }, [])).toContain('no other clip');
  });
  it('are counted once each in the histogram', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true })),
        fc.integer({ min: 1, max: 40 }),
        (percentiles, bins) => {
          const counts = histogram(
            percentiles.map((percentile, i) => ({ clipId: i + 1, score: 0, percentile })),
            bins,
          );
          expect(counts).toHaveLength(bins);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(percentiles.length);
        },
      ),
    );
    expect(histogram(fitsOf([1, 2], [0, 0], [0, 100]), 4)).toEqual([1, 0, 0, 1]);
  });
});
