// Gradients of a batch, computed a few clips at a time and added up, weighted by their share of the batch.
import * as tf from '@tensorflow/tfjs';
import type { Parameters } from '../model/parameters.ts';

export interface Part { tensors: tf.Tensor[]; loss: () => { loss: tf.Scalar; parts: tf.Scalar[] } }

/**
 * `part(from, to)` makes the inputs of clips from … to - 1 and their loss (a mean over them), with figures to report.
 * Returns the gradient of the batch's mean loss by parameter name, the caller's to dispose, and the batch's mean figures.
 */
export function accumulate(parameters: Parameters, trainable: readonly string[], batch: number, micro: number, part: (from: number, to: number) => Part): { gradients: Map<string, tf.Tensor>; parts: number[] } {
  const sum = new Map<string, tf.Tensor>();
  const figures: number[] = [];
  try {
    for (let from = 0; from < batch; from += micro) {
      const to = Math.min(batch, from + micro);
      const share = (to - from) / batch;
      const { tensors, loss } = part(from, to);
      let kept: tf.Tensor | null = null;
      try {
        const { value, gradients } = parameters.gradients(() => {
          const { loss: total, parts } = loss();
          kept = tf.keep(tf.stack(parts));
          return share === 1 ? total : (total.mul(share) as tf.Scalar);
        }, trainable);
        value.dispose();
        for (const [name, gradient] of gradients) {
          const before = sum.get(name);
          sum.set(name, before ? before.add(gradient) : gradient);
          if (before) tf.dispose([before, gradient]);
        }
        [...(kept as unknown as tf.Tensor).dataSync()].forEach((x, i) => (figures[i] = (figures[i] ?? 0) + share * x));
      } finally {
        tf.dispose(tensors);
        if (kept) (kept as tf.Tensor).dispose();
      }
    }
  } catch (thrown) {
    tf.dispose([...sum.values()]);
    throw thrown;
  }
  return { gradients: sum, parts: figures };
}
