// An operation with a hand-written gradient: tf.customGrad with types, and without its cost when no gradient is being
// recorded.
import * as tf from '@tensorflow/tfjs';

/** Whether a gradient will be asked for: if not, nothing need be kept. */
export const isRecording = (): boolean => tf.engine().state.gradientDepth > 0;

/**
 * @param forward computes the value; with `keep`, also what `gradient` needs.
 * @param gradient of dy and what was saved, one tensor per input in their order. It may dispose what was saved.
 */
export function withGradient<T extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: (keep: boolean) => { value: T; saved: readonly tf.Tensor[] },
  gradient: (dy: T, saved: tf.Tensor[]) => readonly tf.Tensor[],
): T {
  if (!isRecording()) return tf.tidy(() => forward(false).value);
  return tf.customGrad((...args) => {
    const { value, saved } = forward(true);
    (args.at(-1) as unknown as (tensors: tf.Tensor[]) => void)([...saved]);
    return { value, gradFunc: (dy: T, kept: tf.Tensor[]) => [...gradient(dy, kept)] };
  })(...inputs);
}
