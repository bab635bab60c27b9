import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitTemperature,
  negativeLogLikelihood,
  probabilities,
  reliability,
} from '../../../../../src/engine/training/metrics/calibration.ts';
import { confusion } from '../../../../../src/engine/training/metrics/confusion.ts';
import { evaluate } from '../../../../../src/engine/training/metrics/evaluate.ts';
import {
  averagePrecision,
  dPrime,
  normalQuantile,
  rocAuc,
} from '../../../../../src/engine/training/metrics/ranking.ts';
import { bestThreshold, precisionRecall } from '../../../../../src/engine/training/metrics/thresholds.ts';
import { Random } from '../../../../../src/engine/training/random.ts';

describe('ranking', () => {
  it('gives null where there is nothing to rank', () => {
    expect(averagePrecision([1, 2], [0, 0])).toBeNull();
    expect(rocAuc([1, 2], [1, 1])).toBeNull();
    expect(averagePrecision([3, 2, 1], [1, 0, 1])).toBeCloseTo((1 + 2 / 3) / 2, 12);
  });

  it('AUC equals the count of won pairs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 2, maxLength: 30 }),
        (pairs) => {
          const [pos, neg] = [pairs.filter((p) => p[1]), pairs.filter((p) => !p[1])];
          const won = pos.reduce((sum, [x]) => sum + neg.reduce((n, [y]) => n + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0);
          const auc = rocAuc(
            pairs.map((p) => p[0]),
            pairs.map((p) => (p[1] ? 1 : 0)),
          );
          if (!pos.length || !neg.length) expect(auc).toBeNull();
          else expect(auc).toBeCloseTo(won / (pos.length * neg.length), 10);
        },
      ),
    );
  });

  it('has the normal quantiles of the tables', () => {
    for (const [p, x] of [
      [0.975, 1.959963984540054],
      [0.5, 0],
      [0.001, -3.090232306167813],
      [0.84, 0.994457883209753],
    ] as const)
      expect(normalQuantile(p)).toBeCloseTo(x, 8);
    expect(dPrime(0.9)).toBeCloseTo(Math.SQRT2 * 1.2815515655446004, 8);
  });
});

describe('calibration', () => {
  it('finds the temperature that over-confident logits were multiplied by', () => {
    const random = new Random(1);
    const targets: number[] = [];
    const logits: number[] = [];
    for (let n = 0; n < 4000; n++) {
      const row = [random.normal(), random.normal(), random.normal()];
      const p = probabilities(row, 3, false);
      const u = random.uniform();
      const truth = u < p[0]! ? 0 : u < p[0]! + p[1]! ? 1 : 2;
      targets.push(...[0, 1, 2].map((k) => (k === truth ? 1 : 0)));
      logits.push(...row.map((x) => 3 * x));
    }
    const temperature = fitTemperature(logits, targets, 3, false);
    expect(temperature).toBeGreaterThan(2.6);
    expect(temperature).toBeLessThan(3.4);
    expect(negativeLogLikelihood(logits, targets, 3, false, temperature)).toBeLessThan(
      negativeLogLikelihood(logits, targets, 3, false),
    );
    const before = reliability(probabilities(logits, 3, false), targets, 3, false).calibrationError!;
    const after = reliability(probabilities(logits, 3, false, temperature), targets, 3, false);
    expect(after.calibrationError!).toBeLessThan(before / 2);
    expect(after.bins.reduce((n, bin) => n + bin.count, 0)).toBe(4000);
  });

  it('leaves unknown targets out in multi-label', () => {
    const { bins } = reliability([0.9, 0.1], [1, Number.NaN], 2, true);
    expect(bins).toEqual([{ confidence: 0.9, accuracy: 1, count: 1 }]);
    expect(fitTemperature([], [], 3, false)).toBe(1);
    expect(reliability([], [], 3, false).calibrationError).toBeNull();
  });
});

describe('decisions', () => {
  it('keeps the clips behind each confusion', () => {
    const { counts, clips } = confusion([0.9, 0.1, 0.2, 0.8, 0.7, 0.3], [1, 0, 0, 1, 0, 1], 2, [11, 12, 13]);
    expect(counts).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(clips).toEqual({ '0,0': [11], '1,1': [12], '1,0': [13] });
  });

  it('puts the threshold where F1 is best', () => {
    const threshold = bestThreshold([0.9, 0.8, 0.3, 0.2], [true, true, false, false]);
    expect(threshold).toBeCloseTo(0.55);
    expect(precisionRecall([0.9, 0.8, 0.3], [true, false, true], threshold)).toEqual({ precision: 0.5, recall: 0.5 });
    expect(bestThreshold([0.3], [false])).toBe(0.5);
  });

  it('evaluates with honest gaps: a class nobody held out has no scores', () => {
    const classes = [
      { classId: 7, name: 'a' },
      { classId: 8, name: 'b' },
      { classId: 9, name: 'c' },
    ];
    const result = evaluate({
      probabilities: Float32Array.of(0.8, 0.1, 0.1, 0.2, 0.7, 0.1),
      targets: Float32Array.of(1, 0, 0, 0, 1, 0),
      clipIds: [1, 2],
      classes,
      thresholds: [0.5, 0.5, 0.5],
      multiLabel: false,
    });
    expect(result).toMatchObject({ accuracy: 1, mAP: 1, mAUC: 1, dPrime: null, testCount: 2 });
    expect(result.classes[2]).toMatchObject({ classId: 9, support: 0, averagePrecision: null, auc: null });
  });
});
