// What the audio detector sees: log-mel energies of 64 bands every 10 ms, each band measured from the recording's own
// noise floor.
import { melBands } from '../../shared/signal/patchGrid.ts';

export const spectralBands = 64;
export const spectralHopS = 0.01;
/** Standard deviation, in nepers, that brings speech and calls to about unit scale. */
const scale = 3;
/** Frames over which the floor is taken: long recordings change. */
const floorFrames = 6000;

/**
 * @param fbank [T, 128] unnormalised log-mel energies
 * @returns [T, 64] row-major; 0 is the band's noise floor (30th percentile of a minute), clipped below at -1
 */
export function spectralInput(fbank: Float32Array): Float32Array {
  const frames = fbank.length / melBands;
  const pairs = melBands / spectralBands;
  const out = new Float32Array(frames * spectralBands);
  for (let t = 0; t < frames; t++)
    for (let b = 0; b < spectralBands; b++) {
      let energy = 0;
      for (let k = 0; k < pairs; k++) energy += Math.exp(fbank[t * melBands + b * pairs + k]!);
      out[t * spectralBands + b] = Math.log(energy / pairs);
    }
  for (let from = 0; from < frames; from += floorFrames) {
    const to = Math.min(frames, from + floorFrames);
    // The last piece borrows from the one before, so that a short rest has a floor of its own recording.
    const start = Math.max(0, Math.min(from, to - floorFrames));
    const column = new Float32Array(to - start);
    for (let b = 0; b < spectralBands; b++) {
      for (let t = start; t < to; t++)
        column[t - start] = from > start && t < from ? fbankBand(fbank, t, b, pairs) : out[t * spectralBands + b]!;
      const floor = column.toSorted()[Math.floor(column.length * 0.3)]!;
      for (let t = from; t < to; t++)
        out[t * spectralBands + b] = Math.max(-1, (out[t * spectralBands + b]! - floor) / scale);
    }
  }
  return out;
}

function fbankBand(fbank: Float32Array, t: number, b: number, pairs: number): number {
  let energy = 0;
  for (let k = 0; k < pairs; k++) energy += Math.exp(fbank[t * melBands + b * pairs + k]!);
  return Math.log(energy / pairs);
}
