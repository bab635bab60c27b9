// Batch normalisation over all but the last axis, with running statistics for detection.
import type { Tensor, Variable } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';

const momentum = 0.9;
const epsilon = 1e-3;

export interface NormVariables {
  scale: Variable;
  offset: Variable;
  mean: Variable;
  variance: Variable;
}

/** x [..., C] → the same shape. In training the batch's own moments are used and the running ones follow them. */
export function batchNorm(x: Tensor, { scale, offset, mean, variance }: NormVariables, training: boolean): Tensor {
  if (!training) {
    const gain = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(x, gain), tf.sub(offset, tf.mul(mean, gain)));
  }
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const moments = tf.moments(x, axes);
  const gain = tf.mul(scale, tf.rsqrt(tf.add(moments.variance, epsilon)));
  const follow = (running: Variable, now: Tensor): void =>
    running.assign(tf.add(tf.mul(running, momentum), tf.mul(now, 1 - momentum)));
  follow(mean, moments.mean);
  follow(variance, moments.variance);
  return tf.add(tf.mul(x, gain), tf.sub(offset, tf.mul(moments.mean, gain)));
}
