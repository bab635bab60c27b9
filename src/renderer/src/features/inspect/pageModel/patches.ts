// Between pictures as the model takes them and rows of patches, and what its predictions say: error, loss, paintable
// values. Sound [T, 128] has T / 2 patches of 256 values (mel row, time column); a picture [3, S, S] (S / 16)² of 768
// (row, column, channel).
import { patchSize } from '../../../../../shared/signal/patchGrid.ts';
import type { Grid, Modality } from '../../../../../shared/signal/patchGrid.ts';

const channelsOf = (modality: Modality): number => (modality === 'A' ? 1 : 3);
export const patchValues = (modality: Modality): number => patchSize ** 2 * channelsOf(modality);

/** Calls `each` with a patch's index, the index of a value within it, and that value's place in the picture. */
function forValues(
  { modality, rows, columns, patch: size, width, height }: Grid,
  each: (patch: number, within: number, place: number) => void,
): void {
  const channels = channelsOf(modality);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const patch = row * columns + column;
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const [py, px] = [row * size + y, column * size + x];
          if (modality === 'A') each(patch, y * size + x, px * height + py);
          else
            for (let c = 0; c < channels; c++)
              each(patch, (y * size + x) * channels + c, c * width * height + py * width + px);
        }
      }
    }
  }
}

/** A picture → [patches, values]. */
export function patchify(grid: Grid, picture: Float32Array): Float32Array {
  const count = patchValues(grid.modality);
  const out = new Float32Array(picture.length);
  forValues(grid, (patch, within, place) => {
    out[patch * count + within] = picture[place]!;
  });
  return out;
}

/** [patches, values] → the picture. */
export function unpatchify(grid: Grid, patches: Float32Array): Float32Array {
  const count = patchValues(grid.modality);
  const out = new Float32Array(patches.length);
  forValues(grid, (patch, within, place) => {
    out[place] = patches[patch * count + within]!;
  });
  return out;
}

/** `predicted` patches in the units of the original, mean squared error per patch in the units of the loss, loss over removed patches. */
export interface Judged {
  predicted: Float32Array;
  error: Float32Array;
  loss: number | null;
}

/**
 * @param normalised the model predicts patches normalised by their own mean and (n - 1) spread, so targets are, and the
 * original's
 *   statistics paint the prediction
 */
export function judge(
  original: Float32Array,
  prediction: Float32Array,
  mask: ArrayLike<number>,
  values: number,
  normalised: boolean,
): Judged {
  const count = original.length / values;
  const [predicted, error] = [new Float32Array(original.length), new Float32Array(count)];
  let [sum, removed] = [0, 0];
  for (let patch = 0; patch < count; patch++) {
    const from = patch * values;
    let [mean, spread] = [0, 1];
    if (normalised) {
      for (let i = from; i < from + values; i++) mean += original[i]! / values;
      let squares = 0;
      for (let i = from; i < from + values; i++) squares += (original[i]! - mean) ** 2;
      spread = Math.sqrt(squares / (values - 1) + 1e-6);
    }
    for (let i = from; i < from + values; i++) {
      predicted[i] = prediction[i]! * spread + mean;
      error[patch]! += (prediction[i]! - (original[i]! - mean) / spread) ** 2 / values;
    }
    if (mask[patch]) {
      sum += error[patch]!;
      removed++;
    }
  }
  return { predicted, error, loss: removed ? sum / removed : null };
}
