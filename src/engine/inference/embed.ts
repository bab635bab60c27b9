// Embeddings of a clip: audio c_a and visual c_v from the contrastive streams (paper eq. 8), joint from the joint stream.
//
// The sound is encoded once for all frames, and all frames go through the encoder together; the reference runs everything anew for
// every frame (its frame aggregation), with the same result. Frames that are equal (stills, frozen pictures) are encoded once.
import * as tf from '@tensorflow/tfjs';
import { patchEmbedA, patchEmbedV } from '../model/patchEmbed.ts';
import type { Model } from '../model/model.ts';
import { encodeA, encodeJ, encodeV, pool } from '../model/encoder.ts';
import type { NormSet } from '../model/block.ts';
import {
  audioTensor,
  distinctFrames,
  imageTensor,
  requireModality,
  spreadFrames,
  type ClipInput,
} from './clipInput.ts';
import { freeing } from './freeing.ts';

/** Vectors [D]; NaN throughout where the clip, or the model, lacks the modality. */
export interface ClipEmbedding {
  joint: Float32Array;
  audio: Float32Array;
  visual: Float32Array;
}

/** LayerNorms of the one-modality streams: systems without a contrastive loss never train the `_a` and `_v` sets. */
export function streamNorms({ config }: Model): { a: NormSet; v: NormSet } {
  const contrastive = config.variant === 'cav-mae' || config.variant === 'cav';
  return contrastive ? { a: '_a', v: '_v' } : { a: '', v: '' };
}

/** Weighted mean over frames: [F, D], weights [F] that sum to one → [D]. */
const overFrames = (x: tf.Tensor2D, weights: readonly number[]): tf.Tensor1D =>
  tf.tidy(() => tf.sum(tf.mul(x, tf.tensor2d(weights as number[], [weights.length, 1])), 0));

/** Joint stream of one clip: its audio tokens [1, La, D] before the tokens of each frame [F, Lv, D] → [F, D], pooled over tokens. */
function jointStream(model: Model, a: tf.Tensor3D | null, v: tf.Tensor3D | null): tf.Tensor2D {
  return tf.tidy(() => {
    if (!a || !v) return pool(encodeJ(model, (a ?? v)!, ''));
    const repeated = tf.broadcastTo(a, [v.shape[0], a.shape[1], a.shape[2]]) as tf.Tensor3D;
    return pool(encodeJ(model, tf.concat([repeated, v], 1), ''));
  });
}

/**
 * Embeddings of one clip from `frames` of its frames.
 * @throws EngineError BAD_INPUT for a clip with nothing the model can look at.
 */
export function embedClip(model: Model, clip: ClipInput, frames: number): ClipEmbedding {
  const { config } = model;
  const seen: ClipInput = {
    fbank: config.variant === 'mae-visual' ? null : clip.fbank,
    frames: config.variant === 'mae-audio' ? null : clip.frames,
  };
  requireModality(seen);
  const norms = streamNorms(model);
  const missing = () => new Float32Array(config.embedDim).fill(NaN);
  const values = (x: tf.Tensor): Float32Array => Float32Array.from(x.dataSync<'float32'>());
  return freeing(() => {
    const a = seen.fbank && encodeA(model, patchEmbedA(model, audioTensor(seen.fbank, config)));
    const shown = seen.frames && distinctFrames(seen.frames, spreadFrames(seen.frames.count, frames));
    const v = shown && encodeV(model, patchEmbedV(model, imageTensor(seen.frames!, shown.indices, config)));
    const weights = shown?.weights ?? [1];
    return {
      audio: a ? values(overFrames(pool(encodeJ(model, a, norms.a)), [1])) : missing(),
      visual: v ? values(overFrames(pool(encodeJ(model, v, norms.v)), weights)) : missing(),
      joint: values(overFrames(jointStream(model, a, v), weights)),
    };
  });
}
