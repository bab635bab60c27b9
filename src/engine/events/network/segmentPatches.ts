// Patches of single events for the segment classifier: the event with a margin, resampled to a fixed number of frames.
import type { Random } from '../../training/random.ts';
import { spectralBands, spectralHopS } from '../spectralInput.ts';
import { defaultAugment, disturbSpectrum, type AugmentOptions } from './spectralCrops.ts';

export const patchFrames = 48;
/** Frames of the patch before the onset and after the offset. */
const margin = 6;

export interface Segment {
  /** [T, 64], see `spectralInput`. */
  input: Float32Array;
  onsetS: number;
  offsetS: number;
}

/**
 * Reads the event into `out` [48, 64]: its length is stretched to 36 frames, so that speed matters little; the length
 * itself is a feature of its own (`logLength`). `shift` moves and `stretch` scales the edges, `warp` scales the
 * frequency axis.
 */
export function segmentPatch(
  { input, onsetS, offsetS }: Segment,
  change: { onsetShiftS: number; offsetShiftS: number; warp: number },
  out: Float32Array,
): void {
  const frames = input.length / spectralBands;
  const from = (onsetS + change.onsetShiftS) / spectralHopS;
  const to = Math.max(from + 4, (offsetS + change.offsetShiftS) / spectralHopS);
  const rate = (to - from) / (patchFrames - 2 * margin);
  for (let t = 0; t < patchFrames; t++) {
    const at = from + (t - margin + 0.5) * rate - 0.5;
    const t0 = Math.floor(at);
    const dt = at - t0;
    const row = t * spectralBands;
    if (t0 < 0 || t0 + 1 >= frames) {
      out.fill(0, row, row + spectralBands);
      continue;
    }
    for (let b = 0; b < spectralBands; b++) {
      const band = Math.min(spectralBands - 1.001, b * change.warp);
      const b0 = Math.floor(band);
      const db = band - b0;
      const i = t0 * spectralBands + b0;
      const early = input[i]! * (1 - db) + input[i + 1]! * db;
      const late = input[i + spectralBands]! * (1 - db) + input[i + spectralBands + 1]! * db;
      out[row + b] = early * (1 - dt) + late * dt;
    }
  }
}

export const logLength = ({ onsetS, offsetS }: { onsetS: number; offsetS: number }): number =>
  Math.log(Math.max(0.02, offsetS - onsetS) / 0.4);

/** Random changes that leave an event what it is. */
export function augmentedPatch(
  segment: Segment,
  random: Random,
  out: Float32Array,
  options: AugmentOptions = defaultAugment,
): void {
  const length = segment.offsetS - segment.onsetS;
  const shift = () => (random.uniform() * 2 - 1) * Math.min(0.08, 0.15 * length);
  segmentPatch(
    segment,
    { onsetShiftS: shift(), offsetShiftS: shift(), warp: 1 + (random.uniform() * 2 - 1) * options.warp },
    out,
  );
  disturbSpectrum(out, random, options, null);
}
