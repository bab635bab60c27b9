// y = x W^T + b, with W [out, in] as the checkpoints hold it. Rank 2 throughout: that is TensorFlow's MatMul kernel,
// the fastest.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient.ts';

/** a b, a^T b or a b^T. On wasm an explicit transpose first is several times faster than the kernel's own. */
export function product(a: tf.Tensor2D, b: tf.Tensor2D, transposeA = false, transposeB = false): tf.Tensor2D {
  if (tf.getBackend() !== 'wasm') return tf.matMul(a, b, transposeA, transposeB);
  return tf.tidy(() => tf.matMul(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b));
}

/** x [R, in], weight [out, in], bias [out] → [R, out]. */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.tidy(() => tf.add(product(x, weight, false, true), bias)) as tf.Tensor2D;
}

/** Gradients of `linear` for dy [R, out]: of the weight [out, in] and of the bias [out]. */
export function linearWeightGradients(x: tf.Tensor2D, dy: tf.Tensor2D): [tf.Tensor2D, tf.Tensor1D] {
  return [product(dy, x, true, false), tf.sum(dy, 0)];
}

/** Gradient of `linear` for its input [R, in]. */
export const linearInputGradient = (dy: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D => product(dy, weight);

/** `linear` with its gradient. */
export function differentiableLinear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return withGradient(
    [x, weight, bias],
    () => ({ value: linear(x, weight, bias), saved: [x, weight] }),
    (dy, [input, matrix]) => [
      linearInputGradient(dy, matrix as tf.Tensor2D),
      ...linearWeightGradients(input as tf.Tensor2D, dy),
    ],
  );
}

/**
 * x [N, L, in] → [N, L, out], with its gradient. The weight may have more axes after the first (a patch projection).
 */
export function linearLayer(x: tf.Tensor3D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  const [batch, length, width] = x.shape;
  return tf.tidy(() => {
    const matrix = tf.reshape(weight, [weight.shape[0]!, -1]) as tf.Tensor2D;
    const rows = differentiableLinear(tf.reshape(x, [batch * length, width]), matrix, bias as tf.Tensor1D);
    return tf.reshape(rows, [batch, length, matrix.shape[0]]) as tf.Tensor3D;
  });
}
