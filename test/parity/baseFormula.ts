// The base model's weights and inputs by formula (fixtures README, "Formula weights"): nothing of 764 MB need be
// stored.
import * as tf from '@tensorflow/tfjs';
import { sizes, type CavMaeConfig } from '../../src/engine/model/config.ts';
import { initialValue } from '../../src/engine/model/initialValue.ts';
import { keptTokens, maskFromNoise } from '../../src/engine/model/masking.ts';
import { Parameters } from '../../src/engine/model/parameters.ts';
import { parameterShapes } from '../../src/engine/model/parameterShapes.ts';
import { randomStream } from '../../src/engine/base/randomStream.ts';
import { compareValue, json } from './fixtures.ts';

interface Formula {
  prefix: string;
  /** CAV-MAE only: there is no finetuned CAV-MAE Sync. */
  label_dim?: number;
  batch: number;
  mask_ratio: number;
}
export const formula = (folder = 'base'): Formula => json(`${folder}/formula.json`) as Formula;

function spread(name: string, shape: readonly number[]): { centre: number; width: number } {
  if (name.endsWith('.bias')) return { centre: 0, width: 0.05 };
  if (name.includes('modality') || name.includes('mask_token')) return { centre: 0, width: 0.2 };
  if (shape.length === 1) return { centre: 1, width: 0.2 };
  return { centre: 0, width: Math.sqrt(3 / shape.slice(1).reduce((n, d) => n * d, 1)) };
}

export function formulaValue(
  prefix: string,
  name: string,
  shape: readonly number[],
  config: CavMaeConfig = sizes.base,
): Float32Array {
  if (name.includes('pos_embed')) return initialValue(config, name, shape, 0);
  const { uniform } = randomStream(prefix + name);
  const { centre, width } = spread(name, shape);
  const values = new Float32Array(shape.reduce((n, d) => n * d, 1));
  for (let i = 0; i < values.length; i++) values[i] = centre + (2 * uniform() - 1) * width;
  return values;
}

/**
 * CAVMAE's parameters and CAVMAEFT's head in one: they share every other name and value. Checks each against the stored
 * sums.
 */
export function baseParameters(folder = 'base', config: CavMaeConfig = sizes.base): Parameters {
  const { prefix, label_dim: labelDim } = formula(folder);
  const file = `${folder}/param_checks.json`;
  const checks = json(file) as Record<string, { first5: number[]; sum: number; sum_sq: number }>;
  const parameters = new Parameters('cavmae');
  const shapes = new Map([
    ...parameterShapes(config, 'cavmae'),
    ...(labelDim ? parameterShapes(config, 'cavmaeft', labelDim) : []),
  ]);
  for (const [name, shape] of shapes) {
    const values = formulaValue(prefix, name, shape, config);
    const { first5, sum, sum_sq: squares } = checks[name]!;
    let [total, totalSquares] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      total += values[i]!;
      totalSquares += values[i]! ** 2;
    }
    first5.forEach((value, i) => compareValue(values[i]!, value, file, { atol: 1e-6 }, `${name}[${i}]`));
    compareValue(totalSquares, squares, file, { rtol: 1e-6 }, `${name} squares`);
    compareValue(total, sum, file, { rtol: 1e-6, atol: 1e-6 * values.length }, `${name} sum`);
    parameters.add(name, shape, values);
  }
  if (Object.keys(checks).length !== shapes.size)
    throw new Error(`${Object.keys(checks).length} parameters are stored, ${shapes.size} were made`);
  return parameters;
}

/** Inputs and masks of the base fixtures, checked against the stored values. */
export function baseInputs(
  folder = 'base',
  frames = 1024,
): { audio: tf.Tensor3D; image: tf.Tensor4D; noiseA: Float32Array; noiseV: Float32Array } {
  const { prefix, batch } = formula(folder);
  const file = `${folder}/input_checks.json`;
  const checks = json(file).inputs as Record<string, { first5: number[]; last3: number[]; sum: number }>;
  const stream = (name: string, size: number, wave: (i: number) => number) => {
    const { uniform } = randomStream(`${prefix}${name}`);
    const noise = name.startsWith('noise');
    const values = Float32Array.from({ length: size }, (_, i) => (noise ? uniform() : 2 * uniform() - 1 + wave(i)));
    const { first5, last3, sum } = checks[name]!;
    [...first5, ...last3].forEach((value, i) =>
      compareValue(values.at(i < 5 ? i : i - 8)!, value, file, { atol: 1e-6 }, `${name} ${i}`),
    );
    compareValue(
      values.reduce((total, x) => total + x, 0),
      sum,
      file,
      { rtol: 1e-6 },
      `${name} sum`,
    );
    return values;
  };
  const audio = stream('input.audio', batch * frames * 128, (i) => {
    const [b, t, f] = [Math.floor(i / (frames * 128)), Math.floor(i / 128) % frames, i % 128];
    return 0.8 * (((t * (b + 1) + 3 * f) % 128) / 64 - 1);
  });
  const image = stream('input.image', batch * 3 * 224 * 224, (i) => {
    const [b, c, y, x] = [
      Math.floor(i / (3 * 224 * 224)),
      Math.floor(i / (224 * 224)) % 3,
      Math.floor(i / 224) % 224,
      i % 224,
    ];
    return 0.8 * (((x * (b + 1) + y * (b + 2) + 17 * c) % 96) / 48 - 1);
  });
  return {
    audio: tf.tensor3d(audio, [batch, frames, 128]),
    image: tf.tensor4d(image, [batch, 3, 224, 224]),
    noiseA: stream('noise.a', batch * (frames / 2), () => 0),
    noiseV: stream('noise.v', batch * 196, () => 0),
  };
}

export function baseMasks(noiseA: Float32Array, noiseV: Float32Array, folder = 'base') {
  const { batch, mask_ratio: ratio } = formula(folder);
  const tokens = noiseA.length / batch;
  return {
    a: maskFromNoise(noiseA, batch, tokens, keptTokens(tokens, ratio)),
    v: maskFromNoise(noiseV, batch, 196, keptTokens(196, ratio)),
    joint: null,
  };
}
