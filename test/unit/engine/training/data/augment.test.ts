import { describe, expect, it } from 'vitest';
import {
  drawLambda,
  mixWaveforms,
  noiseAndRoll,
  smoothedTarget,
} from '../../../../../src/engine/training/data/augment.ts';
import { Random } from '../../../../../src/engine/training/random.ts';
import { balancedWeights, drawWeighted, epochOrder } from '../../../../../src/engine/training/data/sampler.ts';
import {
  centringAt,
  cosineFactor,
  multiStepFactor,
  temperatureAt,
} from '../../../../../src/engine/training/optimiser/schedule.ts';
import { WeightAverage } from '../../../../../src/engine/training/weightAverage.ts';

describe('Random', () => {
  it('continues from its saved state and gives independent forks', () => {
    const random = new Random(9);
    random.uniform();
    const state = random.state();
    const next = Array.from({ length: 5 }, () => random.uint32());
    const again = new Random(state);
    expect(Array.from({ length: 5 }, () => again.uint32())).toEqual(next);
    expect(new Random(1).fork().uint32()).not.toBe(new Random(2).fork().uint32());
  });

  it('draws the distributions it promises', () => {
    const random = new Random(4);
    const n = 20_000;
    const mean = (draw: () => number) => Array.from({ length: n }, draw).reduce((s, x) => s + x, 0) / n;
    expect(mean(() => random.uniform())).toBeCloseTo(0.5, 1);
    expect(mean(() => random.normal() ** 2)).toBeCloseTo(1, 1);
    expect(mean(() => drawLambda(random))).toBeCloseTo(0.5, 2);
    // Beta(10, 10) has variance 1/84.
    expect(mean(() => (drawLambda(random) - 0.5) ** 2)).toBeCloseTo(1 / 84, 2);
    const draws = Array.from({ length: 2000 }, () => random.integer(-3, 3));
    expect([Math.min(...draws), Math.max(...draws)]).toEqual([-3, 2]);
  });
});

describe('augment', () => {
  it("mixes a longer and a shorter sound into the first one's length without a mean", () => {
    const mixed = mixWaveforms(Float32Array.of(1, 2, 3, 6), Float32Array.of(5, 7), 0.5);
    expect(mixed).toHaveLength(4);
    expect(mixed.reduce((s, x) => s + x, 0)).toBeCloseTo(0, 5);
  });

  it('rolls both ways', () => {
    expect([...noiseAndRoll(Float32Array.of(1, 2, 3), 1, 0, 1, () => 0)]).toEqual([3, 1, 2]);
    expect([...noiseAndRoll(Float32Array.of(1, 2, 3), 1, 0, -4, () => 0)]).toEqual([2, 3, 1]);
  });

  it('sums a single smoothed label to .9 + .1 (C - 1)/C', () => {
    expect(smoothedTarget(5, 0.1, [2]).reduce((s, x) => s + x, 0)).toBeCloseTo(0.98, 6);
    expect(smoothedTarget(5, 0.1, [2], { labels: [3], lambda: 0.3 }).reduce((s, x) => s + x, 0)).toBeCloseTo(1, 6);
  });
});

describe('order and rate', () => {
  it('balances classes', () => {
    const targets = Float32Array.from({ length: 200 }, (_, i) => (i % 2 === (i < 20 ? 1 : 0) ? 1 : 0));
    const weights = balancedWeights(targets, 2);
    const drawn = drawWeighted(weights, new Random(1), 4000);
    expect(drawn.filter((n) => n < 10).length / 4000).toBeCloseTo(0.5, 1);
    expect(epochOrder(5, new Random(1)).toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  it("cools the contrastive temperature over two thirds of a run, and leaves the paper's alone", () => {
    const at = (step: number): number => temperatureAt(step, 90, 0.5, 0.05);
    expect(at(0)).toBeCloseTo(0.5, 12);
    expect(at(30)).toBeCloseTo(Math.sqrt(0.5 * 0.05), 12);
    expect([60, 61, 89].map(at)).toEqual([0.05, 0.05, 0.05]);
    expect([0, 40, 89].map((step) => temperatureAt(step, 90, 0.05, 0.05))).toEqual([0.05, 0.05, 0.05]);
  });

  it("takes the embeddings' mean off less and less over two thirds of a run, and never for the paper's", () => {
    expect([0, 30, 60, 89].map((step) => centringAt(step, 90, 1))).toEqual([1, 0.5, 0, 0]);
    expect([0, 40, 89].map((step) => centringAt(step, 90, 0))).toEqual([0, 0, 0]);
  });

  it('steps as MultiStepLR over range(start, 1000, every)', () => {
    const recipe = { start: 10, every: 5, gamma: 0.5 };
    expect([1, 10, 11, 15, 16, 21, 25].map((epoch) => multiStepFactor(recipe, epoch))).toEqual([
      1, 1, 0.5, 0.5, 0.25, 0.125, 0.125,
    ]);
    expect([1, 2, 3, 4].map((epoch) => multiStepFactor({ start: 2, every: 1, gamma: 0.5 }, epoch))).toEqual([
      1, 1, 0.5, 0.25,
    ]);
    expect(cosineFactor(0, 100, 10)).toBeCloseTo(0.1);
    expect(cosineFactor(99, 100, 10)).toBeLessThan(0.01);
  });

  it('averages weights', () => {
    const average = new WeightAverage();
    average.add([['w', { data: Float32Array.of(1, 2) }]]);
    average.add([['w', { data: Float32Array.of(3, 6) }]]);
    expect(average.mean.get('w')).toEqual(Float32Array.of(2, 4));
    const resumed = new WeightAverage();
    resumed.restore(average.count, [['w', { data: average.mean.get('w')! }]]);
    resumed.add([['w', { data: Float32Array.of(5, 1) }]]);
    expect(resumed.mean.get('w')).toEqual(Float32Array.of(3, 3));
  });
});
