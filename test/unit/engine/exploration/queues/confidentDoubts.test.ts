import { describe, expect, it } from 'vitest';
import { confidentDoubts } from '../../../../../src/engine/exploration/queues/confidentDoubts.ts';

const p = (...rows: number[][]): Float32Array => Float32Array.from(rows.flat());

describe('confidentDoubts', () => {
  it('doubts a label only where another class is as sure as it usually is of its own clips', () => {
    const probabilities = p([0.9, 0.1], [0.8, 0.2], [0.15, 0.85], [0.2, 0.8], [0.05, 0.95], [0.4, 0.6]);
    const targets = p([1, 0], [1, 0], [0, 1], [0, 1], [1, 0], [1, 0]);
    const found = confidentDoubts(probabilities, targets, 2, false);
    // Class 1 gives its own clips .825 on average: .95 is beyond that, .6 is not.
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ row: 4, kind: 'other', given: 0, suggested: { classIndex: 1 } });
    expect(found[0]!.score).toBeCloseTo(0.9, 5);
    expect(found[0]!.usual).toBeCloseTo(0.825, 5);
  });

  it('tells missing from superfluous labels where clips may have several, and leaves unknown ones alone', () => {
    const probabilities = p([0.9, 0.1], [0.8, 0.9], [0.05, 0.8], [0.95, 0.2], [0.99, 0.5], [0.1, 0.1], [0.1, 0.1]);
    const targets = p([1, 0], [1, 1], [1, 1], [0, 0], [Number.NaN, 0], [0, 0], [0, 0]);
    const found = confidentDoubts(probabilities, targets, 2, true);
    expect(found.map(({ row, kind, given }) => [row, kind, given])).toEqual(
      expect.arrayContaining([
        [2, 'absent', 0],
        [3, 'missing', 0],
      ]),
    );
    expect(found).toHaveLength(2);
  });

  it('finds nothing in labels that fit', () => {
    expect(confidentDoubts(p([0.9, 0.1], [0.1, 0.9]), p([1, 0], [0, 1]), 2, false)).toEqual([]);
  });
});
