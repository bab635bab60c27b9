import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { headLogits } from '../../../../../src/engine/training/head/head.ts';
import { minimise } from '../../../../../src/engine/training/optimiser/lbfgs.ts';
import { argMax } from '../../../../../src/engine/training/metrics/argMax.ts';
import { Random } from '../../../../../src/engine/training/random.ts';
import { trainHead, type HeadTask } from '../../../../../src/engine/training/head/trainHead.ts';
import { useNative } from '../nativeTensorflow.ts';

/** Gaussian clusters around class centres, a few clips per source file. */
function clusters({
  perClass,
  classes,
  dim,
  spread,
  seed = 1,
  multiLabel = false,
  share = 0.25,
}: {
  perClass: number;
  classes: number;
  dim: number;
  spread: number;
  seed?: number;
  multiLabel?: boolean;
  share?: number;
}): HeadTask {
  const centres = new Random(77);
  const centre = Array.from({ length: classes * dim }, () => centres.normal());
  const random = new Random(seed);
  const count = perClass * classes;
  const features = new Float32Array(count * dim);
  const targets = new Float32Array(count * classes);
  for (let n = 0; n < count; n++) {
    const mine = multiLabel ? [n % classes, ...(random.uniform() < 0.3 ? [(n + 1) % classes] : [])] : [n % classes];
    for (const k of mine) targets[n * classes + k] = 1;
    for (let i = 0; i < dim; i++)
      features[n * dim + i] = mine.reduce((sum, k) => sum + centre[k * dim + i]!, 0) + spread * random.normal();
  }
  const ids = Array.from({ length: count }, (_, n) => n + 1);
  return {
    features,
    dim,
    targets,
    classes,
    multiLabel,
    clipIds: ids,
    sources: ids.map((n) => Math.ceil(n / 3)),
    held: ids.map((n) => (Math.ceil(n / 3) % 100) / 100 < share),
    seed: 1,
    maxIterations: 100,
    classList: Array.from({ length: classes }, (_, k) => ({ classId: k + 1, name: `class ${k}` })),
  };
}

beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
});

describe('minimise', () => {
  it('finds the minimum of a badly scaled quadratic', async () => {
    const scales = [1, 100, 0.01];
    const { x } = await minimise(
      (p) => ({
        value: p.reduce((s, v, i) => s + 0.5 * scales[i]! * (v - i) ** 2, 0),
        gradient: p.map((v, i) => scales[i]! * (v - i)),
      }),
      new Float64Array(3),
      { maxIterations: 100, tolerance: 1e-14 },
    );
    [0, 1, 2].forEach((value, i) => expect(x[i]).toBeCloseTo(value, 3));
  });
});

describe('trainHead', () => {
  it('learns clusters, tells held-out scores and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const task = clusters({ perClass: 40, classes: 5, dim: 32, spread: 1.5 });
    const points: { loss?: number; valLoss?: number }[] = [];
    const { head, metrics, temperature, crossValidated } = await trainHead(task, {
      onPoint: (point) => points.push(point),
    });
    expect(metrics.accuracy).toBeGreaterThan(0.85);
    expect(metrics.mAP).toBeGreaterThan(0.9);
    expect(crossValidated).toBe(false);
    expect(metrics.testCount).toBe(task.held.filter(Boolean).length);
    expect(temperature).toBeGreaterThan(0);
    expect(points.at(-1)!.loss).toBeLessThan(points[0]!.loss!);
    expect(points.every((p) => p.valLoss !== undefined)).toBe(true);
    const fresh = clusters({ perClass: 20, classes: 5, dim: 32, spread: 1.5, seed: 2 });
    const logits = headLogits(head, fresh.features);
    const right = fresh.clipIds.filter((_, n) => fresh.targets[n * 5 + argMax(logits, n * 5, 5)] === 1).length;
    expect(right / fresh.clipIds.length).toBeGreaterThan(0.85);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is deterministic, and not fooled by features without meaning', async () => {
    const task = clusters({ perClass: 20, classes: 3, dim: 16, spread: 1, share: 0 });
    const [a, b] = [await trainHead(task), await trainHead(task)];
    expect(a.head.weight).toEqual(b.head.weight);
    expect(a.crossValidated).toBe(true);
    const random = new Random(8);
    const noise = await trainHead({ ...task, features: task.features.map(() => random.normal()) });
    expect(noise.metrics.accuracy).toBeLessThan(0.6);
    expect(a.metrics.accuracy).toBeGreaterThan(0.8);
    // Confidence must not outrun what cross-validation saw.
    expect(noise.metrics.calibrationError).toBeLessThan(0.15);
  });

  it('trains several labels a clip with unknown ones left out', async () => {
    const task = clusters({ perClass: 40, classes: 4, dim: 32, spread: 0.7, multiLabel: true });
    task.targets.forEach((_, i) => {
      if (i % 17 === 0) task.targets[i] = Number.NaN;
    });
    const { metrics, thresholds } = await trainHead(task);
    expect(metrics.mAP).toBeGreaterThan(0.9);
    expect(thresholds.every((t) => t > 0 && t < 1)).toBe(true);
    expect(metrics.classes.every((c) => c.recall! > 0.6)).toBe(true);
  });

  it('works from a single clip per class', async () => {
    const { head, metrics } = await trainHead(clusters({ perClass: 1, classes: 4, dim: 32, spread: 0.5, share: 0 }));
    expect(metrics.testCount).toBe(0);
    expect(metrics.accuracy).toBeNull();
    expect(head.weight.some((w) => w !== 0)).toBe(true);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    const running = trainHead(clusters({ perClass: 40, classes: 5, dim: 64, spread: 2 }), {
      signal: controller.signal,
      onPoint: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(
      trainHead({ ...clusters({ perClass: 2, classes: 2, dim: 4, spread: 1 }), held: [true, true, true, true] }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
