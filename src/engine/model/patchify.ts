// Pictures to patch vectors and back. N batch, L tokens, T fbank frames, M mel bins, H x W pixels.
//
// The audio input [N, T, M] is transposed first: rows of its patch grid are mel bins, columns are time.
import * as tf from '@tensorflow/tfjs';
import { PATCH, type CavMaeConfig } from './config.ts';

/** fbank [N, T, M] → [N, L, 256], values in the order (mel row, time column). */
export function patchifyA(audio: tf.Tensor3D): tf.Tensor3D {
  const [batch, time, mel] = audio.shape;
  return tf.tidy(() => {
    const grid = tf.reshape(tf.transpose(audio, [0, 2, 1]), [batch, mel / PATCH, PATCH, time / PATCH, PATCH]);
    return tf.reshape(tf.transpose(grid, [0, 1, 3, 2, 4]), [batch, (mel * time) / PATCH ** 2, PATCH * PATCH]);
  }) as tf.Tensor3D;
}

/** [N, L, 256] → fbank [N, T, M]. */
export function unpatchifyA(patches: tf.Tensor3D, config: CavMaeConfig): tf.Tensor3D {
  const batch = patches.shape[0];
  const columns = config.audioLength / PATCH;
  const rows = patches.shape[1] / columns;
  return tf.tidy(() => {
    const grid = tf.transpose(tf.reshape(patches, [batch, rows, columns, PATCH, PATCH]), [0, 1, 3, 2, 4]);
    return tf.transpose(tf.reshape(grid, [batch, rows * PATCH, columns * PATCH]), [0, 2, 1]);
  }) as tf.Tensor3D;
}

/** image [N, 3, H, W] → [N, h, w, 3, 16, 16] permuted by `order` of (h, w, channel, row, column). */
function imagePatches(image: tf.Tensor4D, order: 'channelFirst' | 'channelLast'): tf.Tensor3D {
  const [batch, channels, height, width] = image.shape;
  return tf.tidy(() => {
    const grid = tf.reshape(image, [batch, channels, height / PATCH, PATCH, width / PATCH, PATCH]);
    const axes = order === 'channelFirst' ? [0, 2, 4, 1, 3, 5] : [0, 2, 4, 3, 5, 1];
    return tf.reshape(tf.transpose(grid, axes), [batch, (height * width) / PATCH ** 2, channels * PATCH * PATCH]);
  }) as tf.Tensor3D;
}

/** image [N, 3, H, W] → [N, L, 768] in the order (row, column, channel): the decoder's targets. */
export const patchifyV = (image: tf.Tensor4D): tf.Tensor3D => imagePatches(image, 'channelLast');

/**
 * image [N, 3, H, W] → [N, L, 768] in the order (channel, row, column): as the patch projection's weight is laid out.
 */
export const patchifyForProjectionV = (image: tf.Tensor4D): tf.Tensor3D => imagePatches(image, 'channelFirst');

/** [N, L, 768] in the order (row, column, channel) → image [N, 3, H, W]. */
export function unpatchifyV(patches: tf.Tensor3D, config: CavMaeConfig): tf.Tensor4D {
  const side = config.imgSize / PATCH;
  return tf.tidy(() => {
    const grid = tf.reshape(patches, [patches.shape[0], side, side, PATCH, PATCH, 3]);
    return tf.reshape(tf.transpose(grid, [0, 5, 1, 3, 2, 4]), [patches.shape[0], 3, config.imgSize, config.imgSize]);
  }) as tf.Tensor4D;
}
