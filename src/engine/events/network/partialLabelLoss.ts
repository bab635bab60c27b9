// Losses that ask nothing of what nobody said.
import type { Scalar, Tensor3D } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { absent, present } from '../frameStates.ts';

/** Shares of label smoothing keep the network from certainty on few examples. */
const smoothing = 0.05;

/**
 * Which outcomes the states allow in each frame, [N, K + 1]; the last is "nothing". A present class leaves only itself
 * (or those present), an absent class rules itself out, unknown classes rule out nothing. Rows that allow everything
 * carry no loss.
 */
export function allowedOutcomes(states: Int8Array, classes: number): { allowed: Float32Array; weight: Float32Array } {
  const frames = states.length / classes;
  const allowed = new Float32Array(frames * (classes + 1));
  const weight = new Float32Array(frames);
  for (let t = 0; t < frames; t++) {
    const row = states.subarray(t * classes, (t + 1) * classes);
    const here = row.includes(present);
    let ruledOut = here ? 1 : 0;
    for (let k = 0; k < classes; k++) {
      const may = here ? row[k] === present : row[k] !== absent;
      allowed[t * (classes + 1) + k] = may ? 1 : 0;
      if (!may) ruledOut = 1;
    }
    allowed[t * (classes + 1) + classes] = here ? 0 : 1;
    weight[t] = ruledOut;
  }
  return { allowed, weight };
}

/** Mean of -log p(allowed outcomes) over frames that rule something out. Logits [B, T, K + 1]. */
export function softmaxLoss(logits: Tensor3D, states: Int8Array): Scalar {
  const [, , width] = logits.shape;
  const { allowed, weight } = allowedOutcomes(states, width - 1);
  const flat = tf.reshape(logits, [-1, width]);
  const all = tf.logSumExp(flat, 1);
  const fits = tf.logSumExp(tf.add(flat, tf.mul(tf.sub(tf.tensor(allowed, [weight.length, width]), 1), 30)), 1);
  // Towards the mean of all outcomes: what label smoothing adds.
  const spread = tf.sub(all, tf.mean(flat, 1));
  const loss = tf.add(tf.mul(tf.sub(all, fits), 1 - smoothing), tf.mul(spread, smoothing));
  const weights = tf.tensor1d(weight);
  return tf.div(tf.sum(tf.mul(loss, weights)), tf.maximum(tf.sum(weights), 1)) as Scalar;
}

/** Mean binary cross-entropy of the classes that are known, for classes that may overlap. */
export function sigmoidLoss(logits: Tensor3D, states: Int8Array): Scalar {
  const [b, t, width] = logits.shape;
  const known = Float32Array.from(states, (state) => (state === present || state === absent ? 1 : 0));
  const target = Float32Array.from(states, (state) => (state === present ? 1 - smoothing / 2 : smoothing / 2));
  const classes = tf.slice(logits, [0, 0, 0], [b, t, width - 1]);
  const loss = tf.sub(tf.softplus(classes), tf.mul(classes, tf.tensor(target, classes.shape)));
  return tf.div(
    tf.sum(tf.mul(loss, tf.tensor(known, classes.shape))),
    tf.maximum(
      known.reduce((a, c) => a + c, 0),
      1,
    ),
  ) as Scalar;
}
