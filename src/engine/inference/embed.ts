// Embeddings of a clip: audio c_a and visual c_v from the contrastive streams (paper eq. 8), joint from the joint stream.
//
// The sound is encoded once for all frames, and all frames go through the encoder together; the reference runs everything anew for
// every frame (its frame aggregation), with the same result. Frames that are equal (stills, frozen pictures) are encoded once.
// CAV-MAE Sync encodes a segment of the sound for each frame; a clip's vectors are means of its frames' unit vectors, so that the cosine
// of two clips ranks as the mean over all pairs of their frames.
import * as tf from '@tensorflow/tfjs';
import { isSync } from '../model/config.ts';
import { patchEmbedA, patchEmbedV } from '../model/patchEmbed.ts';
import type { Model } from '../model/model.ts';
import { embeddingOf, encodeA, encodeBoth, encodeStream, encodeV, pool } from '../model/encoder.ts';
import { unitRows } from '../model/losses.ts';
import {
  distinctFrames,
  imageTensor,
  requireModality,
  seenBy,
  soundTensor,
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

/** Weighted mean over frames: [F, D], weights [F] that sum to one → [D]. */
const overFrames = (x: tf.Tensor2D, weights: readonly number[]): tf.Tensor1D =>
  tf.tidy(() => tf.sum(tf.mul(x, tf.tensor2d(weights as number[], [weights.length, 1])), 0));

/**
 * Joint stream of one clip: its audio tokens [1, La, D] or [F, La, D] with those of each frame [F, Lv, D] → [F, D],
 * pooled.
 */
function jointStream(model: Model, a: tf.Tensor3D | null, v: tf.Tensor3D | null): tf.Tensor2D {
  return tf.tidy(() => {
    const repeated =
      a && v && a.shape[0] !== v.shape[0]
        ? (tf.broadcastTo(a, [v.shape[0], a.shape[1], a.shape[2]]) as tf.Tensor3D)
        : a;
    return pool(encodeBoth(model, repeated, v));
  });
}

/** The frames of a clip that are encoded, each with its share of the clip. */
function shownFrames(
  model: Model,
  { frames }: ClipInput,
  count: number,
): { indices: number[]; weights: number[]; total: number } {
  const sync = isSync(model.config);
  const total = frames?.count ?? (sync ? model.config.alignedFrames : 1);
  const indices = spreadFrames(total, allOr(count, total));
  if (sync || !frames) return { indices: sync ? indices : [0], weights: indices.map(() => 1 / indices.length), total };
  return { ...distinctFrames(frames, indices), total };
}

/** Ten frames stand for all there are: inputs held ten before they could hold more. */
const allOr = (count: number, total: number): number => (count >= 10 ? total : count);

/**
 * Embeddings of one clip from `frames` of its frames.
 * @throws EngineError BAD_INPUT for a clip with nothing the model can look at.
 */
export function embedClip(model: Model, clip: ClipInput, frames: number): ClipEmbedding {
  const { config } = model;
  const seen = seenBy(config, clip);
  requireModality(seen);
  const missing = () => new Float32Array(config.embedDim).fill(NaN);
  const values = (x: tf.Tensor): Float32Array => Float32Array.from(x.dataSync<'float32'>());
  return freeing(() => {
    const { indices, weights, total } = shownFrames(model, seen, frames);
    const a = seen.fbank && encodeA(model, patchEmbedA(model, soundTensor(seen.fbank, config, indices, total)));
    const v = seen.frames && encodeV(model, patchEmbedV(model, imageTensor(seen.frames, indices, config)));
    const stream = (x: tf.Tensor3D, which: 'a' | 'v') => {
      const rows = embeddingOf(model, encodeStream(model, x, which));
      return values(overFrames(isSync(config) ? unitRows(rows) : rows, rows.shape[0] === 1 ? [1] : weights));
    };
    const joint = jointStream(model, a, v);
    return {
      audio: a ? stream(a, 'a') : missing(),
      visual: v ? stream(v, 'v') : missing(),
      joint: values(overFrames(joint, joint.shape[0] === 1 ? [1] : weights)),
    };
  });
}

/** The one row of x [1, D] as [rows, D]; more rows stay as they are. */
const repeatedRows = (x: tf.Tensor2D, rows: number): tf.Tensor2D =>
  x.shape[0] === rows ? x : (tf.broadcastTo(x, [rows, x.shape[1]]) as tf.Tensor2D);

/** Unit embeddings of `frames` frames and of the sound around each [frames, D]. */
export interface AlignedVectors {
  frames: number;
  audio: Float32Array;
  visual: Float32Array;
}

/**
 * Vectors of every frame of a clip and of the sound around it, for retrieval by aligned frames; null for a clip without
 * both. A model with one sound per clip gives the same vector for each frame.
 */
export function embedAlignedFrames(model: Model, clip: ClipInput): AlignedVectors | null {
  const { config } = model;
  const { fbank, frames } = seenBy(config, clip);
  if (!fbank || !frames) return null;
  const values = (x: tf.Tensor2D): Float32Array => Float32Array.from(unitRows(x).dataSync<'float32'>());
  return freeing(() => {
    const indices = spreadFrames(frames.count, frames.count);
    const a = encodeA(model, patchEmbedA(model, soundTensor(fbank, config, indices, frames.count)));
    const v = encodeV(model, patchEmbedV(model, imageTensor(frames, indices, config)));
    return {
      frames: frames.count,
      audio: values(repeatedRows(embeddingOf(model, encodeStream(model, a, 'a')), frames.count)),
      visual: values(embeddingOf(model, encodeStream(model, v, 'v'))),
    };
  });
}
