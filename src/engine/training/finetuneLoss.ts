// Losses of finetuning, as PyTorch's BCEWithLogitsLoss and CrossEntropyLoss with soft targets.
import * as tf from '@tensorflow/tfjs';

/** What the mean of a loss is taken over: known targets, or clips. */
export const lossTerms = (targets: Float32Array, classes: number, multiLabel: boolean): number =>
  multiLabel ? targets.reduce((sum, t) => sum + (Number.isNaN(t) ? 0 : 1), 0) : targets.length / classes;

/**
 * logits, targets [N, C] → scalar. Multi-label: mean over N·C of binary cross entropy, unknown targets (NaN) left out.
 * Single-label: mean over N of -Σ target · log softmax(logits); targets may be soft.
 */
export function finetuneLoss(logits: tf.Tensor2D, targets: Float32Array, multiLabel: boolean): tf.Scalar {
  const [rows, classes] = logits.shape;
  const clean = tf.tensor2d(
    targets.map((t) => (Number.isNaN(t) ? 0 : t)),
    [rows, classes],
  );
  if (!multiLabel) return logits.logSoftmax().mul(clean).sum().div(-rows) as tf.Scalar;
  const each = logits.relu().sub(logits.mul(clean)).add(logits.abs().neg().exp().log1p());
  const known = targets.map((t) => (Number.isNaN(t) ? 0 : 1));
  return each
    .mul(tf.tensor2d(known, [rows, classes]))
    .sum()
    .div(Math.max(1, lossTerms(targets, classes, multiLabel))) as tf.Scalar;
}
