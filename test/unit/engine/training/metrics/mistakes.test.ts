import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../../src/engine/training/metrics/evaluate.ts';
import { mistakes } from '../../../../../src/engine/training/metrics/mistakes.ts';
import { prCurve } from '../../../../../src/engine/training/metrics/prCurve.ts';
import { averagePrecision } from '../../../../../src/engine/training/metrics/ranking.ts';

describe('mistakes', () => {
  it('puts first where the classifier was surest of the wrong class', () => {
    const found = mistakes(
      Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.4, 0.6, 0.7, 0.3),
      Float32Array.of(1, 0, 1, 0, 1, 0, 0, 1),
      [7, 8],
      [1, 2, 3, 4],
      { multiLabel: false, thresholds: [0.5, 0.5] },
    );
    expect(found.map(({ clipId, truth, predicted }) => [clipId, truth, predicted])).toEqual([
      [2, 7, 8],
      [4, 8, 7],
      [3, 7, 8],
    ]);
    expect(found[0]!.probability).toBeCloseTo(0.8, 5);
  });

  it('judges several labels a clip by their thresholds', () => {
    const found = mistakes(Float32Array.of(0.3, 0.9), Float32Array.of(1, 0), [7, 8], [1], {
      multiLabel: true,
      thresholds: [0.5, 0.5],
    });
    expect(found.map(({ truth, predicted }) => [truth, predicted])).toEqual([
      [null, 8],
      [7, null],
    ]);
  });
});

describe('prCurve', () => {
  it('has the area that the average precision says', () => {
    const scores = [0.9, 0.8, 0.8, 0.5, 0.3, 0.1];
    const positive = [true, false, true, true, false, false];
    const curve = prCurve(scores, positive);
    expect(curve[0]).toEqual([1 / 3, 1, 0.9]);
    let area = 0;
    curve.forEach(([recall, precision], i) => {
      area += (recall - (curve[i - 1]?.[0] ?? 0)) * precision;
    });
    expect(area).toBeCloseTo(averagePrecision(scores, positive.map(Number))!, 10);
  });

  it('is thinned without losing its ends', () => {
    const scores = Array.from({ length: 1000 }, (_, i) => 1 - i / 1000);
    const curve = prCurve(
      scores,
      scores.map((_, i) => i % 3 === 0),
    );
    expect(curve.length).toBeLessThanOrEqual(60);
    expect([curve[0]![2], curve.at(-1)![0]]).toEqual([1, 1]);
  });

  it('comes with the clips behind each bin of reliability', () => {
    const { reliability, classes } = evaluate({
      probabilities: Float32Array.of(0.95, 0.05, 0.92, 0.08, 0.3, 0.7),
      targets: Float32Array.of(1, 0, 0, 1, 0, 1),
      clipIds: [5, 6, 7],
      classes: [
        { classId: 1, name: 'a' },
        { classId: 2, name: 'b' },
      ],
      thresholds: [0.5, 0.5],
      multiLabel: false,
    });
    expect(reliability.map(({ count, clipIds }) => [count, clipIds])).toEqual([
      [1, [7]],
      [2, [5, 6]],
    ]);
    expect(classes[0]!.curve!.length).toBeGreaterThan(0);
  });
});
