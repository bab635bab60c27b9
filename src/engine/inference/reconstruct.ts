// What the model makes of hidden patches (paper section 4.4 and appendix, inpainting): original, prediction, mask and
// error per patch.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { drawMasks, encodeMasked, paperOptions, type Batch } from '../model/cavMae.ts';
import { gridA, tokensA, tokensV, type CavMaeConfig } from '../model/config.ts';
import { decode, type Masks } from '../model/decoder.ts';
import { normalisePatches, patchErrors } from '../model/losses.ts';
import { drawMask, maskByHand, type MaskMode } from '../model/masking.ts';
import type { Model } from '../model/model.ts';
import { patchifyA, patchifyV, unpatchifyA, unpatchifyV } from '../model/patchify.ts';
import { denormaliseFrames } from '../../shared/signal/frameInput.ts';
import { imageTensor, requireModality, seenBy, soundTensor, type ClipInput } from './clipInput.ts';
import { freeing } from './freeing.ts';

export interface MaskRequest {
  mode: MaskMode | 'hand';
  ratioA: number;
  ratioV: number;
  seed: number;
  handA?: readonly number[] | undefined;
  handV?: readonly number[] | undefined;
}

/** One modality: pictures in display units, mask (1 = removed) and squared error per patch in the units of the loss. */
export interface ReconstructedPart {
  original: Float32Array;
  prediction: Float32Array;
  mask: Float32Array;
  error: Float32Array;
  loss: number | null;
}

/**
 * Audio pictures are [T, 128] in normalised log-mel units, image pictures [3, H, W] in RGB 0…1; predictions hold every
 * patch.
 * `perPatchStatistics`: the model predicts patches normalised by their own statistics, and the original's mean and spread paint them.
 */
export interface ReconstructionArrays {
  a: ReconstructedPart | null;
  v: ReconstructedPart | null;
  perPatchStatistics: boolean;
}

/** The masks of a request for the modalities that are there. */
export function requestedMasks(
  config: CavMaeConfig,
  request: MaskRequest,
  { audio, image }: { audio: boolean; image: boolean },
): Masks {
  const { mode, ratioA, ratioV, seed, handA = [], handV = [] } = request;
  const [lengthA, lengthV] = [tokensA(config), tokensV(config)];
  if (config.variant === 'av-mae' && audio && image) {
    if (mode !== 'hand') return drawMasks(config, { ratioA }, 1, seed);
    return {
      a: null,
      v: null,
      joint: maskByHand([...handA, ...handV.map((token) => token + lengthA)], 1, lengthA + lengthV),
    };
  }
  const forV =
    mode === 'hand'
      ? () => maskByHand(handV, 1, lengthV)
      : () => drawMask('unstructured', ratioV, 1, [1, lengthV], seed, 'v');
  const forA =
    mode === 'hand' ? () => maskByHand(handA, 1, lengthA) : () => drawMask(mode, ratioA, 1, gridA(config), seed, 'a');
  return { a: audio ? forA() : null, v: image ? forV() : null, joint: null };
}

const values = (x: tf.Tensor): Float32Array => Float32Array.from(x.dataSync<'float32'>());

/**
 * Predicted patches back in the units of the original ones: with its own mean and (n - 1) deviation where the model
 * predicts without.
 */
function paintable(prediction: tf.Tensor3D, patches: tf.Tensor3D, normPixLoss: boolean): tf.Tensor3D {
  if (!normPixLoss) return prediction;
  return tf.tidy(() => {
    const mean = tf.mean(patches, -1, true);
    const deviation = tf.sqrt(
      tf.add(tf.div(tf.sum(tf.square(tf.sub(patches, mean)), -1, true), patches.shape[2] - 1), 1e-6),
    );
    return tf.add(tf.mul(prediction, deviation), mean);
  }) as tf.Tensor3D;
}

function partOf(
  prediction: tf.Tensor3D,
  patches: tf.Tensor3D,
  mask: Float32Array,
  normPixLoss: boolean,
): Pick<ReconstructedPart, 'mask' | 'error' | 'loss'> & { painted: tf.Tensor3D } {
  const error = values(patchErrors(prediction, normPixLoss ? normalisePatches(patches) : patches));
  let [sum, removed] = [0, 0];
  mask.forEach((gone, i) => {
    sum += gone * error[i]!;
    removed += gone;
  });
  return { mask, error, loss: removed ? sum / removed : null, painted: paintable(prediction, patches, normPixLoss) };
}

/**
 * Encodes what the masks leave of a batch of one, decodes everything.
 * @throws EngineError BAD_INPUT when nothing is left visible, CHECKPOINT_MISMATCH when the model has no decoder.
 */
export function reconstructBatch(model: Model, batch: Batch, masks: Masks): ReconstructionArrays {
  const { config } = model;
  if (model.parameters.kind !== 'cavmae')
    throw new EngineError(
      'CHECKPOINT_MISMATCH',
      'this model has no decoder: a finetuned checkpoint cannot reconstruct',
      { hint: 'Choose the pretrained model it came from.' },
    );
  const visible = (masks.joint?.lenKeep ?? 0) + (masks.a?.lenKeep ?? 0) + (masks.v?.lenKeep ?? 0);
  if (visible === 0)
    throw new EngineError('BAD_INPUT', 'every patch is hidden: leave at least one visible', { field: 'mask' });
  return freeing(() => {
    const predictions = decode(model, encodeMasked(model, batch, masks, paperOptions).x, masks);
    const lengthA = tokensA(config);
    const maskOf = (one: 'a' | 'v') =>
      masks.joint
        ? one === 'a'
          ? masks.joint.mask.slice(0, lengthA)
          : masks.joint.mask.slice(lengthA)
        : masks[one]!.mask;
    let [a, v]: [ReconstructedPart | null, ReconstructedPart | null] = [null, null];
    if (predictions.a && batch.audio) {
      const { painted, ...part } = partOf(predictions.a, patchifyA(batch.audio), maskOf('a'), config.normPixLoss);
      a = { ...part, original: values(batch.audio), prediction: values(unpatchifyA(painted, config)) };
    }
    if (predictions.v && batch.image) {
      const { painted, ...part } = partOf(predictions.v, patchifyV(batch.image), maskOf('v'), config.normPixLoss);
      const pixels = (x: tf.Tensor) => denormaliseFrames(values(x), config.imgSize);
      v = { ...part, original: pixels(batch.image), prediction: pixels(unpatchifyV(painted, config)) };
    }
    return { a, v, perPatchStatistics: config.normPixLoss };
  });
}

/** Inputs of a clip as a batch of one, without what the model's variant does not look at. */
export function batchOfClip(model: Model, clip: ClipInput, frame: number): Batch {
  const seen = seenBy(model.config, { ...clip, aligned: null });
  requireModality(seen);
  const total = seen.frames?.count ?? Math.max(10, frame + 1);
  const index = Math.min(frame, total - 1);
  return {
    audio: seen.fbank && soundTensor(seen.fbank, model.config, [index], total),
    image: seen.frames && imageTensor(seen.frames, [index], model.config),
  };
}

/** Reconstructs a clip's spectrogram and one of its frames. */
export function reconstructClip(model: Model, clip: ClipInput, frame: number, mask: MaskRequest): ReconstructionArrays {
  return freeing(() => {
    const batch = batchOfClip(model, clip, frame);
    return reconstructBatch(
      model,
      batch,
      requestedMasks(model.config, mask, { audio: !!batch.audio, image: !!batch.image }),
    );
  });
}

/**
 * Losses only, for each of several masks of one clip; with `partner`, its frame stands in for the clip's own (a
 * control).
 */
export function reconstructionLosses(
  model: Model,
  clip: ClipInput,
  partner: ClipInput | null,
  frame: number,
  masks: readonly MaskRequest[],
): { lossA: number | null; lossV: number | null }[] {
  const shown: ClipInput = partner ? { fbank: clip.fbank, frames: partner.frames } : clip;
  return masks.map((mask) => {
    const { a, v } = reconstructClip(model, shown, frame, mask);
    return { lossA: a?.loss ?? null, lossV: v?.loss ?? null };
  });
}
