// Input tokens (paper eq. 1-2): linear projection of 16 x 16 patches + positional table + modality vector.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { MEL_BINS } from './config.ts';
import { linearLayer } from './linear.ts';
import type { Model } from './model.ts';
import { patchifyA, patchifyForProjectionV } from './patchify.ts';

function checkShape(what: string, shape: readonly number[], expected: readonly number[]): void {
  if (shape.length !== expected.length + 1 || expected.some((size, i) => size !== shape[i + 1])) {
    throw new EngineError(
      'BAD_INPUT',
      `${what} has shape [${shape.join(', ')}], the model needs [N, ${expected.join(', ')}]`,
      { field: what },
    );
  }
}

function embed({ parameters, tap }: Model, patches: tf.Tensor3D, stream: 'a' | 'v'): tf.Tensor3D {
  const projected = linearLayer(
    patches,
    parameters.get(`patch_embed_${stream}.proj.weight`),
    parameters.get(`patch_embed_${stream}.proj.bias`),
  );
  const tokens = tf.add(
    tf.add(projected, parameters.get(`pos_embed_${stream}`)),
    parameters.get(`modality_${stream}`),
  ) as tf.Tensor3D;
  tap?.(`tokens_${stream}`, tokens);
  return tokens;
}

/**
 * Normalised fbank [N, T, M] → audio tokens [N, L, D]; token = mel row * columns + time column.
 * @throws EngineError BAD_INPUT when T or M are not the model's.
 */
export function patchEmbedA(model: Model, audio: tf.Tensor3D): tf.Tensor3D {
  checkShape('fbank', audio.shape, [model.config.audioLength, MEL_BINS]);
  return tf.tidy(() => embed(model, patchifyA(audio), 'a'));
}

/**
 * Normalised image [N, 3, H, W] → image tokens [N, L, D], row by row.
 * @throws EngineError BAD_INPUT when H or W are not the model's.
 */
export function patchEmbedV(model: Model, image: tf.Tensor4D): tf.Tensor3D {
  checkShape('image', image.shape, [3, model.config.imgSize, model.config.imgSize]);
  return tf.tidy(() => embed(model, patchifyForProjectionV(image), 'v'));
}
