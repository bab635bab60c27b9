import { describe, expect, it } from 'vitest';
import { stratifiedInterval } from '../../../../src/engine/estimation/stratifiedInterval.ts';
import { audit, auditsNeeded, calibrations, classifiers, coverage } from './auditSimulation.ts';
import { randomStream } from '../../../../src/engine/base/randomStream.ts';

const endless = 1e9;
const one = (positive: number, audited: number, size = endless) =>
  stratifiedInterval([{ size, audited, positive }], 0.95);

/** P(X ≤ k) − P(X = k) / 2 of a binomial variable: the mid-P tail. */
function midP(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += i === k ? term / 2 : term;
    term *= ((n - i) / (i + 1)) * (p / (1 - p));
  }
  return sum;
}

describe('stratifiedInterval', () => {
  it.each([
    [3, 100],
    [10, 100],
    [40, 100],
    [5, 20],
  ])('agrees with the mid-P tails of the binomial distribution: %i of %i', (positive, audited) => {
    const { low, high, estimate } = one(positive, audited);
    expect(estimate).toBeCloseTo(positive / audited, 12);
    expect(midP(positive, audited, high)).toBeCloseTo(0.025, 2);
    expect(1 - midP(positive, audited, low)).toBeCloseTo(0.025, 2);
  });

  it('holds at the ends: no yes still leaves an upper limit, and nothing is negative or above one', () => {
    const none = one(0, 50);
    expect(none.low).toBe(0);
    expect(none.high).toBeGreaterThan(0.04);
    expect(none.high).toBeLessThan(0.08);
    const all = one(50, 50);
    expect(all.high).toBe(1);
    expect(all.low).toBeCloseTo(1 - none.high, 9);
  });

  it('is symmetric between yes and no, also in a small population', () => {
    for (const [positive, audited, size] of [
      [3, 40, endless],
      [3, 40, 60],
      [0, 100, 120],
    ] as const) {
      const yes = one(positive, audited, size);
      const no = one(audited - positive, audited, size);
      expect(no.low).toBeCloseTo(1 - yes.high, 7);
      expect(no.high).toBeCloseTo(1 - yes.low, 7);
    }
  });

  it('narrows to the truth as a population is audited completely', () => {
    const widths = [20, 60, 90, 99, 100].map((audited) => {
      const { low, high } = one(audited / 5, audited, 100);
      return high - low;
    });
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(one(20, 100, 100)).toEqual({ estimate: 0.2, low: 0.2, high: 0.2 });
  });

  it('weighs strata by their size, not by their audits', () => {
    const { estimate, low, high } = stratifiedInterval(
      [
        { size: 9000, audited: 100, positive: 0 },
        { size: 1000, audited: 100, positive: 90 },
      ],
      0.95,
    );
    expect(estimate).toBeCloseTo(0.09, 9);
    expect(low).toBeGreaterThan(0.08);
    expect(high).toBeLessThan(0.13);
  });

  it('does not add up the doubt of strata that had no yes', () => {
    const parts = stratifiedInterval(
      Array.from({ length: 5 }, () => ({ size: 2000, audited: 40, positive: 0 })),
      0.95,
    );
    expect(parts.high).toBeLessThan(one(0, 200, 10_000).high * 1.1);
  });

  it('counts a stratum without audits as unknown, and knows nothing without any audit', () => {
    const { low, high, estimate } = stratifiedInterval(
      [
        { size: 500, audited: 500, positive: 100 },
        { size: 500, audited: 0, positive: 0 },
      ],
      0.95,
    );
    expect([low, high, estimate]).toEqual([0.1, 0.6, 0.2]);
    expect(stratifiedInterval([{ size: 10, audited: 0, positive: 0 }], 0.95)).toEqual({
      estimate: null,
      low: 0,
      high: 1,
    });
  });

  it('widens with the confidence', () => {
    const strata = [{ size: 1000, audited: 50, positive: 5 }];
    const width = (confidence: number) => {
      const { low, high } = stratifiedInterval(strata, confidence);
      return high - low;
    };
    expect(width(0.8)).toBeLessThan(width(0.95));
    expect(width(0.95)).toBeLessThan(width(0.99));
  });
});

describe('intervals of simulated audits', () => {
  const rates = [0.001, 0.5] as const;
  it('cover the truth in 93 to 97 % of 1,000 trials over all rates and classifiers', { timeout: 120_000 }, () => {
    const { covered } = coverage('all', 1000, Object.values(classifiers), rates);
    expect(covered).toBeGreaterThanOrEqual(0.93);
    expect(covered).toBeLessThanOrEqual(0.97);
  });

  it.each(Object.entries(classifiers))(
    'cover the truth in 93 to 97 % of 1,000 trials with a %s classifier',
    { timeout: 120_000 },
    (name, separation) => {
      const { covered, below, above } = coverage(`audits ${name}`, 1000, [separation], rates);
      expect(covered).toBeGreaterThanOrEqual(0.93);
      expect(covered).toBeLessThanOrEqual(0.97);
      // Neither tail holds all the misses.
      expect(Math.max(below, above)).toBeLessThan(0.045);
    },
  );

  it('need a third of the audits of plain random sampling with a good classifier', { timeout: 60_000 }, () => {
    const needed = (separation: number, rate: number) =>
      auditsNeeded('needed', { clips: 20_000, rate, separation, calibration: [1, 0] }, 1000, 10);
    expect(needed(classifiers.good, 0.3)).toBeLessThan(0.36);
    expect(needed(classifiers.excellent, 0.1)).toBeLessThan(0.3);
    expect(needed(classifiers.excellent, 0.03)).toBeLessThan(0.36);
    // A classifier that knows next to nothing costs nothing either.
    expect(needed(classifiers.poor, 0.1)).toBeLessThan(1.05);
  });

  it('estimate without bias that matters, whatever the calibration of the scores', { timeout: 60_000 }, () => {
    const random = randomStream('bias');
    for (const calibration of calibrations) {
      const trials = Array.from({ length: 60 }, () =>
        audit(random, { clips: 3000, rate: 0.1, separation: 1.19, calibration }, (_, audits) => audits >= 300),
      );
      const mean = trials.reduce((sum, { estimate }) => sum + estimate, 0) / trials.length;
      expect(Math.abs(mean - 0.1)).toBeLessThan(0.01);
    }
  });
});
