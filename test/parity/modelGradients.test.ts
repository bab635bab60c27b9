// Gradients of the pretraining loss, the optimiser's step, training and finetuning runs, against the reference.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { paperOptions, pretrainForward } from '../../src/engine/model/cavMae.ts';
import { contrastiveLoss } from '../../src/engine/model/losses.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { compare, compareValue, has, json, tensor, tensors } from './fixtures.ts';
import { modelFolder, presentFolders, valuesOf, type ModelFolder } from './modelFolder.ts';

beforeAll(async () => void await startBackend());

/** Frozen in pretraining: the reference leaves their gradient empty. */
const isTable = (name: string) => name.includes('pos_embed');

export function pretrainGradients(model: Model, folder: ModelFolder, step = 0): { value: tf.Scalar; gradients: Map<string, tf.Tensor> } {
  const [audio, image, masks] = [folder.audio(), folder.image(), folder.masks({ step })];
  const result = model.parameters.gradients(() => pretrainForward(model, { audio, image }, masks, paperOptions).loss, model.parameters.names.filter((name) => !isTable(name)));
  tf.dispose([audio, image]);
  return result;
}

const norm = (data: Float32Array): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));

describe.each(presentFolders('tiny').filter((name) => has(`${name}/grads.safetensors`)))('%s', (name) => {
  it.each([[false], [true]])('gradients of all parameters (recomputing blocks: %s)', (checkpoint) => {
    const folder = modelFolder(name);
    const model = { ...folder.load('cavmae'), checkpoint };
    const before = tf.memory().numTensors;
    const { value, gradients } = pretrainGradients(model, folder);
    const expected = tensors(`${name}/grads.safetensors`);
    const norms = json(`${name}/grad_norms.json`) as Record<string, { l2: number; max_abs: number; f32_vs_f64_max_abs_diff: number } | null>;
    expect([...gradients.keys()].toSorted()).toEqual(Object.keys(norms).filter((key) => norms[key]).toSorted());
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
});

describe.runIf(has('contrastive/result.json'))('contrastive loss alone', () => {
  it.each([[false], [true]])('bidirect %s', (bidirect) => {
    const [a, v] = [tensor('contrastive/audio_rep.bin'), tensor('contrastive/video_rep.bin')];
    const [audio, video] = [tf.variable(tf.tensor2d(a.data, a.shape as [number, number])), tf.variable(tf.tensor2d(v.data, v.shape as [number, number]))];
    const expected = json('contrastive/result.json')[`bidirect_${bidirect}`] as { nce_f64: number; c_acc: number };
    const both = tf.tidy(() => {
      const { nce, cAcc } = contrastiveLoss(audio, video, bidirect);
      return [nce.dataSync()[0]!, cAcc.dataSync()[0]!];
    });
    compareValue(both[0]!, expected.nce_f64, 'contrastive/result.json', { rtol: 2e-5 }, 'nce');
    compareValue(both[1]!, expected.c_acc, 'contrastive/result.json', {}, 'c_acc');
    const { value, grads } = tf.variableGrads(() => contrastiveLoss(audio, video, bidirect).nce, [audio, video]);
    compare(valuesOf(grads[audio.name]!), `contrastive/grad_audio_bidirect_${bidirect}.bin`);
    compare(valuesOf(grads[video.name]!), `contrastive/grad_video_bidirect_${bidirect}.bin`);
    tf.dispose([value, audio, video]);
  });
});
