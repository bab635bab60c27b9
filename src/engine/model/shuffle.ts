// Taking kept tokens out of a sequence and putting sequences back in order, both with gradients that are gathers as
// well: a permutation's gradient is its inverse (tf.gather's own would need a scatter, which wasm lacks).
import * as tf from '@tensorflow/tfjs';
import type { Mask } from './masking.ts';
import { withGradient } from './withGradient.ts';

/** Tokens of x [N, L, D] by ids [N, count] that index within a sample → [N, count, D]. */
function gatherTokens(x: tf.Tensor3D, ids: Int32Array, count: number): tf.Tensor3D {
  const [batch, length, dim] = x.shape;
  return tf.tidy(() => {
    const rows = tf.tensor1d(
      ids.map((id, i) => Math.floor(i / count) * length + id),
      'int32',
    );
    return tf.reshape(tf.gather(tf.reshape(x, [batch * length, dim]), rows), [batch, count, dim]);
  });
}

/** x [N, L, D] → kept tokens [N, lenKeep, D], in the order of idsKeep. */
export function takeKept(x: tf.Tensor3D, mask: Mask): tf.Tensor3D {
  const [batch, length, dim] = x.shape;
  const { lenKeep } = mask;
  if (lenKeep === 0) return tf.zeros([batch, 0, dim]);
  return withGradient(
    [x],
    () => ({ value: gatherTokens(x, mask.idsKeep, lenKeep), saved: [] }),
    (dy) => [
      restore(
        tf.pad(dy, [
          [0, 0],
          [0, length - lenKeep],
          [0, 0],
        ]),
        mask,
      ),
    ],
  );
}

/** x [N, L, D] in shuffled order → [N, L, D] in the tokens' own order (paper: unshuffle). */
export function restore(x: tf.Tensor3D, mask: Mask): tf.Tensor3D {
  return withGradient(
    [x],
    () => ({ value: gatherTokens(x, mask.idsRestore, mask.length), saved: [] }),
    (dy) => [gatherTokens(dy, mask.idsShuffle, mask.length)],
  );
}
