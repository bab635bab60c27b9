// The gradient of one pretraining batch. A batch too large for the device is computed a few clips at a time with the
// same result: the contrast still compares all of its clips, by gradient caching (Gao et al. 2021, arXiv 2101.06983):
// their embeddings first, without a tape; the contrast's gradient by each of them; then every part once more, its
// embeddings times that gradient standing for the contrast.
import * as tf from '@tensorflow/tfjs';
import {
  comparedVectors,
  contrast,
  encodeMasked,
  pretrainForward,
  type Batch,
  type Contrast,
  type PretrainOptions,
} from '../model/cavMae.ts';
import { isContrastive, tokensA, type CavMaeConfig } from '../model/config.ts';
import type { Masks } from '../model/decoder.ts';
import { rowsOfMask } from '../model/masking.ts';
import type { Model } from '../model/model.ts';
import { accumulate, sliceRows } from './optimiser/accumulate.ts';

/**
 * Of the batch: loss, reconstruction of sound and picture, contrast (weighted), share of pictures whose own sound is
 * the most similar.
 */
export interface BatchGradients {
  gradients: Map<string, tf.Tensor>;
  loss: number;
  lossA: number;
  lossV: number;
  lossC: number;
  cAcc: number;
}

const part = ({ audio, image }: Batch, from: number, to: number): Batch => ({
  audio: audio && sliceRows(audio, from, to),
  image: image && sliceRows(image, from, to),
});
const partOfMasks = ({ a, v, joint }: Masks, from: number, to: number): Masks => ({
  a: a && rowsOfMask(a, from, to),
  v: v && rowsOfMask(v, from, to),
  joint: joint && rowsOfMask(joint, from, to),
});

/** Patches of sound and of picture that `masks` remove. */
function removed({ a, v, joint }: Masks, config: CavMaeConfig): [number, number] {
  const sum = (values: Float32Array): number => values.reduce((total, x) => total + x, 0);
  if (!joint) return [a ? sum(a.mask) : 0, v ? sum(v.mask) : 0];
  const ofSound = joint.mask.filter((_, i) => i % joint.length < tokensA(config));
  return [sum(ofSound), sum(joint.mask) - sum(ofSound)];
}

interface WholeContrast {
  lossC: number;
  cAcc: number;
  byA: tf.Tensor3D;
  byV: tf.Tensor3D;
}

/**
 * The contrast over the whole batch, and its gradient by what is compared [N, V, D] of sound and of picture, the
 * caller's to dispose.
 */
function wholeContrast(
  model: Model,
  batch: Batch,
  masks: Masks,
  options: PretrainOptions,
  size: number,
  micro: number,
): WholeContrast {
  return tf.tidy(() => {
    const compared: { a: tf.Tensor3D; v: tf.Tensor3D }[] = [];
    for (let from = 0; from < size; from += micro) {
      const to = Math.min(size, from + micro);
      compared.push(
        tf.tidy(
          () =>
            comparedVectors(
              model,
              encodeMasked(model, part(batch, from, to), partOfMasks(masks, from, to), options),
            ) as unknown as tf.TensorContainer,
        ) as unknown as { a: tf.Tensor3D; v: tf.Tensor3D },
      );
    }
    let cAcc = 0;
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, v: tf.Tensor) => {
      const whole = contrast(a as tf.Tensor3D, v as tf.Tensor3D, options);
      cAcc = whole.cAcc.dataSync()[0]!;
      return whole.lossC;
    })([
      tf.concat(
        compared.map(({ a }) => a),
        0,
      ),
      tf.concat(
        compared.map(({ v }) => v),
        0,
      ),
    ]);
    return { lossC: value.dataSync()[0]!, cAcc, byA: grads[0], byV: grads[1] } as unknown as tf.TensorContainer;
  }) as unknown as WholeContrast;
}

function inParts(
  model: Model,
  trainable: readonly string[],
  batch: Batch,
  masks: Masks,
  options: PretrainOptions,
  size: number,
  micro: number,
): BatchGradients {
  const { config, parameters } = model;
  const contrasts = options.contrastLossWeight !== 0 && isContrastive(config);
  const whole = contrasts ? wholeContrast(model, batch, masks, options, size, micro) : null;
  const [allA, allV] = removed(masks, config);
  try {
    const {
      gradients,
      parts: [lossA = NaN, lossV = NaN],
    } = accumulate(parameters, trainable, size, micro, (from, to) => {
      const own = partOfMasks(masks, from, to);
      const [ownA, ownV] = removed(own, config);
      const standIn: Contrast | undefined = whole
        ? (a, v) => ({
            lossC: tf.add(
              tf.sum(tf.mul(a, sliceRows(whole.byA, from, to))),
              tf.sum(tf.mul(v, sliceRows(whole.byV, from, to))),
            ) as tf.Scalar,
            cAcc: tf.scalar(0),
          })
        : undefined;
      const r = pretrainForward(model, part(batch, from, to), own, options, standIn);
      const shares = [r.lossMaeA.mul(ownA / Math.max(1, allA)), r.lossMaeV.mul(ownV / Math.max(1, allV))] as [
        tf.Scalar,
        tf.Scalar,
      ];
      return { loss: tf.addN(shares).mul(options.maeLossWeight).add(r.lossC) as tf.Scalar, parts: shares };
    });
    const { lossC, cAcc } = whole ?? { lossC: 0, cAcc: 0 };
    return { gradients, loss: options.maeLossWeight * (lossA + lossV) + lossC, lossA, lossV, lossC, cAcc };
  } finally {
    if (whole) tf.dispose([whole.byA, whole.byV]);
  }
}

/**
 * Computed `micro` clips at a time. `batch` stays the caller's. Draws nothing at random, so that it can be tried again
 * with fewer.
 */
export function pretrainGradients(
  model: Model,
  trainable: readonly string[],
  batch: Batch,
  masks: Masks,
  options: PretrainOptions,
  micro: number,
): BatchGradients {
  const size = (batch.audio ?? batch.image)!.shape[0];
  if (micro < size) return inParts(model, trainable, batch, masks, options, size, micro);
  const {
    gradients,
    parts: [loss = NaN, lossA = NaN, lossV = NaN, lossC = NaN, cAcc = NaN],
  } = accumulate(model.parameters, trainable, size, size, () => {
    const r = pretrainForward(model, batch, masks, options);
    return { loss: r.loss, parts: [r.loss, r.lossMaeA, r.lossMaeV, r.lossC, r.cAcc] };
  });
  return { gradients, loss, lossA, lossV, lossC, cAcc };
}
