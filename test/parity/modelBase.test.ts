// The full 768-d model of the paper with weights by formula: features, pretraining, gradients, classifier.
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifierModes } from '../../src/shared/contract/modes.ts';
import { startBackend } from '../../src/engine/backend/startBackend.ts';
import { featuresA, featuresV, paperOptions, pretrainForward } from '../../src/engine/model/cavMae.ts';
import { finetuneForward } from '../../src/engine/model/cavMaeFt.ts';
import { sizes } from '../../src/engine/model/config.ts';
import { pool } from '../../src/engine/model/encoder.ts';
import { unitRows } from '../../src/engine/model/losses.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { baseInputs, baseMasks, baseParameters, formula } from './baseFormula.ts';
import { compare, compareValue, has, json, tensor } from './fixtures.ts';
import { valuesOf } from './modelFolder.ts';
import { compareLosses } from './stages.ts';

/** Some tokens of x [N, L, D], named in the file's name: `…_0_127_128_176`. */
function compareRows(
  x: tf.Tensor3D,
  file: string,
  tokens = file
    .match(/(?:_\d+)+(?=\.bin$)/)![0]
    .split('_')
    .slice(1)
    .map(Number),
): void {
  tf.tidy(() => compare(tf.gather(x, tf.tensor1d(tokens, 'int32'), 1).dataSync(), file));
}

describe.runIf(has('base/formula.json'))('base', () => {
  let model: Model;
  let inputs: ReturnType<typeof baseInputs>;
  beforeAll(async () => {
    await startBackend();
    model = { config: sizes.base, parameters: baseParameters(), checkpoint: true };
    inputs = baseInputs();
  });
  afterAll(() => model.parameters.dispose());

  it('features of every token, pooled, and their cosines', () => {
    tf.tidy(() => {
      const [a, v] = [featuresA(model, inputs.audio), featuresV(model, inputs.image)];
      compareRows(a, 'base/feat_a_tokens_0_63_64_511.bin');
      compareRows(v, 'base/feat_v_tokens_0_13_14_195.bin');
      compare(pool(a).dataSync(), 'base/feat_a_pooled.bin');
      compare(pool(v).dataSync(), 'base/feat_v_pooled.bin');
      const [unitA, unitV] = [unitRows(pool(a)), unitRows(pool(v))];
      const cosines = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.matMul(x, y, false, true).dataSync();
      compare(cosines(unitA, unitA), 'base/cosine_a_a.bin');
      compare(cosines(unitA, unitV), 'base/cosine_a_v.bin');
      compare(cosines(unitV, unitV), 'base/cosine_v_v.bin');
    });
  });

  it('pretraining forward with given noise', () => {
    const masks = baseMasks(inputs.noiseA, inputs.noiseV);
    const kept = json('base/mask_kept.json') as { audio: number[][]; image: number[][] };
    for (const [mask, expected] of [
      [masks.a, kept.audio],
      [masks.v, kept.image],
    ] as const) {
      expected.forEach((tokens, n) =>
        expect([...mask.idsKeep.subarray(n * mask.lenKeep, (n + 1) * mask.lenKeep)].toSorted((x, y) => x - y)).toEqual(
          tokens,
        ),
      );
    }
    const given = json('base/losses.json') as Record<string, { f64: Parameters<typeof compareLosses>[1] }>;
    for (const normPixLoss of [true, false]) {
      const tap = (stage: string, value: tf.Tensor) => {
        if (!normPixLoss) return;
        const x = value as tf.Tensor3D;
        if (stage === 'enc_x') compareRows(x, 'base/enc_x_tokens_0_127_128_176.bin');
        if (stage.startsWith('enc_')) tf.tidy(() => compare(pool(x).dataSync(), `base/${stage}_pooled.bin`));
        if (stage.startsWith('pred_')) compareRows(x, `base/${stage}_rows_0_3.bin`, [0, 1, 2, 3]);
        if (stage.startsWith('pred_')) tf.tidy(() => compare(pool(x).dataSync(), `base/${stage}_mean.bin`));
      };
      const actual = tf.tidy(() => {
        const r = pretrainForward({ ...model, tap, config: { ...sizes.base, normPixLoss } }, inputs, masks);
        return [r.loss, r.lossMae, r.lossMaeA, r.lossMaeV, r.lossC, r.cAcc].map((x) => x.dataSync()[0]!);
      });
      const [loss, loss_mae, loss_mae_a, loss_mae_v, loss_c, c_acc] = actual as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      compareLosses(
        { loss, loss_mae, loss_mae_a, loss_mae_v, loss_c, c_acc },
        given[`norm_pix_loss_${normPixLoss}`]!.f64,
        'base/losses.json',
        5e-5,
        `norm_pix_loss ${normPixLoss}`,
      );
    }
  });

  it('gradients of the pretraining loss', () => {
    const masks = baseMasks(inputs.noiseA, inputs.noiseV);
    const norms = json('base/grad_norms.json') as Record<string, { l2: number } | null>;
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
      if (l2 > 1e-7)
        compareValue(
          Math.sqrt(data.reduce((sum, x) => sum + x * x, 0)),
          l2,
          'base/grad_norms.json',
          { rtol: 1e-3 },
          name,
        );
      const file = `base/grad_${name.replaceAll('.', '_')}.bin`;
      if (has(file)) compare(data, file);
    }
  });

  it('classifier with 527 classes in five modes', () => {
    const tap = (stage: string, value: tf.Tensor) => {
      if (stage === 'joint_tokens') compareRows(value as tf.Tensor3D, 'base/ft_joint_tokens_0_511_512_707.bin');
      if (stage === 'joint_tokens')
        tf.tidy(() => compare(pool(value as tf.Tensor3D).dataSync(), 'base/ft_joint_pooled.bin'));
    };
    for (const mode of classifierModes)
      compare(valuesOf(finetuneForward({ ...model, tap }, inputs, mode)), `base/ft_logits_${mode}.bin`);
    expect(model.parameters.get('mlp_head.1.weight').shape[0]).toBe(formula().label_dim);
  });

  it('a real sound and a real picture, from preprocessed input to logits', () => {
    const { audio, image } = json('base/input_checks.json').e2e as { audio: string; image: string };
    tf.tidy(() => {
      const batch = {
        audio: tf.tensor3d(tensor(audio).data, [1, 1024, 128]),
        image: tf.tensor4d(tensor(image).data, [1, 3, 224, 224]),
      };
      compare(pool(featuresA(model, batch.audio)).dataSync(), 'base/e2e_feat_a_pooled.bin');
      compare(pool(featuresV(model, batch.image)).dataSync(), 'base/e2e_feat_v_pooled.bin');
      compare(finetuneForward(model, batch, 'multimodal').dataSync(), 'base/e2e_ft_logits_multimodal.bin');
    });
  });
});
