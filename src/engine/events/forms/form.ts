// The form of an event: what it sounds or looks like whatever its speed, pitch level, place and size. Two forms have an elastic distance.
import type { DetectorInput } from '../detectorInput.ts';
import { pictureDistance, pictureForm } from './pictureForm.ts';
import { soundDistance, soundForm } from './soundForm.ts';

/** A sound's is [columns, 28]; a picture's is a fixed array. */
export type Form = Float32Array;

export const formOf = (input: DetectorInput, at: { onsetS: number; offsetS: number }): Form =>
  'spectrum' in input ? soundForm(input.spectrum, at) : pictureForm(input.pictures, at);

export const distanceOf = { audio: soundDistance, visual: pictureDistance } as const;
