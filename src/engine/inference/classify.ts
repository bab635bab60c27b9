// Class probabilities of a clip by a finetuned model: one pass per frame, sigmoid or softmax, then the mean over frames (the
// reference's frame aggregation), with the sound encoded once.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { mlpHead, usesAudio, usesImage, type FtMode } from '../model/cavMaeFt.ts';
import { encodeA, encodeJ, encodeV, pool } from '../model/encoder.ts';
import type { Model } from '../model/model.ts';
import { patchEmbedA, patchEmbedV } from '../model/patchEmbed.ts';
import { audioTensor, imageTensor, spreadFrames, type ClipInput } from './clipInput.ts';
import { freeing } from './freeing.ts';

export type Activation = 'sigmoid' | 'softmax';

/** Logits [F, classes] → mean over frames of their probabilities [classes]. */
export const aggregateFrames = (logits: tf.Tensor2D, activation: Activation): tf.Tensor1D =>
  tf.tidy(() => tf.mean(activation === 'sigmoid' ? tf.sigmoid(logits) : tf.softmax(logits), 0)) as tf.Tensor1D;

/**
 * Logits per frame [F, classes] of audio tokens after E_a [1, La, D] and image tokens after E_v [F, Lv, D].
 * The same numbers as `finetuneForward` with the sound repeated.
 */
function frameLogits(model: Model, a: tf.Tensor3D | null, v: tf.Tensor3D | null, mode: FtMode): tf.Tensor2D {
  const both = (x: tf.Tensor3D, norms: '_a' | '_v') =>
    tf.div(tf.add(pool(encodeJ(model, x, '')), pool(encodeJ(model, x, norms))), 2) as tf.Tensor2D;
  switch (mode) {
    case 'multimodal': {
      const repeated = tf.broadcastTo(a!, [v!.shape[0], a!.shape[1], a!.shape[2]]) as tf.Tensor3D;
      return mlpHead(model, pool(encodeJ(model, tf.concat([repeated, v!], 1), '')));
    }
    case 'audioonly':
      return mlpHead(model, pool(encodeJ(model, a!, '_a')));
    case 'videoonly':
      return mlpHead(model, pool(encodeJ(model, v!, '_v')));
    case 'missingaudioonly':
      return mlpHead(model, both(a!, '_a'));
    case 'missingvideoonly':
      return mlpHead(model, both(v!, '_v'));
  }
}

/** The mode that fits what a clip has: a model trained on both modalities falls back to the reference's `missing…` modes. */
export function modeForClip(mode: FtMode, clip: ClipInput): FtMode {
  if (mode !== 'multimodal') return mode;
  if (!clip.frames) return 'missingaudioonly';
  return clip.fbank ? mode : 'missingvideoonly';
}

/** @throws EngineError BAD_INPUT when the clip lacks the only modality the classifier looks at. */
export function classifyClip(
  model: Model,
  clip: ClipInput,
  options: { mode: FtMode; activation: Activation; frames: number },
): Float32Array {
  const mode = modeForClip(options.mode, clip);
  if ((usesAudio(mode) && !clip.fbank) || (usesImage(mode) && !clip.frames))
    throw new EngineError(
      'BAD_INPUT',
      `a classifier of mode ${mode} needs a clip with ${usesAudio(mode) ? 'sound' : 'picture'}`,
    );
  return freeing(() => {
    const a = usesAudio(mode) ? encodeA(model, patchEmbedA(model, audioTensor(clip.fbank!, model.config))) : null;
    const v = usesImage(mode)
      ? encodeV(
          model,
          patchEmbedV(model, imageTensor(clip.frames!, spreadFrames(clip.frames!.count, options.frames), model.config)),
        )
      : null;
    return Float32Array.from(aggregateFrames(frameLogits(model, a, v, mode), options.activation).dataSync<'float32'>());
  });
}
