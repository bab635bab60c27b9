// Where the sound comes from: cosine between the clip's audio embedding and every visual patch token, per frame; and
// the reverse, between its visual embedding and every audio token. With CAV-MAE Sync each frame is compared with the
// sound around it.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { streamOf } from '../model/cavMae.ts';
import { gridA, gridV, hearsSound, isSync, PATCH, seesPictures } from '../model/config.ts';
import { embeddingOf, withoutClassToken } from '../model/encoder.ts';
import { unitRows } from '../model/losses.ts';
import type { Model } from '../model/model.ts';
import { segmentRange } from '../preprocess/alignedSegments.ts';
import { targetFrames } from '../preprocess/fbank.ts';
import { imageTensor, soundTensor, spreadFrames, type ClipInput } from './clipInput.ts';
import { freeing } from './freeing.ts';

/** `frames` [F, rows, columns] and `audio` [mel rows, time columns], cosines in -1…1. */
export interface Localisation {
  frames: { shape: number[]; data: Float32Array };
  audio: { shape: number[]; data: Float32Array };
}

/** Cosines [N * L] between patch tokens [N, L, D] and embeddings: one for all [1, D] or one of each [N, D]. */
function cosines(tokens: tf.Tensor3D, embeddings: tf.Tensor2D): Float32Array {
  const [count, length, dim] = tokens.shape;
  const rows = tf.reshape(unitRows(tf.reshape(tokens, [-1, dim]) as tf.Tensor2D), [count, length, dim]);
  const units = tf.reshape(unitRows(embeddings), [embeddings.shape[0], 1, dim]);
  return Float32Array.from(tf.sum(tf.mul(rows, units), -1).dataSync<'float32'>());
}

/**
 * Segment maps [K, 8, T/16] of CAV-MAE Sync laid over the whole sound [8, 64], their overlaps averaged; NaN where no
 * segment reached. Segments start at multiples of eight rows, hence a column may fall between two: it counts for the
 * one that it covers most.
 */
function overlaid(
  segments: Float32Array,
  starts: readonly number[],
  [rows, columns]: readonly [number, number],
): Float32Array {
  const whole = targetFrames / PATCH;
  const sum = new Float32Array(rows * whole);
  const count = new Float32Array(rows * whole);
  starts.forEach((start, k) => {
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        const at = r * whole + Math.min(whole - 1, Math.round(start / PATCH) + c);
        sum[at]! += segments[(k * rows + r) * columns + c]!;
        count[at]! += 1;
      }
  });
  return sum.map((value, i) => (count[i] ? value / count[i]! : Number.NaN));
}

/** @throws EngineError BAD_INPUT unless the clip has both sound and picture, and the model sees both. */
export function localiseClip(model: Model, clip: ClipInput): Localisation {
  const { config } = model;
  const { fbank, frames } = clip;
  if (!fbank || !frames)
    throw new EngineError(
      'BAD_INPUT',
      `the clip has no ${fbank ? 'picture' : 'sound'}: finding the source of a sound needs both`,
    );
  if (!hearsSound(config) || !seesPictures(config))
    throw new EngineError('BAD_INPUT', `a model of variant ${config.variant} sees one modality only`);
  return freeing(() => {
    const indices = spreadFrames(frames.count, frames.count);
    const a = streamOf(model, soundTensor(fbank, config, indices, frames.count), 'a');
    const v = streamOf(model, imageTensor(frames, indices, config), 'v');
    const [ofSound, ofPicture] = [embeddingOf(model, a), embeddingOf(model, v)];
    const onFrames = cosines(withoutClassToken(model, v), ofSound);
    const onSound = cosines(
      withoutClassToken(model, a),
      isSync(config) ? ofPicture : (tf.mean(ofPicture, 0, true) as tf.Tensor2D),
    );
    const starts = indices.map((k) => segmentRange(k, frames.count, targetFrames, config.audioLength)[0]);
    return {
      frames: { shape: [frames.count, ...gridV(config)], data: onFrames },
      audio: isSync(config)
        ? { shape: [gridA(config)[0], targetFrames / PATCH], data: overlaid(onSound, starts, gridA(config)) }
        : { shape: [...gridA(config)], data: onSound },
    };
  });
}
