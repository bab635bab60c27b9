// CAV-MAE Sync: every stage, loss and gradient of its fixture models, in all the configurations that the reference's
// constructor allows.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { paperOptions, pretrainForward, streamOf } from '../../src/engine/model/cavMae.ts';
import {
  classToken,
  embeddingOf,
  encodeA,
  encodeJ,
  encodeV,
  pool,
  withoutClassToken,
} from '../../src/engine/model/encoder.ts';
import { initialValue } from '../../src/engine/model/initialValue.ts';
import { unitRows } from '../../src/engine/model/losses.ts';
import { patchEmbedA, patchEmbedV } from '../../src/engine/model/patchEmbed.ts';
import { Adam } from '../../src/engine/training/optimiser/adam.ts';
import { cosineFactor } from '../../src/engine/training/optimiser/schedule.ts';
import { compare, compareValue, filesMatching, has, json, pathOf, tensors } from './fixtures.ts';
import { modelFolder, valuesOf } from './modelFolder.ts';
import { pretrainGradients } from './pretrainGradients.ts';
import { lossCases, maskStages } from './stages.ts';
import { loadCheckpoint } from '../../src/engine/checkpoint/loadCheckpoint.ts';

beforeAll(async () => void (await startBackend()));

const folders = filesMatching(/^sync\/(tiny|micro)\w*\/config\.json$/).map((file) =>
  file.slice(0, -'/config.json'.length),
);
const namesIn = (folder: string, pattern: RegExp): string[] =>
  filesMatching(new RegExp(`^${folder}/`))
    .map((file) => file.slice(folder.length + 1))
    .filter((file) => pattern.test(file));
const sample0 = (value: tf.Tensor): Float32Array => {
  const data = value.dataSync() as Float32Array;
  return data.subarray(0, data.length / value.shape[0]!);
};

/** `blocks_a.0.attn` → `a_block0_attn`; `constrative_head_audio.1` → `head_a_block1`; joint blocks name the stream they are in. */
function interName(stage: string, stream: 'a' | 'v'): string {
  const name = stage
    .replace(/^blocks_(\w)\.(\d+)\.?/, '$1_block$2_')
    .replace(/^constrative_head_(.)\w+\.(\d+)\.?/, (_, of: string, i: string) => `head_${of}_block${i}_`)
    .replace(/_$/, '');
  return name.startsWith('u_') ? `${name}_in_${stream}` : name;
}

describe.each(folders)('%s', (name) => {
  maskStages(name);
  lossCases(name);

  it('stages of the masked forward pass', () => {
    const folder = modelFolder(name);
    const model = folder.load('cavmae');
    const seen: string[] = [];
    const tap = (stage: string, value: tf.Tensor) => {
      const file = stage.replace(/^(full|out)_/, 'kept_$1_');
      if (!has(`${name}/${file}.bin`)) return;
      compare(value.dataSync() as Float32Array, `${name}/${file}.bin`);
      seen.push(`${file}.bin`);
    };
    tf.tidy(
      () =>
        void pretrainForward(
          { ...model, tap },
          { audio: folder.audio(), image: folder.image() },
          folder.masks(),
          paperOptions,
        ),
    );
    model.parameters.dispose();
    expect(seen.toSorted()).toEqual(namesIn(name, /^(tokens_[av]|kept|enc|pred)[^/]*\.bin$/).toSorted());
  });

  it('unmasked features, class tokens and embeddings', () => {
    const folder = modelFolder(name);
    const model = folder.load('cavmae');
    const seen: string[] = [];
    for (const stream of ['a', 'v'] as const) {
      const check = (file: string, value: tf.Tensor, whole = true) => {
        if (!has(`${name}/${file}.bin`)) return;
        compare(whole ? (value.dataSync() as Float32Array) : sample0(value), `${name}/${file}.bin`);
        seen.push(`${file}.bin`);
      };
      const tap = (stage: string, value: tf.Tensor) => {
        if (stage === `full_${stream}`) check(`tokens_full_${stream}`, value);
        else check(`inter_${interName(stage, stream)}`, value, false);
      };
      tf.tidy(() => {
        const tapped = { ...model, tap };
        // Of several joint blocks only the last one counts; the reference runs the others as well.
        const untilJoint = (stage: string, value: tf.Tensor) => {
          if (/^blocks_u\.[^1-9]/.test(stage) && model.config.jointDepth > 1) tap(stage, value);
        };
        const input = stream === 'a' ? folder.audio() : folder.image();
        const specific =
          stream === 'a'
            ? encodeA(model, patchEmbedA(model, input as tf.Tensor3D))
            : encodeV(model, patchEmbedV(model, input as tf.Tensor4D));
        encodeJ({ ...model, tap: untilJoint }, specific, `_${stream}`);
        const all = streamOf(tapped, stream === 'a' ? folder.audio() : folder.image(), stream);
        const patches = withoutClassToken(model, all);
        check(`feat_${stream}`, patches);
        check(`pooled_${stream}`, pool(patches));
        check(`embedding_${stream}`, unitRows(embeddingOf(model, all)));
        if (model.config.clsToken) {
          check(`feat_all_${stream}`, all);
          check(`feat_cls_${stream}`, classToken(all));
        }
      });
    }
    model.parameters.dispose();
    expect(seen.toSorted()).toEqual(
      namesIn(name, /^(tokens_full|inter|feat|pooled_.|embedding)[^/]*\.bin$/)
        .filter((file) => !file.includes('after_training'))
        .toSorted(),
    );
  });

  it.runIf(has(`${name}/grad_norms.json`))('gradients of all parameters', () => {
    const folder = modelFolder(name);
    const model = folder.load('cavmae');
    const { value, gradients } = pretrainGradients(model, folder);
    const norms = json(`${name}/grad_norms.json`) as Record<
      string,
      { l2: number; max_abs?: number; f32_vs_f64_max_abs_diff?: number } | null
    >;
    expect([...gradients.keys()].toSorted()).toEqual(
      Object.keys(norms)
        .filter((key) => norms[key])
        .toSorted(),
    );
    const whole = `${name}/grads.safetensors`;
    const expected = has(whole) ? tensors(whole) : null;
    for (const [key, gradient] of gradients) {
      const data = valuesOf(gradient);
      const { l2, max_abs: largest = 0, f32_vs_f64_max_abs_diff: noise = 0 } = norms[key]!;
      const norm = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));
      if (l2 > 1e-7) compareValue(norm, l2, `${name}/grad_norms.json`, { rtol: 1e-3 }, key);
      if (expected) {
        const wanted = expected[key]!.data;
        const error = data.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (wanted[i] as number))), 0);
        compareValue(error, 0, whole, { atol: Math.max(30 * noise, 2e-6 * largest) }, key);
      }
      if (has(`${name}/grad.${key}.bin`)) compare(data, `${name}/grad.${key}.bin`);
    }
    value.dispose();
    model.parameters.dispose();
  });

  it.runIf(has(`${name}/pos_embed_a.bin`))('positional tables, fresh and stored', () => {
    const { config } = modelFolder(name);
    for (const stream of ['a', 'v'] as const) {
      const file = `${name}/pos_embed_${stream}.bin`;
      const length = (stream === 'a' ? config.audioLength / 2 : (config.imgSize / 16) ** 2) | 0;
      // The reference computes them in single precision here; the fixture allows for it.
      compare(initialValue(config, `pos_embed_${stream}`, [1, length, config.embedDim], 0), file);
    }
  });

  it.runIf(has(`${name}/cavmae.pth`))('the .pth file holds the same tensors and is recognised', async () => {
    const { tensors: loaded, config } = await loadCheckpoint(pathOf(`${name}/cavmae.pth`));
    const expected = tensors(`${name}/cavmae.safetensors`);
    expect([...loaded.keys()].toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [key, { data }] of loaded) expect(data, key).toEqual(expected[key]!.data);
    expect(config).toEqual(modelFolder(name).config);
  });
});

const trained = folders.filter((name) => has(`${name}/train.json`));
describe.each(trained)('%s: a pretraining run', (name) => {
  it('eight steps with given noise', () => {
    const file = `${name}/train.json`;
    const given = json(file) as {
      steps: number;
      lr0: number;
      min_lr: number;
      max_iter: number;
      warmup_iter: number;
      betas: [number, number];
      eps: number;
      weight_decay: number;
      contrast_loss_weight: number;
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
      const { value, gradients } = pretrainGradients(model, folder, step, given.contrast_loss_weight);
      const expected = given.f64[step]!;
      const rtol = step === 0 ? 1e-5 : 1e-3;
      compareValue(valuesOf(value)[0]!, expected.loss, file, { rtol }, `loss before step ${step}`);
      const rate = given.lr0 * cosineFactor(step, given.max_iter, given.warmup_iter, given.min_lr / given.lr0);
      compareValue(rate, expected.lr, file, { rtol: 1e-12 }, `rate of step ${step}`);
      adam.apply(gradients, rate);
    }
    tf.tidy(() => {
      for (const stream of ['a', 'v'] as const) {
        const all = streamOf(model, stream === 'a' ? folder.audio() : folder.image(), stream);
        compare(classToken(all).dataSync(), `${name}/cls_${stream}_after_training.bin`);
        compare(pool(withoutClassToken(model, all)).dataSync(), `${name}/pooled_${stream}_after_training.bin`);
      }
    });
    for (const key of ['cls_token_a', 'cls_token_v', 'register_tokens'])
      compare(model.parameters.get(key).dataSync(), `${name}/${key}_after_training.bin`);
    adam.dispose();
    model.parameters.dispose();
  });
});
