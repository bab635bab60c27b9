// What the model gets of one clip: the arrays of its input file, as tensors of the model's shapes.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { hearsSound, isSync, MEL_BINS, seesPictures, type CavMaeConfig } from '../model/config.ts';
import { alignedSegments } from '../preprocess/alignedSegments.ts';
import { fbankInput } from '../../shared/signal/fbankInput.ts';
import { fitFrame } from '../preprocess/frame.ts';
import { normaliseFrames } from '../../shared/signal/frameInput.ts';

/** RGB frames [count, size, size, 3], evenly spread over the clip: frame k shows it at k/count of its length. */
export interface Frames {
  data: Uint8Array;
  count: number;
  size: number;
}

/**
 * `fbank` [T, 128] log-mel, not normalised, not padded. Null: the clip has no such modality. `aligned`: frames for models that pair each
 * with its own sound (CAV-MAE Sync's sixteen), where the input file holds them; else such models take `frames`.
 */
export interface ClipInput {
  fbank: Float32Array | null;
  frames: Frames | null;
  aligned?: Frames | null;
}

/** @throws EngineError BAD_INPUT for a clip with neither sound nor picture. */
export function requireModality(clip: ClipInput): void {
  if (!clip.fbank && !clip.frames) throw new EngineError('BAD_INPUT', 'the clip has neither sound nor picture');
}

/**
 * What a model looks at of a clip: null for a modality that it does not take. Frames are those it pairs with sound,
 * where it does.
 */
export function seenBy(config: CavMaeConfig, { fbank, frames, aligned }: ClipInput): ClipInput {
  return {
    fbank: hearsSound(config) ? fbank : null,
    frames: seesPictures(config) ? (isSync(config) && aligned) || frames : null,
  };
}

/** Normalised fbank [1, T, 128], padded or cut to the model's length. */
export const audioTensor = (fbank: Float32Array, config: CavMaeConfig): tf.Tensor3D =>
  tf.tensor3d(fbankInput(fbank, config.audioLength), [1, config.audioLength, MEL_BINS]);

/**
 * Normalised sound for the given of a clip's frames: one row for all of them [1, T, 128], or for CAV-MAE Sync a segment
 * of each [n, T, 128].
 */
export const soundRows = (
  fbank: Float32Array,
  config: CavMaeConfig,
  indices: readonly number[],
  total: number,
): Float32Array =>
  isSync(config) ? alignedSegments(fbank, indices, total, config.audioLength) : fbankInput(fbank, config.audioLength);

/** `soundRows` as a tensor. */
export function soundTensor(
  fbank: Float32Array,
  config: CavMaeConfig,
  indices: readonly number[],
  total: number,
): tf.Tensor3D {
  const rows = soundRows(fbank, config, indices, total);
  return tf.tensor3d(rows, [rows.length / (config.audioLength * MEL_BINS), config.audioLength, MEL_BINS]);
}

/** `count` of F frames, evenly spread: all ten for ten, the middle one for one. */
export const spreadFrames = (total: number, count: number): number[] =>
  count >= total
    ? Array.from({ length: total }, (_, i) => i)
    : Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * total) / count));

/**
 * The given frames as the model takes them: RGB, 8 bits, [n, imgSize, imgSize, 3], resized as pictures are when the
 * model's images have another size.
 */
export function framePixels({ data, count, size }: Frames, indices: readonly number[], imgSize: number): Uint8Array {
  const [from, to] = [size * size * 3, imgSize * imgSize * 3];
  const chosen = new Uint8Array(indices.length * to);
  indices.forEach((index, i) => {
    if (!(index >= 0 && index < count))
      throw new EngineError('BAD_INPUT', `there is no frame ${index}: the clip has ${count}`, { field: 'frame' });
    const pixels = data.subarray(index * from, (index + 1) * from);
    chosen.set(size === imgSize ? pixels : fitFrame(pixels, size, size, 'bicubic', imgSize), i * to);
  });
  return chosen;
}

/** Normalised frames [n, 3, imgSize, imgSize] of the given indices. */
export const imageTensor = (
  frames: Frames,
  indices: readonly number[],
  { imgSize }: Pick<CavMaeConfig, 'imgSize'>,
): tf.Tensor4D =>
  tf.tensor4d(normaliseFrames(framePixels(frames, indices, imgSize), imgSize), [indices.length, 3, imgSize, imgSize]);

/**
 * Frames that look alike byte for byte are encoded once: `weights` says for each index what share of the given ones it
 * stands for.
 */
export function distinctFrames(
  { data, size }: Frames,
  indices: readonly number[],
): { indices: number[]; weights: number[] } {
  const bytes = size * size * 3;
  const bytesOf = (index: number) => Buffer.from(data.buffer, data.byteOffset + index * bytes, bytes);
  const kept: { index: number; count: number }[] = [];
  for (const index of indices) {
    const same = kept.find((other) => bytesOf(other.index).equals(bytesOf(index)));
    if (same) same.count++;
    else kept.push({ index, count: 1 });
  }
  return { indices: kept.map(({ index }) => index), weights: kept.map(({ count }) => count / indices.length) };
}
