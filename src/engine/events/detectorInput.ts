// What a recording gives a detector of one modality.
import type { PictureInput } from './pictureInput.ts';

export interface SoundInput {
  /** [T, 64], see `spectralInput`. */
  spectrum: Float32Array;
}
export type DetectorInput = SoundInput | PictureInput;

/** What the network over frames looks at. */
export const framesOf = (input: DetectorInput): Float32Array | Uint8Array =>
  'spectrum' in input ? input.spectrum : input.grid;
