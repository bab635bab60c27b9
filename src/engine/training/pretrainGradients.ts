// The gradient of one pretraining batch. A batch too large for the device is computed a few clips at a time with the same result: the
// contrast still compares all of its clips, by gradient caching (Gao et al. 2021, arXiv 2101.06983): their embeddings first, without a
// tape; the contrast's gradient by each of them; then every part once more, its embeddings times that gradient standing for the contrast.
import * as tf from '@tensorflow/tfjs';
import { contrast, encodeMasked, pretrainForward, type Batch, type Contrast, type PretrainOptions } from '../model/cavMae.ts';
import { tokensA as tokensOfA } from '../model/config.ts';
import type { Masks } from '../model/decoder.ts';
import { pool } from '../model/encoder.ts';
import { rowsOfMask } from '../model/masking.ts';
import type { Model } from '../model/model.ts';
import { accumulate, sliceRows } from './accumulate.ts';

/** Of the batch: loss, reconstruction of sound and picture, contrast (weighted), share of pictures whose own sound is the most similar. */
export interface BatchGradients { gradients: Map<string, tf.Tensor>; loss: number; lossA: number; lossV: number; lossC: number; cAcc: number }

const part = ({ audio, image }: Batch, from: number, to: number): Batch => ({ audio: audio && sliceRows(audio, from, to), image: image && sliceRows(image, from, to) });
const partOfMasks = ({ a, v, joint }: Masks, from: number, to: number): Masks => ({ a: a && rowsOfMask(a, from, to), v: v && rowsOfMask(v, from, to), joint: joint && rowsOfMask(joint, from, to) });

/** Patches of sound and of picture that `masks` remove. */
function removed({ a, v, joint }: Masks, tokensA: number): [number, number] {
  const count = (mask: Float32Array | undefined, wanted: (token: number) => boolean, length: number) => mask?.reduce((sum, x, i) => sum + (wanted(i % length) ? x : 0), 0) ?? 0;
  if (joint) return [count(joint.mask, (token) => token < tokensA, joint.length), count(joint.mask, (token) => token >= tokensA, joint.length)];
  return [count(a?.mask, () => true, a?.length ?? 1), count(v?.mask, () => true, v?.length ?? 1)];
}

/** The contrast's value over the whole batch, and its gradient by the pooled streams [N, D] of sound and of picture. */
function contrastGradients(pooledA: tf.Tensor2D, pooledV: tf.Tensor2D, options: PretrainOptions): { lossC: number; cAcc: number; byA: tf.Tensor2D; byV: tf.Tensor2D } {
  let accuracy = 0;
  const { value, grads } = tf.valueAndGrads((a: tf.Tensor, v: tf.Tensor) => {
    const { lossC, cAcc } = contrast(a as tf.Tensor2D, v as tf.Tensor2D, options);
    accuracy = cAcc.dataSync()[0]!;
    return lossC;
  })([pooledA, pooledV]);
  const lossC = value.dataSync()[0]!;
  value.dispose();
  return { lossC, cAcc: accuracy, byA: grads[0] as tf.Tensor2D, byV: grads[1] as tf.Tensor2D };
}

/** Computed `micro` clips at a time. `batch` stays the caller's. Draws nothing at random, so that it can be tried again with fewer. */
export function pretrainGradients(model: Model, trainable: readonly string[], batch: Batch, masks: Masks, options: PretrainOptions, micro: number): BatchGradients {
  const size = (batch.audio ?? batch.image)!.shape[0];
  const tokensA = masks.a?.length ?? (masks.joint ? tokensOfA(model.config) : 0);
  const [allA, allV] = removed(masks, tokensA);
  const contrasts = options.contrastLossWeight !== 0 && (model.config.variant === 'cav-mae' || model.config.variant === 'cav');
  const whole = micro < size && contrasts ? tf.tidy(() => {
    const pooled: [tf.Tensor2D, tf.Tensor2D][] = [];
    for (let from = 0; from < size; from += micro) {
      const to = Math.min(size, from + micro);
      pooled.push(tf.tidy(() => {
        const { ca, cv } = encodeMasked(model, part(batch, from, to), partOfMasks(masks, from, to), options);
        return [pool(ca!), pool(cv!)];
      }));
    }
    return contrastGradients(tf.concat(pooled.map(([a]) => a), 0), tf.concat(pooled.map(([, v]) => v), 0), options) as unknown as tf.TensorContainer;
  }) as unknown as ReturnType<typeof contrastGradients> : null;
  try {
    const { gradients, parts } = accumulate(model.parameters, trainable, size, micro, (from, to) => {
      const own = partOfMasks(masks, from, to);
      const [ownA, ownV] = removed(own, tokensA);
      const standIn: Contrast | undefined = whole ? (a, v) => ({ lossC: tf.add(tf.sum(tf.mul(a, sliceRows(whole.byA, from, to))), tf.sum(tf.mul(v, sliceRows(whole.byV, from, to)))) as tf.Scalar, cAcc: tf.scalar(0) }) : undefined;
      const r = pretrainForward(model, part(batch, from, to), own, options, standIn);
      if (from === 0 && to === size) return { loss: r.loss, parts: [r.loss, r.lossMaeA, r.lossMaeV, r.lossC, r.cAcc] };
      const [lossA, lossV] = [r.lossMaeA.mul(ownA / Math.max(1, allA)) as tf.Scalar, r.lossMaeV.mul(ownV / Math.max(1, allV)) as tf.Scalar];
      return { loss: lossA.add(lossV).mul(options.maeLossWeight).add(r.lossC) as tf.Scalar, parts: [tf.scalar(0), lossA, lossV, tf.scalar(0), tf.scalar(0)] };
    });
    const [loss = NaN, lossA = NaN, lossV = NaN, lossC = NaN, cAcc = NaN] = parts;
    if (micro >= size) return { gradients, loss, lossA, lossV, lossC, cAcc };
    const [c, accuracy] = [whole?.lossC ?? 0, whole?.cAcc ?? 0];
    return { gradients, loss: options.maeLossWeight * (lossA + lossV) + c, lossA, lossV, lossC: c, cAcc: accuracy };
  } finally {
    if (whole) tf.dispose([whole.byA, whole.byV]);
  }
}
