// Class probabilities of a clip by a finetuned model: one pass per frame, sigmoid or softmax, then the mean over frames (the
// reference's frame aggregation), with the sound encoded once.
import * as tf from '@tensorflow/tfjs';
import type { ClassifierMode } from '../../shared/contract/modes.ts';
import { EngineError } from '../../shared/engineError.ts';
import { mlpHead, pooledTokens, specificTokens, usesAudio, usesImage } from '../model/cavMaeFt.ts';
import type { Model } from '../model/model.ts';
import { imageTensor, seenBy, soundTensor, spreadFrames, type ClipInput } from './clipInput.ts';
import { freeing } from './freeing.ts';

export type Activation = 'sigmoid' | 'softmax';

/** Logits [F, classes] → mean over frames of their probabilities [classes]. */
export const aggregateFrames = (logits: tf.Tensor2D, activation: Activation): tf.Tensor1D =>
  tf.tidy(() => tf.mean(activation === 'sigmoid' ? tf.sigmoid(logits) : tf.softmax(logits), 0)) as tf.Tensor1D;

/**
 * Logits per frame [F, classes] of audio tokens after E_a ([1, La, D], or [F, La, D] of CAV-MAE Sync) and image tokens after E_v
 * [F, Lv, D]. The same numbers as `finetuneForward` with the sound repeated.
 */
function frameLogits(model: Model, a: tf.Tensor3D | null, v: tf.Tensor3D | null, mode: ClassifierMode): tf.Tensor2D {
  const repeated =
    a && v && a.shape[0] !== v.shape[0] ? (tf.broadcastTo(a, [v.shape[0], a.shape[1], a.shape[2]]) as tf.Tensor3D) : a;
  return mlpHead(model, pooledTokens(model, repeated, v, mode));
}

/** The mode that fits what a clip has: a model trained on both modalities falls back to the reference's `missing…` modes. */
export function modeForClip(mode: ClassifierMode, clip: ClipInput): ClassifierMode {
  if (mode !== 'multimodal') return mode;
  if (!clip.frames) return 'missingaudioonly';
  return clip.fbank ? mode : 'missingvideoonly';
}

/** @throws EngineError BAD_INPUT when the clip lacks the only modality the classifier looks at. */
export function classifyClip(
  model: Model,
  clip: ClipInput,
  options: { mode: ClassifierMode; activation: Activation; frames: number },
): Float32Array {
  const mode = modeForClip(options.mode, clip);
  if ((usesAudio(mode) && !clip.fbank) || (usesImage(mode) && !clip.frames))
    throw new EngineError(
      'BAD_INPUT',
      `a classifier of mode ${mode} needs a clip with ${usesAudio(mode) ? 'sound' : 'picture'}`,
    );
  const seen = seenBy(model.config, clip);
  const total = seen.frames?.count ?? Math.max(1, model.config.alignedFrames);
  const indices = spreadFrames(total, options.frames >= 10 ? total : options.frames);
  return freeing(() => {
    const { a, v } = specificTokens(
      model,
      {
        audio: usesAudio(mode) ? soundTensor(clip.fbank!, model.config, indices, total) : null,
        image: usesImage(mode) ? imageTensor(seen.frames!, indices, model.config) : null,
      },
      mode,
    );
    return Float32Array.from(aggregateFrames(frameLogits(model, a, v, mode), options.activation).dataSync<'float32'>());
  });
}
