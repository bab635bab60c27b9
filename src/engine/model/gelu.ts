// The exact GELU, x Phi(x), with Phi by erf (not the tanh approximation).
import * as tf from '@tensorflow/tfjs';

const INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);

/** x → GELU(x) and, when asked for, its derivative Phi(x) + x phi(x). */
export function gelu(x: tf.Tensor2D, withSlope: false): [tf.Tensor2D];
export function gelu(x: tf.Tensor2D, withSlope: true): [tf.Tensor2D, tf.Tensor2D];
export function gelu(x: tf.Tensor2D, withSlope: boolean): tf.Tensor2D[] {
  return tf.tidy(() => {
    const phi = tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);
    const value = tf.mul(x, phi) as tf.Tensor2D;
    if (!withSlope) return [value];
    const density = tf.tidy(() => tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), INVERSE_SQRT_2PI));
    return [value, tf.add(phi, tf.mul(x, density)) as tf.Tensor2D];
  });
}
