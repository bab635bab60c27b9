// Where the sound comes from: cosine between the clip's audio embedding and every visual patch token, per frame; and the reverse,
// between its visual embedding and every audio token.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { gridA, gridV } from '../model/config.ts';
import { encodeA, encodeJ, encodeV, pool } from '../model/encoder.ts';
import { unitRows } from '../model/losses.ts';
import type { Model } from '../model/model.ts';
import { patchEmbedA, patchEmbedV } from '../model/patchEmbed.ts';
import { audioTensor, imageTensor, spreadFrames, type ClipInput } from './clipInput.ts';
import { streamNorms } from './embed.ts';
import { freeing } from './freeing.ts';

/** `frames` [F, rows, columns] and `audio` [mel rows, time columns], cosines in -1…1. */
export interface Localisation {
  frames: { shape: number[]; data: Float32Array };
  audio: { shape: number[]; data: Float32Array };
}

/** @throws EngineError BAD_INPUT unless the clip has both sound and picture, and the model sees both. */
export function localiseClip(model: Model, clip: ClipInput): Localisation {
  const { config } = model;
  if (!clip.fbank || !clip.frames)
    throw new EngineError(
      'BAD_INPUT',
      `the clip has no ${clip.fbank ? 'picture' : 'sound'}: finding the source of a sound needs both`,
    );
  if (config.variant === 'mae-audio' || config.variant === 'mae-visual')
    throw new EngineError('BAD_INPUT', `a model of variant ${config.variant} sees one modality only`);
  const { fbank, frames } = clip;
  const norms = streamNorms(model);
  return freeing(() => {
    const a = encodeJ(model, encodeA(model, patchEmbedA(model, audioTensor(fbank, config))), norms.a);
    const v = encodeJ(
      model,
      encodeV(model, patchEmbedV(model, imageTensor(frames, spreadFrames(frames.count, frames.count), config))),
      norms.v,
    );
    const cosines = (tokens: tf.Tensor3D, embedding: tf.Tensor2D): Float32Array => {
      const rows = unitRows(tf.reshape(tokens, [-1, config.embedDim]) as tf.Tensor2D);
      return Float32Array.from(tf.matMul(rows, unitRows(embedding), false, true).dataSync<'float32'>());
    };
    const visualEmbedding = tf.mean(pool(v), 0, true) as tf.Tensor2D;
    return {
      frames: { shape: [v.shape[0], ...gridV(config)], data: cosines(v, pool(a)) },
      audio: { shape: [...gridA(config)], data: cosines(a, visualEmbedding) },
    };
  });
}
