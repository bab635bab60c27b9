// Gradients of a pretraining step on a fixture folder's inputs and noise, on whatever backend runs.
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { paperOptions, pretrainForward } from '../../src/engine/model/cavMae.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { compare, compareValue, has, json, tensors } from './fixtures.ts';
import { modelFolder, valuesOf, type ModelFolder } from './modelFolder.ts';

/** Frozen in pretraining: the reference leaves their gradient empty. */
const isTable = (name: string) => name.includes('pos_embed');

export function pretrainGradients(
  model: Model,
  folder: ModelFolder,
  step = 0,
  contrastLossWeight = paperOptions.contrastLossWeight,
): { value: tf.Scalar; gradients: Map<string, tf.Tensor> } {
  const [audio, image, masks] = [folder.audio(), folder.image(), folder.masks({ step })];
  const result = model.parameters.gradients(
    () => pretrainForward(model, { audio, image }, masks, { ...paperOptions, contrastLossWeight }).loss,
    model.parameters.names.filter((name) => !isTable(name)),
  );
  tf.dispose([audio, image]);
  return result;
}

const norm = (data: Float32Array): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));

/** Every gradient of the folder's stored set, at the reference's own float32 noise. */
export function allGradients(name: string): void {
  it.each([[false], [true]])('gradients of all parameters (recomputing blocks: %s)', (checkpoint) => {
    const folder = modelFolder(name);
    const model = { ...folder.load('cavmae'), checkpoint };
    const before = tf.memory().numTensors;
    const { value, gradients } = pretrainGradients(model, folder);
    const expected = tensors(`${name}/grads.safetensors`);
    const norms = json(`${name}/grad_norms.json`) as Record<
      string,
      { l2: number; max_abs: number; f32_vs_f64_max_abs_diff: number } | null
    >;
    expect([...gradients.keys()].toSorted()).toEqual(
      Object.keys(norms)
        .filter((key) => norms[key])
        .toSorted(),
    );
    for (const [key, gradient] of gradients) {
      const data = valuesOf(gradient);
      const { l2, max_abs: largest, f32_vs_f64_max_abs_diff: noise } = norms[key]!;
      // 30 times the reference's own float32 noise, as the manifest sets it for the gradients it stores one by one.
      const atol = Math.max(30 * noise, 2e-6 * largest);
      const wanted = expected[key]!.data;
      const error = data.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (wanted[i] as number))), 0);
      compareValue(error, 0, `${name}/grads.safetensors`, { atol }, key);
      if (l2 > 1e-7) compareValue(norm(data), l2, `${name}/grad_norms.json`, { rtol: 1e-3 }, key);
      if (has(`${name}/grad.${key}.bin`)) compare(data, `${name}/grad.${key}.bin`);
    }
    value.dispose();
    expect(tf.memory().numTensors, 'tensors left over').toBe(before);
    model.parameters.dispose();
  });
}
