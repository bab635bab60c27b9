// RGB frames → the model's visual input and back: /255, then ImageNet's mean and deviation (paper section 4.1).
import { EngineError } from '../engineError.ts';
import { imageMean, imageStd } from './normalisation.ts';
import { paperSizes } from './patchGrid.ts';

const tables = [0, 1, 2].map((c) =>
  Float32Array.from({ length: 256 }, (_, value) =>
    Math.fround(
      Math.fround(Math.fround(value / 255) - Math.fround(imageMean[c] as number)) / Math.fround(imageStd[c] as number),
    ),
  ),
);

/**
 * @param frames RGB, 8 bit, [N, size, size, 3]
 * @returns normalised [N, 3, size, size]
 */
export function normaliseFrames(frames: Uint8Array, size = paperSizes.imgSize): Float32Array {
  const area = size * size;
  if (frames.length === 0 || frames.length % (3 * area)) {
    throw new EngineError('BAD_INPUT', `${frames.length} bytes are no whole number of ${size} x ${size} RGB frames`, {
      field: 'frames',
    });
  }
  const [red, green, blue] = tables as [Float32Array, Float32Array, Float32Array];
  const out = new Float32Array(frames.length);
  for (let n = 0; n < frames.length; n += 3 * area) {
    for (let i = 0, at = n; i < area; i++, at += 3) {
      out[n + i] = red[frames[at] as number] as number;
      out[n + area + i] = green[frames[at + 1] as number] as number;
      out[n + 2 * area + i] = blue[frames[at + 2] as number] as number;
    }
  }
  return out;
}

/** Normalised [3, size, size] (or any number of them) → RGB in 0…1, for display. Not clipped. */
export function denormaliseFrames(frames: Float32Array, size = paperSizes.imgSize): Float32Array {
  const area = size * size;
  return frames.map((value, i) => {
    const c = Math.floor(i / area) % 3;
    return value * (imageStd[c] as number) + (imageMean[c] as number);
  });
}
