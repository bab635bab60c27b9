// Log-mel features → the model's audio input: padded or cut to a fixed number of frames AFTER the log, then normalised
// with the paper's AudioSet statistics. Padding is 0 before normalisation, hence +1.13 after it, louder than silence
// (MODEL.md §3).
import { fbankMean, fbankStd } from './normalisation.ts';
import { melBands, paperSizes } from './patchGrid.ts';

/** @param features [T, 128] → [frames, 128]: cut, or zeros appended. */
export function padFbank(features: Float32Array, frames = paperSizes.audioLength): Float32Array {
  const out = new Float32Array(frames * melBands);
  out.set(features.subarray(0, out.length));
  return out;
}

/** (x + 5.081) / 4.4849, elementwise, in a new array. */
export function normaliseFbank(features: Float32Array): Float32Array {
  const out = new Float32Array(features.length);
  for (let i = 0; i < out.length; i++) out[i] = ((features[i] as number) - fbankMean) / fbankStd;
  return out;
}

/** @param features [T, 128] unnormalised, not padded → [frames, 128] as the encoder takes it. */
export const fbankInput = (features: Float32Array, frames = paperSizes.audioLength): Float32Array =>
  normaliseFbank(padFbank(features, frames));

/**
 * What the reference makes of sound it cannot use: shorter than one window → 512 rows of .01 [512, 128], later padded
 * and normalised like any other. Kept for comparison with the reference; the product reports such sound instead.
 */
export const referenceTooShortFbank = (): Float32Array => new Float32Array(512 * melBands).fill(0.01);
