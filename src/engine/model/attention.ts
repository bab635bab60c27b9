// Multi-head self-attention: softmax(q k^T / sqrt(d)) v per head, from one qkv projection whose 3D features are laid
// out [3, heads, head dim], and back.
import * as tf from '@tensorflow/tfjs';

export interface AttentionShape {
  batch: number;
  length: number;
  heads: number;
  headDim: number;
}

export interface AttentionState {
  q: tf.Tensor4D;
  k: tf.Tensor4D;
  v: tf.Tensor4D;
  weights: tf.Tensor4D;
}

/** qkv [N*L, 3D] → q, k, v, each [N, heads, L, head dim]. */
function splitHeads(qkv: tf.Tensor2D, { batch, length, heads, headDim }: AttentionShape): tf.Tensor4D[] {
  return tf.tidy(() =>
    tf.unstack(tf.transpose(tf.reshape(qkv, [batch, length, 3, heads, headDim]), [2, 0, 3, 1, 4]), 0),
  ) as tf.Tensor4D[];
}

/** [N, heads, L, head dim] → [N*L, D]. */
const mergeHeads = (x: tf.Tensor, { batch, length, heads, headDim }: AttentionShape): tf.Tensor2D =>
  tf.tidy(() => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch * length, heads * headDim])) as tf.Tensor2D;

/** qkv [N*L, 3D] → attended values [N*L, D], with what the gradient needs. */
export function attend(qkv: tf.Tensor2D, shape: AttentionShape): [tf.Tensor2D, AttentionState] {
  const [q, k, v] = splitHeads(qkv, shape) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const weights = tf.tidy(() => tf.softmax(tf.matMul(tf.mul(q, shape.headDim ** -0.5), k, false, true))) as tf.Tensor4D;
  return [tf.tidy(() => mergeHeads(tf.matMul(weights, v), shape)), { q, k, v, weights }];
}

/** Gradient of `attend` for dy [N*L, D]: of qkv [N*L, 3D]. `attended` is its output. */
export function attendGradient(
  dy: tf.Tensor2D,
  attended: tf.Tensor2D,
  { q, k, v, weights }: AttentionState,
  shape: AttentionShape,
): tf.Tensor2D {
  const { batch, length, heads, headDim } = shape;
  const scale = headDim ** -0.5;
  return tf.tidy(() => {
    const split = (x: tf.Tensor, width: number) =>
      tf.transpose(tf.reshape(x, [batch, length, heads, width]), [0, 2, 1, 3]);
    // Softmax's gradient needs sum(dw * w) per row, which is sum(dy * y) per head: cheaper than over the L x L weights.
    const along = split(tf.sum(tf.reshape(tf.mul(dy, attended), [batch, length, heads, headDim]), 3, true), 1);
    const dOut = split(dy, headDim);
    const dv = tf.matMul(weights, dOut, true, false);
    const dScores = tf.tidy(() => tf.mul(weights, tf.sub(tf.matMul(dOut, v, false, true), along)));
    const dq = tf.mul(tf.matMul(dScores, k), scale);
    const dk = tf.mul(tf.matMul(dScores, q, true, false), scale);
    dScores.dispose();
    return tf.reshape(tf.transpose(tf.stack([dq, dk, dv], 0), [1, 3, 0, 2, 4]), [batch * length, 3 * heads * headDim]);
  }) as tf.Tensor2D;
}
