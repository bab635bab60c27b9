// Gradients of a batch, computed a few clips at a time and added up.
import * as tf from '@tensorflow/tfjs';
import { isOutOfMemory } from '../../base/outOfMemory.ts';
import type { Parameters } from '../../model/parameters.ts';

/** What clips from … to - 1 add to the batch's loss, and to figures that are told. */
export interface Share {
  loss: tf.Scalar;
  parts: tf.Scalar[];
}

/**
 * `share(from, to)` is run under a gradient tape; shares add up to the loss of the batch.
 * Returns the gradient of that sum by parameter name, the caller's to dispose, and the sums of the figures.
 */
export function accumulate(
  parameters: Parameters,
  trainable: readonly string[],
  batch: number,
  micro: number,
  share: (from: number, to: number) => Share,
): { gradients: Map<string, tf.Tensor>; parts: number[] } {
  const sum = new Map<string, tf.Tensor>();
  const figures: number[] = [];
  try {
    for (let from = 0; from < batch; from += micro) {
      const to = Math.min(batch, from + micro);
      let kept: tf.Tensor | null = null;
      try {
        const { value, gradients } = parameters.gradients(() => {
          const { loss, parts } = share(from, to);
          kept = tf.keep(tf.stack(parts));
          return loss;
        }, trainable);
        value.dispose();
        for (const [name, gradient] of gradients) {
          const before = sum.get(name);
          sum.set(name, before ? before.add(gradient) : gradient);
          if (before) tf.dispose([before, gradient]);
        }
        [...(kept as unknown as tf.Tensor).dataSync()].forEach((x, i) => (figures[i] = (figures[i] ?? 0) + x));
      } finally {
        if (kept) (kept as tf.Tensor).dispose();
      }
    }
  } catch (thrown) {
    tf.dispose([...sum.values()]);
    throw thrown;
  }
  return { gradients: sum, parts: figures };
}

/** Clips from … to - 1 of a tensor [N, …]; the tensor itself when that is all of it. */
export const sliceRows = <T extends tf.Tensor>(x: T, from: number, to: number): T =>
  from === 0 && to === x.shape[0] ? x : (x.slice(from, to - from) as T);

/** Runs `attempt` with `micro` clips at a time, and with half as many each time the device has too little memory for them. */
export function fitting<T>(micro: number, attempt: (micro: number) => T): { result: T; micro: number } {
  for (let size = micro; ; size = Math.ceil(size / 2)) {
    try {
      return { result: attempt(size), micro: size };
    } catch (thrown) {
      if (!isOutOfMemory(thrown) || size < 2) throw thrown;
    }
  }
}
