// The forward stages of a fixture folder, on whatever backend runs: what both the native and the wasm suite call.
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { classifierModes } from '../../src/shared/contract/modes.ts';
import {
  featuresA,
  featuresV,
  paperOptions,
  pretrainForward,
  type PretrainOptions,
} from '../../src/engine/model/cavMae.ts';
import { finetuneForward, usesAudio, usesImage } from '../../src/engine/model/cavMaeFt.ts';
import { pool } from '../../src/engine/model/encoder.ts';
import type { CavMaeConfig } from '../../src/engine/model/config.ts';
import type { MaskMode } from '../../src/engine/model/masking.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { compare, compareValue, filesMatching, has, json } from './fixtures.ts';
import { modelFolder, type MaskOptions, type ModelFolder, valuesOf } from './modelFolder.ts';

type LossNumbers = {
  loss: number;
  loss_mae: number;
  loss_mae_a: number;
  loss_mae_v: number;
  loss_c: number;
  c_acc: number;
};

/** Pretraining losses with the reference's quirk of several joint blocks, as numbers under the reference's names. */
export function losses(
  model: Model,
  folder: ModelFolder,
  options: Partial<PretrainOptions> = {},
  masks: MaskOptions = {},
): LossNumbers {
  return tf.tidy(() => {
    const r = pretrainForward(model, { audio: folder.audio(), image: folder.image() }, folder.masks(masks), {
      ...paperOptions,
      contrastiveJoint: 'lastOnly',
      ...options,
    });
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
}

export function compareLosses(actual: LossNumbers, expected: LossNumbers, file: string, rtol: number, what = ''): void {
  for (const [name, value] of Object.entries(expected))
    compareValue(actual[name as keyof LossNumbers], value, file, { rtol, atol: 1e-9 }, `${what} ${name}`);
}

/** Compares a stage with the entry of its name, whole or (with `sample0`) its first sample. */
function checkStage(folder: string, file: string, value: tf.Tensor, sample0 = false): boolean {
  const path = `${folder}/${file}.bin`;
  if (!has(path)) return false;
  const data = value.dataSync() as Float32Array;
  compare(sample0 ? data.subarray(0, data.length / value.shape[0]!) : data, path);
  return true;
}

/** `a_block0_attn` of the fixtures is stage `blocks_a.0.attn` here. */
const interName = (stage: string): string =>
  `inter_${stage.replace(/^blocks_(\w)\.(\d+)\.?/, '$1_block$2_').replace(/_$/, '')}`;

export function maskStages(name: string): void {
  it.runIf(has(`${name}/mask_a.bin`, `${name}/noise_a.bin`))('masks of the given noise', () => {
    const { a, v } = modelFolder(name).masks();
    for (const [stream, mask] of [
      ['a', a!],
      ['v', v!],
    ] as const) {
      compare(mask.mask, `${name}/mask_${stream}.bin`);
      compare(mask.idsRestore, `${name}/ids_restore_${stream}.bin`);
    }
  });
}

export function pretrainingStages(name: string): void {
  it('stages of the masked forward pass', () => {
    const folder = modelFolder(name);
    const model = folder.load('cavmae');
    const masks = folder.masks();
    const seen: string[] = [];
    const tap = (stage: string, value: tf.Tensor) => {
      if (checkStage(name, stage, value)) seen.push(stage);
      if (stage.startsWith('enc_')) tf.tidy(() => checkStage(name, `mean_${stage}`, pool(value as tf.Tensor3D)));
    };
    tf.tidy(
      () =>
        void pretrainForward({ ...model, tap }, { audio: folder.audio(), image: folder.image() }, masks, {
          ...paperOptions,
          contrastiveJoint: 'lastOnly',
        }),
    );
    model.parameters.dispose();
    const expected = filesMatching(new RegExp(`^${name}/(tokens|enc|pred)_\\w+\\.bin$`)).map((file) =>
      file.slice(name.length + 1, -4),
    );
    expect(seen.toSorted()).toEqual(expected.toSorted());
  });

  it('unmasked features', () => {
    const folder = modelFolder(name);
    const model = folder.load('cavmae');
    const seen: string[] = [];
    const tap = (stage: string, value: tf.Tensor) => {
      if (checkStage(name, interName(stage), value, true)) seen.push(interName(stage));
    };
    tf.tidy(() => {
      const features = {
        a: featuresA({ ...model, tap }, folder.audio()),
        v: featuresV({ ...model, tap }, folder.image()),
      };
      for (const [stream, tokens] of Object.entries(features)) {
        checkStage(name, `feat_${stream}`, tokens);
        checkStage(name, `pooled_${stream}`, pool(tokens));
        checkStage(name, `mean_feat_${stream}`, pool(tokens));
      }
    });
    model.parameters.dispose();
    expect(seen.toSorted()).toEqual(
      filesMatching(new RegExp(`^${name}/inter_\\w+\\.bin$`))
        .map((file) => file.slice(name.length + 1, -4))
        .toSorted(),
    );
  });
}

export function lossCases(name: string): void {
  const file = `${name}/losses.json`;
  if (!has(file)) return;
  const given = json(file) as
    | ({ f64: LossNumbers & { loss_c_global?: number; loss_c_local?: number } } & {
        case: string;
        norm_pix_loss: boolean;
        mae_loss_weight: number;
        contrast_loss_weight: number;
        mask_ratio_a: number;
        mask_ratio_v: number;
        mask_mode?: MaskMode;
        removed_in_call_order?: number[][];
      })[]
    | { f64: LossNumbers & { loss_c_global?: number; loss_c_local?: number } };
  const cases = Array.isArray(given)
    ? given
    : [
        {
          case: 'default',
          norm_pix_loss: true,
          mae_loss_weight: 1,
          contrast_loss_weight: 0.01,
          mask_ratio_a: 0.75,
          mask_ratio_v: 0.75,
          ...given,
        },
      ];
  it.each(cases.map((one) => [one.case, one] as const))('losses: %s', (_, one) => {
    const folder = modelFolder(name);
    const model = folder.load('cavmae');
    const lossesWith = (config: Partial<CavMaeConfig>) =>
      losses(
        { ...model, config: { ...model.config, normPixLoss: one.norm_pix_loss, ...config } },
        folder,
        { maeLossWeight: one.mae_loss_weight, contrastLossWeight: one.contrast_loss_weight },
        {
          ratioA: one.mask_ratio_a,
          ratioV: one.mask_ratio_v,
          ...(one.mask_mode && { structure: { mode: one.mask_mode, draws: one.removed_in_call_order! } }),
        },
      );
    const actual = lossesWith({});
    const { loss_c_global: ofClass, loss_c_local: ofPatches, ...expected } = one.f64;
    if (ofClass !== undefined && ofPatches !== undefined) {
      // The contrast is the mean of the one on class tokens and the one on mean patch tokens.
      const global = lossesWith({ globalLocal: false }).loss_c;
      compareValue(global, ofClass, file, { rtol: 2e-5 }, 'loss_c_global');
      compareValue(2 * actual.loss_c - global, ofPatches, file, { rtol: 1e-4 }, 'loss_c_local');
    }
    model.parameters.dispose();
    expect(Object.values(actual).every(Number.isFinite)).toBe(true);
    // Where structure removes more than is to be removed, which of its tokens are kept is the whim of argsort among equals (see masks.test.ts).
    const rtol = one.mask_mode === 'tf' ? 2e-2 : name === 'micro_small' ? 1e-3 : 2e-5;
    compareLosses(actual, expected, file, rtol, one.case);
  });
}

export function finetuneLogits(name: string): void {
  const modes = classifierModes.filter((mode) => has(`${name}/logits_${mode}.bin`));
  it.each(modes)('logits: %s', (mode) => {
    const folder = modelFolder(name);
    const model = folder.load('cavmaeft');
    const tap = (stage: string, value: tf.Tensor) => stage === 'joint_tokens' && checkStage(name, stage, value);
    const batch = { audio: usesAudio(mode) ? folder.audio() : null, image: usesImage(mode) ? folder.image() : null };
    compare(valuesOf(finetuneForward({ ...model, tap }, batch, mode)), `${name}/logits_${mode}.bin`);
    for (const input of [batch.audio, batch.image]) input?.dispose();
    model.parameters.dispose();
  });
  it.runIf(has(`${name}/ft_feat_a.bin`))('features of the finetuned model', () => {
    const folder = modelFolder(name);
    const model = folder.load('cavmaeft');
    compare(valuesOf(tf.tidy(() => featuresA(model, folder.audio()))), `${name}/ft_feat_a.bin`);
    compare(valuesOf(tf.tidy(() => featuresV(model, folder.image()))), `${name}/ft_feat_v.bin`);
    model.parameters.dispose();
  });
}
