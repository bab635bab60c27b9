// The released CAV-MAE Sync at its real size, with weights by formula: features, class tokens, pretraining, gradients.
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { embedA, embedV, featuresA, featuresV, paperOptions, pretrainForward } from '../../src/engine/model/cavMae.ts';
import { sizes, syncOptions, type CavMaeConfig } from '../../src/engine/model/config.ts';
import { pool } from '../../src/engine/model/encoder.ts';
import { unitRows } from '../../src/engine/model/losses.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { parameterShapes } from '../../src/engine/model/parameterShapes.ts';
import { fbankMean, fbankStd } from '../../src/shared/signal/normalisation.ts';
import { alignedSegments, segmentRange } from '../../src/engine/preprocess/alignedSegments.ts';
import { baseInputs, baseMasks, baseParameters, formula } from './baseFormula.ts';
import { compare, compareValue, has, json, tensor } from './fixtures.ts';
import { valuesOf } from './modelFolder.ts';
import { compareLosses } from './stages.ts';

const folder = 'sync/base';
const config: CavMaeConfig = { ...sizes.base, ...syncOptions };

/** Some tokens of x [N, L, D], named in the file's name: `…_0_51_52_100`. */
function compareRows(x: tf.Tensor3D, file: string, tokens?: number[]): void {
  const rows =
    tokens ??
    file
      .match(/(?:_\d+)+(?=\.bin$)/)![0]
      .split('_')
      .slice(1)
      .map(Number);
  tf.tidy(() => compare(tf.gather(x, tf.tensor1d(rows, 'int32'), 1).dataSync(), `${folder}/${file}`));
}

describe.runIf(has(`${folder}/formula.json`))('base', () => {
  let model: Model;
  let inputs: ReturnType<typeof baseInputs>;
  beforeAll(async () => {
    await startBackend();
    model = { config, parameters: baseParameters(folder, config), checkpoint: true };
    inputs = baseInputs(folder, config.audioLength);
  });
  afterAll(() => model.parameters.dispose());

  it('holds the tensors of the released checkpoint', () => {
    const shapes = [...parameterShapes(config, 'cavmae')];
    const values = shapes.reduce((sum, [, shape]) => sum + shape.reduce((n, d) => n * d, 1), 0);
    expect([shapes.length, values]).toEqual([650, 190_660_864]);
  });

  it('features of every token, pooled, class tokens and their cosines', () => {
    tf.tidy(() => {
      const [a, v] = [featuresA(model, inputs.audio), featuresV(model, inputs.image)];
      compareRows(a, 'feat_a_tokens_0_25_26_207.bin');
      compareRows(v, 'feat_v_tokens_0_13_14_195.bin');
      compare(pool(a).dataSync(), `${folder}/feat_a_pooled.bin`);
      compare(pool(v).dataSync(), `${folder}/feat_v_pooled.bin`);
      const [clsA, clsV] = [embedA(model, inputs.audio), embedV(model, inputs.image)];
      compare(clsA.dataSync(), `${folder}/feat_cls_a.bin`);
      compare(clsV.dataSync(), `${folder}/feat_cls_v.bin`);
      const [unitA, unitV] = [unitRows(clsA), unitRows(clsV)];
      const cosines = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.matMul(x, y, false, true).dataSync();
      compare(cosines(unitA, unitA), `${folder}/cosine_cls_a_a.bin`);
      compare(cosines(unitA, unitV), `${folder}/cosine_cls_a_v.bin`);
      compare(cosines(unitV, unitV), `${folder}/cosine_cls_v_v.bin`);
    });
  });

  it('pretraining forward with given noise', () => {
    const masks = baseMasks(inputs.noiseA, inputs.noiseV, folder);
    const kept = json(`${folder}/mask_kept.json`) as { audio: number[][]; image: number[][] };
    for (const [mask, expected] of [
      [masks.a, kept.audio],
      [masks.v, kept.image],
    ] as const)
      expected.forEach((tokens, n) =>
        expect([...mask.idsKeep.subarray(n * mask.lenKeep, (n + 1) * mask.lenKeep)].toSorted((x, y) => x - y)).toEqual(
          tokens,
        ),
      );
    const given = json(`${folder}/losses.json`) as Record<string, { f64: Parameters<typeof compareLosses>[1] }>;
    for (const normPixLoss of [true, false]) {
      const tap = (stage: string, value: tf.Tensor) => {
        if (!normPixLoss) return;
        const x = value as tf.Tensor3D;
        if (stage === 'enc_x') compareRows(x, 'enc_x_tokens_0_51_52_100.bin');
        if (stage.startsWith('enc_cls')) compare(value.dataSync(), `${folder}/${stage}.bin`);
        else if (stage.startsWith('enc_')) tf.tidy(() => compare(pool(x).dataSync(), `${folder}/${stage}_pooled.bin`));
        if (stage.startsWith('pred_')) compareRows(x, `${stage}_rows_0_3.bin`, [0, 1, 2, 3]);
        if (stage.startsWith('pred_')) tf.tidy(() => compare(pool(x).dataSync(), `${folder}/${stage}_mean.bin`));
      };
      const actual = tf.tidy(() => {
        const r = pretrainForward({ ...model, tap, config: { ...config, normPixLoss } }, inputs, masks);
        const n = (x: tf.Scalar) => x.dataSync()[0]!;
        return {
          loss: n(r.loss),
          loss_mae: n(r.lossMae),
          loss_mae_a: n(r.lossMaeA),
          loss_mae_v: n(r.lossMaeV),
          loss_c: n(r.lossC),
          c_acc: n(r.cAcc),
        };
      });
      const name = `norm_pix_loss_${normPixLoss}`;
      compareLosses(actual, given[name]!.f64, `${folder}/losses.json`, 5e-5, name);
    }
  });

  it('gradients of the pretraining loss', () => {
    const masks = baseMasks(inputs.noiseA, inputs.noiseV, folder);
    const file = `${folder}/grad_norms.json`;
    const norms = json(file) as Record<string, { l2: number } | null>;
    const { value, gradients } = model.parameters.gradients(
      () => pretrainForward(model, inputs, masks, paperOptions).loss,
      Object.keys(norms).filter((name) => !name.includes('pos_embed')),
    );
    value.dispose();
    expect([...gradients.keys()].toSorted()).toEqual(
      Object.keys(norms)
        .filter((name) => norms[name])
        .toSorted(),
    );
    for (const [name, gradient] of gradients) {
      const data = valuesOf(gradient);
      const { l2 } = norms[name]!;
      const norm = Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));
      if (l2 > 1e-7) compareValue(norm, l2, file, { rtol: 1e-3 }, name);
      const own = `${folder}/grad_${name.replaceAll('.', '_')}.bin`;
      if (has(own)) compare(data, own);
    }
  });

  const e2e = () =>
    (
      formula(folder) as unknown as {
        e2e: { audio: string; image: string; frames_of_16: number[]; start_end: number[][] };
      }
    ).e2e;
  const real = has(`${folder}/e2e_cls_a.bin`) && has(e2e().audio, e2e().image);
  it.runIf(real)('a real sound in segments and a real picture, from preprocessed input to class tokens', () => {
    const { audio, image, frames_of_16: chosen, start_end: ranges } = e2e();
    expect(chosen.map((k) => segmentRange(k, 16, 1024, config.audioLength))).toEqual(ranges);
    // The stored sound is normalised: taken back, so that it goes through what the product runs.
    const raw = tensor(audio).data.map((x) => x * fbankStd + fbankMean);
    tf.tidy(() => {
      const segments = tf.tensor3d(alignedSegments(raw, chosen, 16, config.audioLength), [
        chosen.length,
        config.audioLength,
        128,
      ]);
      compare(embedA(model, segments).dataSync(), `${folder}/e2e_cls_a.bin`);
      const picture = tf.tensor4d(tensor(image).data, [1, 3, 224, 224]);
      compare(embedV(model, picture).dataSync(), `${folder}/e2e_cls_v.bin`);
    });
  });
});
