// What the model gets of one clip: the arrays of its input file, as tensors of the model's shapes.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../shared/engineError.ts';
import { MEL_BINS, type CavMaeConfig } from '../model/config.ts';
import { fbankInput } from '../../shared/signal/fbankInput.ts';
import { fitFrame } from '../preprocess/frame.ts';
import { normaliseFrames } from '../../shared/signal/frameInput.ts';

/** `fbank` [T, 128] log-mel, not normalised, not padded; `frames` RGB [F, size, size, 3]. Null: the clip has no such modality. */
export interface ClipInput {
  fbank: Float32Array | null;
  frames: { data: Uint8Array; count: number; size: number } | null;
}

/** @throws EngineError BAD_INPUT for a clip with neither sound nor picture. */
export function requireModality(clip: ClipInput): void {
  if (!clip.fbank && !clip.frames) throw new EngineError('BAD_INPUT', 'the clip has neither sound nor picture');
}

/** Normalised fbank [1, T, 128], padded or cut to the model's length. */
export const audioTensor = (fbank: Float32Array, config: CavMaeConfig): tf.Tensor3D =>
  tf.tensor3d(fbankInput(fbank, config.audioLength), [1, config.audioLength, MEL_BINS]);

/** `count` of F frames, evenly spread: all ten for ten, the middle one for one. */
export const spreadFrames = (total: number, count: number): number[] =>
  count >= total
    ? Array.from({ length: total }, (_, i) => i)
    : Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * total) / count));

/** The given frames as the model takes them: RGB, 8 bits, [n, imgSize, imgSize, 3], resized as pictures are when the model's images have another size. */
export function framePixels(
  { data, count, size }: NonNullable<ClipInput['frames']>,
  indices: readonly number[],
  imgSize: number,
): Uint8Array {
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
  frames: NonNullable<ClipInput['frames']>,
  indices: readonly number[],
  { imgSize }: Pick<CavMaeConfig, 'imgSize'>,
): tf.Tensor4D =>
  tf.tensor4d(normaliseFrames(framePixels(frames, indices, imgSize), imgSize), [indices.length, 3, imgSize, imgSize]);

/** Frames that look alike byte for byte are encoded once: `weights` says for each index what share of the given ones it stands for. */
export function distinctFrames(
  { data, size }: NonNullable<ClipInput['frames']>,
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
