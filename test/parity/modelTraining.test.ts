// Optimiser step, training runs, finetuning, weight average, frame aggregation and inpainting, against the reference.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { aggregateFrames } from '../../src/engine/inference/classify.ts';
import { reconstructBatch } from '../../src/engine/inference/reconstruct.ts';
import { featuresA, featuresV } from '../../src/engine/model/cavMae.ts';
import { finetuneForward } from '../../src/engine/model/cavMaeFt.ts';
import { pool } from '../../src/engine/model/encoder.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { Adam } from '../../src/engine/training/optimiser/adam.ts';
import { WeightAverage } from '../../src/engine/training/weightAverage.ts';
import { compare, compareValue, filesMatching, has, json, tensor, tensors } from './fixtures.ts';
import { modelFolder, presentFolders, runnableFolders, valuesOf } from './modelFolder.ts';
import { pretrainGradients } from './pretrainGradients.ts';
import { compareLosses, losses } from './stages.ts';

beforeAll(async () => void (await startBackend()));

/** Drops the K third of a qkv bias, whose true gradient is zero. */
const withoutK = (name: string, data: Float32Array): Float32Array =>
  name.endsWith('qkv.bias') ? data.filter((_, i) => Math.floor((3 * i) / data.length) !== 1) : data;
const l2 = (data: Float32Array): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));

describe.each(presentFolders('tiny').filter((name) => has(`${name}/adam.json`)))('%s: one Adam step', (name) => {
  it.each(['native', 'plain'] as const)('from the stored gradients, %s form, and the losses after it', (form) => {
    const given = json(`${name}/adam.json`) as {
      lr: number;
      betas: [number, number];
      eps: number;
      weight_decay: number;
      delta: Record<string, { delta_l2: number } | null>;
    };
    const folder = modelFolder(name);
    const model = folder.load('cavmae');
    const before = model.parameters.toTensors();
    expect(Object.keys(given.delta).filter((key) => !before.has(key))).toEqual([]);
    const adam = new Adam(
      model.parameters.entries(),
      { beta1: given.betas[0], beta2: given.betas[1], epsilon: given.eps, weightDecay: given.weight_decay },
      form,
    );
    adam.apply(
      Object.entries(tensors(`${name}/grads.safetensors`)).map(
        ([key, { shape, data }]) => [key, tf.tensor(data as Float32Array, shape)] as const,
      ),
      given.lr,
    );
    for (const [key, { data }] of model.parameters.toTensors()) {
      const expected = given.delta[key];
      const moved = data.map((x, i) => x - before.get(key)!.data[i]!);
      // Without a gradient a parameter stays, exactly.
      if (!expected) compareValue(l2(moved), 0, `${name}/adam.json`, {}, key);
      else if (!key.endsWith('qkv.bias'))
        compareValue(l2(moved), expected.delta_l2, `${name}/adam.json`, { rtol: 2e-3 }, key);
      if (has(`${name}/adam.${key}.bin`)) compare(data, `${name}/adam.${key}.bin`);
    }
    const after = `${name}/adam_next_loss.json`;
    if (has(after)) compareLosses(losses(model, folder), json(after).f64, after, 2e-5);
    adam.dispose();
    model.parameters.dispose();
  });
});

describe.each(runnableFolders('micro').filter((name) => has(`${name}/train.json`)))('%s: a pretraining run', (name) => {
  it('eight steps with given noise', () => {
    const given = json(`${name}/train.json`) as {
      steps: number;
      betas: [number, number];
      eps: number;
      weight_decay: number;
      f64: { loss: number; lr: number }[];
    };
    const folder = modelFolder(name);
    const model = folder.load('cavmae');
    const adam = new Adam(model.parameters.entries(), {
      beta1: given.betas[0],
      beta2: given.betas[1],
      epsilon: given.eps,
      weightDecay: given.weight_decay,
    });
    for (let step = 0; step < given.steps; step++) {
      const { value, gradients } = pretrainGradients(model, folder, step);
      const expected = given.f64[step]!;
      // From rounding alone at the first step to what eight steps make of it at the last.
      compareValue(
        valuesOf(value)[0]!,
        expected.loss,
        `${name}/train.json`,
        { rtol: step === 0 ? 1e-5 : 1e-3 },
        `loss before step ${step}`,
      );
      adam.apply(gradients, expected.lr);
    }
    compare(valuesOf(tf.tidy(() => pool(featuresA(model, folder.audio())))), `${name}/pooled_a_after_training.bin`);
    compare(valuesOf(tf.tidy(() => pool(featuresV(model, folder.image())))), `${name}/pooled_v_after_training.bin`);
    adam.dispose();
    model.parameters.dispose();
  });
});

const sigmoidLoss = (logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar =>
  tf.tidy(() =>
    tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))),
  ) as tf.Scalar;

describe.each(runnableFolders('tiny').filter((name) => has(`${name}/ft_train.json`)))('%s: finetuning', (name) => {
  it('losses, gradients, four steps, and the average of the weights after steps 2 to 4', () => {
    const file = `${name}/ft_train.json`;
    const given = json(file) as {
      bce: { f64: number };
      ce_soft_targets: { f64: number };
      bce_before_each_step: { f64: number[] };
      grad_l2_bce_multimodal: Record<string, { l2: number } | null>;
      adam: {
        lr_base: number;
        lr_head: number;
        head_params: string[];
        betas: [number, number];
        eps: number;
        weight_decay: number;
      };
    };
    const folder = modelFolder(name);
    const model = folder.load('cavmaeft');
    const given_ = tensor(`${name}/ft_targets.bin`);
    const targets = tf.tensor2d(given_.data, given_.shape as [number, number]);
    const batch = { audio: folder.audio(), image: folder.image() };
    const logits = () => finetuneForward(model, batch, 'multimodal');
    const number = (x: () => tf.Scalar) => valuesOf(tf.tidy(x))[0]!;
    compareValue(
      number(() => sigmoidLoss(logits(), targets)),
      given.bce.f64,
      file,
      { rtol: 2e-5 },
      'bce',
    );
    compareValue(
      number(() => tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(logits())), 1)))),
      given.ce_soft_targets.f64,
      file,
      { rtol: 2e-5 },
      'ce',
    );
    const { lr_base: base, lr_head: head, head_params: headNames, betas, eps, weight_decay: weightDecay } = given.adam;
    const adam = new Adam(model.parameters.entries(), { beta1: betas[0], beta2: betas[1], epsilon: eps, weightDecay });
    const average = new WeightAverage();
    let names: string[] = [];
    for (let step = 0; step < 4; step++) {
      const { value, gradients } = model.parameters.gradients(() => sigmoidLoss(logits(), targets));
      compareValue(
        valuesOf(value)[0]!,
        given.bce_before_each_step.f64[step]!,
        file,
        { rtol: 1e-4 },
        `bce before step ${step}`,
      );
      if (step === 0) {
        names = [...gradients.keys()];
        for (const [key, gradient] of gradients)
          compareValue(
            l2(withoutK(key, gradient.dataSync() as Float32Array)),
            given.grad_l2_bce_multimodal[key]!.l2,
            file,
            { rtol: 1e-3, atol: 1e-7 },
            key,
          );
      }
      adam.apply(gradients, (key) => (headNames.includes(key) ? head : base));
      if (step > 0) average.add(model.parameters.toTensors());
    }
    expect(names.toSorted()).toEqual(
      Object.keys(given.grad_l2_bce_multimodal)
        .filter((key) => given.grad_l2_bce_multimodal[key])
        .toSorted(),
    );
    compare(valuesOf(logits()), `${name}/ft_logits_after_4_steps.bin`);
    for (const [key, data] of average.mean) model.parameters.set(key, data);
    compare(valuesOf(logits()), `${name}/ft_logits_wa_steps2to4.bin`);
    adam.dispose();
    tf.dispose([targets, batch.audio, batch.image]);
    model.parameters.dispose();
  });
});

describe.each(runnableFolders('tiny').filter((name) => has(`${name}/frame_logits.bin`)))(
  '%s: frame aggregation',
  (name) => {
    it('one sound with three frames', () => {
      const folder = modelFolder(name);
      const model = folder.load('cavmaeft');
      tf.tidy(() => {
        const sound = tf.tile(tf.slice(folder.audio(), [0, 0, 0], [1, -1, -1]), [3, 1, 1]);
        const logits = finetuneForward(model, { audio: sound, image: folder.image() }, 'multimodal');
        compare(logits.dataSync(), `${name}/frame_logits.bin`);
        for (const activation of ['sigmoid', 'softmax'] as const)
          compare(aggregateFrames(logits, activation).dataSync(), `${name}/frame_agg_${activation}.bin`);
      });
      model.parameters.dispose();
    });
  },
);

/** The original with removed patches replaced by the prediction; `patchOf` tells in which patch a value lies. */
const paste = (
  original: Float32Array,
  prediction: Float32Array,
  mask: Float32Array,
  patchOf: (i: number) => number,
): Float32Array => original.map((x, i) => (mask[patchOf(i)] === 1 ? prediction[i]! : x));

describe.each(runnableFolders('tiny').filter((name) => has(`${name}/inpaint.json`)))('%s: inpainting', (name) => {
  it('pastes the prediction on removed patches', () => {
    const folder = modelFolder(name);
    const loaded = folder.load('cavmae');
    const model: Model = { ...loaded, config: { ...loaded.config, normPixLoss: false } };
    const batch = { audio: folder.audio(), image: folder.image() };
    const { a, v } = reconstructBatch(model, batch, folder.masks());
    const expected = json(`${name}/inpaint.json`) as { loss_a: number; loss_v: number };
    compareValue(a!.loss!, expected.loss_a, `${name}/inpaint.json`, { rtol: 2e-5 }, 'audio');
    compareValue(v!.loss!, expected.loss_v, `${name}/inpaint.json`, { rtol: 2e-5 }, 'image');
    const pastedA = paste(
      a!.original.subarray(0, 1024 * 128),
      a!.prediction,
      a!.mask,
      (i) => Math.floor((i % 128) / 16) * 64 + Math.floor(Math.floor(i / 128) / 16),
    );
    compare(
      Float32Array.from({ length: 128 * 1024 }, (_, i) => pastedA[(i % 1024) * 128 + Math.floor(i / 1024)]!),
      `${name}/inpaint_paste_a.bin`,
    );
    const pastedV = paste(
      v!.original.subarray(0, 3 * 224 * 224),
      v!.prediction,
      v!.mask,
      (i) => Math.floor((Math.floor(i / 224) % 224) / 16) * 14 + Math.floor((i % 224) / 16),
    );
    const [mean, deviation] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    compare(
      pastedV.map((x, i) => (x - mean[Math.floor(i / 224 ** 2)]!) / deviation[Math.floor(i / 224 ** 2)]!),
      `${name}/inpaint_paste_v.bin`,
    );
    tf.dispose([batch.audio, batch.image]);
    model.parameters.dispose();
  });
});

// Nothing of a model folder may go unlooked at: every stored Adam result belongs to a parameter.
describe.each(presentFolders('tiny'))('%s: stored Adam results', (name) => {
  it('belong to parameters', () => {
    const names = new Set(modelFolder(name).load('cavmae').parameters.names);
    expect(
      filesMatching(new RegExp(`^${name}/adam\\..*\\.bin$`))
        .map((file) => file.slice(name.length + 6, -4))
        .filter((key) => !names.has(key)),
    ).toEqual([]);
  });
});
