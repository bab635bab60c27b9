import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Adam, paperAdam } from '../../../../../src/engine/training/optimiser/adam.ts';
import { Random } from '../../../../../src/engine/training/random.ts';
import { useNative } from '../nativeTensorflow.ts';

const native = await useNative();

/** torch.optim.Adam in double precision. */
function oracle(w: number[], gradients: number[][], lr: number): number[] {
  const { beta1, beta2, epsilon, weightDecay } = paperAdam;
  const [m, v] = [w.map(() => 0), w.map(() => 0)];
  const out = [...w];
  gradients.forEach((gradient, k) =>
    gradient.forEach((raw, i) => {
      const g = raw + weightDecay * out[i]!;
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
      out[i] =
        out[i]! -
        ((lr / (1 - beta1 ** (k + 1))) * m[i]!) / (Math.sqrt(v[i]!) / Math.sqrt(1 - beta2 ** (k + 1)) + epsilon);
    }),
  );
  return out;
}

const draws = (random: Random, n: number) => Array.from({ length: n }, () => random.normal());

describe.each(['plain', ...(native ? ['native'] : [])] as ('plain' | 'native')[])('Adam, %s', (form) => {
  let variables: Record<string, tf.Variable> = {};
  const make = (values: Record<string, number[]>) => {
    variables = Object.fromEntries(
      Object.entries(values).map(([name, data]) => [name, tf.variable(tf.tensor1d(data))]),
    );
    return new Adam(Object.entries(variables), {}, form);
  };
  beforeAll(() => tf.ready());
  afterEach(() => Object.values(variables).forEach((v) => v.dispose()));

  it('follows torch.optim.Adam over twenty steps', () => {
    const random = new Random(3);
    const start = draws(random, 7);
    const gradients = Array.from({ length: 20 }, () => draws(random, 7));
    const adam = make({ w: start });
    for (const g of gradients) adam.apply(Object.entries({ w: tf.tensor1d(g) }), 0.01);
    const expected = oracle(start, gradients, 0.01);
    [...variables.w!.dataSync()].forEach((x, i) => expect(Math.abs(x - expected[i]!)).toBeLessThan(2e-6));
    adam.dispose();
  });

  it('leaves parameters without gradient untouched, and takes a learning rate per parameter', () => {
    const adam = make({ 'mlp_head.1.weight': [1], body: [1], unused: [1] });
    adam.apply(Object.entries({ 'mlp_head.1.weight': tf.tensor1d([1]), body: tf.tensor1d([1]) }), (name) =>
      name.startsWith('mlp_head') ? 0.1 : 0.001,
    );
    expect(variables['mlp_head.1.weight']!.dataSync()[0]).toBeCloseTo(0.9, 5);
    expect(variables.body!.dataSync()[0]).toBeCloseTo(0.999, 6);
    expect(variables.unused!.dataSync()[0]).toBe(1);
    expect(Object.keys(adam.state().steps)).not.toContain('unused');
    adam.dispose();
  });

  it('continues bit for bit from a saved state', () => {
    const random = new Random(5);
    const start = draws(random, 33);
    const gradients = Array.from({ length: 12 }, () => draws(random, 33));
    const through = make({ w: start });
    for (const g of gradients) through.apply(Object.entries({ w: tf.tensor1d(g) }), 0.02);
    const expected = [...variables.w!.dataSync()];
    through.dispose();
    variables.w!.dispose();
    const first = make({ w: start });
    for (const g of gradients.slice(0, 5)) first.apply(Object.entries({ w: tf.tensor1d(g) }), 0.02);
    const state = structuredClone(first.state());
    const weights = [...variables.w!.dataSync()];
    for (const g of gradients.slice(5)) first.apply(Object.entries({ w: tf.tensor1d(g) }), 0.02);
    first.dispose();
    variables.w!.dispose();
    const second = make({ w: weights });
    second.restore(state);
    for (const g of gradients.slice(5)) second.apply(Object.entries({ w: tf.tensor1d(g) }), 0.02);
    expect([...variables.w!.dataSync()]).toEqual(expected);
    second.dispose();
  });

  it('keeps memory flat and refuses what does not fit', () => {
    const adam = make({ w: [1, 2, 3] });
    adam.apply(Object.entries({ w: tf.tensor1d([1, 1, 1]) }), 0.1);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 50; i++) adam.apply(Object.entries({ w: tf.tensor1d([1, 1, 1]) }), 0.1);
    expect(tf.memory().numTensors).toBe(before);
    const stray = tf.tensor1d([1]);
    expect(() => adam.apply(Object.entries({ other: stray }), 0.1)).toThrow(/not a parameter/);
    stray.dispose();
    expect(() =>
      adam.restore({ steps: { w: 1 }, m: { w: new Float32Array(2) }, v: { w: new Float32Array(3) } }),
    ).toThrow(/holds 2 and 3 values/);
    adam.dispose();
  });

  it('takes over weights that were assigned between steps', () => {
    const adam = make({ w: [1] });
    adam.apply(Object.entries({ w: tf.tensor1d([1]) }), 0.1);
    tf.tidy(() => variables.w!.assign(tf.tensor1d([5])));
    adam.apply(Object.entries({ w: tf.tensor1d([1]) }), 0.1);
    expect(variables.w!.dataSync()[0]).toBeCloseTo(4.9, 5);
    adam.dispose();
  });
});
