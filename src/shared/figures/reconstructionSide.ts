// A reconstruction ready to be painted, wherever it was computed: one side a modality.
import { imagePlane, melPlane, soundFrames } from './pictures.ts';
import type { Modality } from '../signal/patchGrid.ts';
import type { Plane } from './pictures.ts';

/**
 * One modality; `mask` 1 = removed and `error` per patch, `frames` the spectrogram's columns before its padding (0 for
 * pictures).
 */
export interface Side {
  original: Plane;
  predicted: Plane;
  mask: Uint8Array;
  error: Float32Array;
  loss: number | null;
  frames: number;
}

/** A side is absent where the clip has no such input. */
export interface Pictured {
  A: Side | null;
  V: Side | null;
  perPatchStatistics: boolean;
}

/**
 * Sound [T, 128] in normalised log-mel units, pictures [3, S, S] in RGB 0…1; mask (1 = removed) and error per patch.
 */
export interface SideArrays {
  original: Float32Array;
  prediction: Float32Array;
  mask: ArrayLike<number>;
  error: Float32Array;
  loss: number | null;
}

export function sideOf(modality: Modality, { original, prediction, mask, error, loss }: SideArrays): Side {
  const plane = modality === 'A' ? melPlane : imagePlane;
  return {
    original: plane(original),
    predicted: plane(prediction),
    mask: Uint8Array.from(mask),
    error,
    loss,
    frames: modality === 'A' ? soundFrames(original) : 0,
  };
}
