// The two training losses: reconstruction (paper eq. 6-7) and contrastive (eq. 8).
import * as tf from '@tensorflow/tfjs';
import type { Mask } from './masking.ts';

const NORM_PIX_EPS = 1e-6;
/** The paper's, fixed. */
export const TEMPERATURE = 0.05;
/** The smallest length a vector is divided by when normalised. */
const UNIT_EPS = 1e-12;

/** Patches [N, L, P] minus their own mean, divided by their own deviation; the variance divides by P - 1. */
export function normalisePatches(patches: tf.Tensor3D): tf.Tensor3D {
  return tf.tidy(() => {
    const centred = tf.sub(patches, tf.mean(patches, -1, true));
    const variance = tf.div(tf.sum(tf.square(centred), -1, true), patches.shape[2] - 1);
    return tf.div(centred, tf.sqrt(tf.add(variance, NORM_PIX_EPS)));
  }) as tf.Tensor3D;
}

/** Mean squared error per patch: prediction, target [N, L, P] → [N, L]. */
export const patchErrors = (prediction: tf.Tensor3D, target: tf.Tensor3D): tf.Tensor2D =>
  tf.tidy(() => tf.mean(tf.square(tf.sub(prediction, target)), -1)) as tf.Tensor2D;

/** Where a mask [N, L] over a part of the tokens lies in `mask`. */
export const maskTensor = (mask: Mask): tf.Tensor2D => tf.tensor2d(mask.mask, [mask.batch, mask.length]);

/** Mean error over the removed patches of the whole batch. NaN when nothing was removed. */
export function reconstructionLoss(
  prediction: tf.Tensor3D,
  patches: tf.Tensor3D,
  mask: tf.Tensor2D,
  normPixLoss: boolean,
): tf.Scalar {
  return tf.tidy(() => {
    const errors = patchErrors(prediction, normPixLoss ? normalisePatches(patches) : patches);
    return tf.div(tf.sum(tf.mul(errors, mask)), tf.sum(mask));
  }) as tf.Scalar;
}

/** Rows without `share` (0 … 1) of their mean over the batch: [N, D] → [N, D]. */
export const centredRows = (x: tf.Tensor2D, share: number): tf.Tensor2D =>
  share === 0 ? x : (tf.tidy(() => tf.sub(x, tf.mul(tf.mean(x, 0, true), share))) as tf.Tensor2D);

/** Rows of unit length: [N, D] → [N, D]. */
export const unitRows = (x: tf.Tensor2D): tf.Tensor2D =>
  tf.tidy(() => tf.div(x, tf.maximum(tf.sqrt(tf.sum(tf.square(x), 1, true)), UNIT_EPS))) as tf.Tensor2D;

/**
 * InfoNCE between audio and image embeddings [N, D], item n of one belonging to item n of the other.
 *
 * One-directional (the paper's, and what `forward` of the reference uses): for every image, which sound is its own.
 * `bidirect` averages with: for every sound, which image.
 * @returns the loss, and the share of items whose partner was the most similar.
 */
export function contrastiveLoss(
  audio: tf.Tensor2D,
  image: tf.Tensor2D,
  bidirect = false,
  temperature = TEMPERATURE,
): { nce: tf.Scalar; cAcc: tf.Scalar } {
  const batch = audio.shape[0];
  return tf.tidy(() => {
    const [a, v] = [unitRows(audio), unitRows(image)];
    const imageToAudio = tf.div(tf.matMul(v, a, false, true), temperature) as tf.Tensor2D;
    const own = tf.range(0, batch, 1, 'int32');
    const diagonal = tf.eye(batch);
    const direction = (similarity: tf.Tensor2D) => ({
      nce: tf.neg(tf.div(tf.sum(tf.mul(tf.logSoftmax(similarity), diagonal)), batch)) as tf.Scalar,
      cAcc: tf.mean(tf.cast(tf.equal(tf.argMax(similarity, 1), own), 'float32')) as tf.Scalar,
    });
    const one = direction(imageToAudio);
    if (!bidirect) return one;
    const other = direction(tf.transpose(imageToAudio));
    const half = (x: tf.Scalar, y: tf.Scalar) => tf.div(tf.add(x, y), 2) as tf.Scalar;
    return { nce: half(one.nce, other.nce), cAcc: half(one.cAcc, other.cAcc) };
  });
}
