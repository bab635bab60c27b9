// LayerNorm over the last axis: y = g (x - mean) / sqrt(var + eps) + b, var the biased variance, eps 1e-5.
import * as tf from '@tensorflow/tfjs';
import { LAYER_NORM_EPS } from './config.ts';
import type { Parameters } from './parameters.ts';
import { withGradient } from './withGradient.ts';

/** x [R, D] → (x - mean) / deviation [R, D] and 1 / deviation [R, 1]. */
export function standardise(x: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  return tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, 1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), LAYER_NORM_EPS));
    return [tf.mul(centred, inverse), inverse] as [tf.Tensor2D, tf.Tensor2D];
  });
}

export const scaleShift = (standard: tf.Tensor2D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor2D =>
  tf.tidy(() => tf.add(tf.mul(standard, weight), bias)) as tf.Tensor2D;

/** Gradients of LayerNorm for dy [R, D]: of x, of the weight, of the bias. */
export function layerNormGradients(
  dy: tf.Tensor2D,
  standard: tf.Tensor2D,
  inverse: tf.Tensor2D,
  weight: tf.Tensor,
): [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D] {
  return tf.tidy(() => {
    const dStandard = tf.mul(dy, weight);
    const along = tf.mean(tf.mul(dStandard, standard), 1, true);
    const dx = tf.mul(inverse, tf.sub(tf.sub(dStandard, tf.mean(dStandard, 1, true)), tf.mul(standard, along)));
    return [dx, tf.sum(tf.mul(dy, standard), 0), tf.sum(dy, 0)] as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
  });
}

/** x [..., D] → [..., D] with parameters `<name>.weight` and `<name>.bias`. */
export function layerNorm<T extends tf.Tensor>(x: T, parameters: Parameters, name: string): T {
  return tf.tidy(() => {
    const rows = tf.reshape(x, [-1, x.shape.at(-1)!]) as tf.Tensor2D;
    const [weight, bias] = [parameters.get(`${name}.weight`), parameters.get(`${name}.bias`)];
    const y = withGradient(
      [rows, weight, bias],
      () => {
        const [standard, inverse] = standardise(rows);
        return { value: scaleShift(standard, weight, bias), saved: [standard, inverse, weight] };
      },
      (dy, [standard, inverse, w]) => layerNormGradients(dy, standard as tf.Tensor2D, inverse as tf.Tensor2D, w!),
    );
    return tf.reshape(y, x.shape) as T;
  });
}
