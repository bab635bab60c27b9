// The form of a heard event: cepstra along time, and their distance by dynamic time warping (Sakoe and Chiba 1978).
import { spectralBands, spectralHopS } from '../spectralInput.ts';

/** Cepstral coefficients, and as many of their differences over time. */
const coefficients = 14;
export const formWidth = 2 * coefficients;
/** Columns of 20 ms; longer events have wider ones. */
const columnS = 0.02;
const [leastColumns, mostColumns] = [8, 40];
/** Frames before the onset and after the offset: marked edges are rarely exact. */
const margin = 2;
/** How far noise alone rises above the floor, in input units. */
const noise = 0.2;
/** The level matters less than the shape of the spectrum, its change over time more. */
const weights = { level: 0.7, shape: 2, change: 1.2 };

const cosines = Float64Array.from(
  { length: coefficients * spectralBands },
  (_, i) =>
    (Math.cos((Math.PI * Math.floor(i / spectralBands) * ((i % spectralBands) + 0.5)) / spectralBands) *
      (i < spectralBands ? weights.level : weights.shape)) /
    spectralBands,
);

/** @returns [columns, 28]: cepstra about their mean over the event, and their differences over four columns */
export function soundForm(
  spectrum: Float32Array,
  { onsetS, offsetS }: { onsetS: number; offsetS: number },
): Float32Array {
  const frames = spectrum.length / spectralBands;
  const from = Math.min(frames - 1, Math.max(0, Math.round(onsetS / spectralHopS) - margin));
  const to = Math.min(frames, Math.max(from + 4, Math.round(offsetS / spectralHopS) + margin));
  const columns = Math.min(mostColumns, Math.max(leastColumns, Math.round(((to - from) * spectralHopS) / columnS)));
  const cepstra = new Float64Array(columns * coefficients);
  const mean = new Float64Array(coefficients);
  for (let c = 0; c < columns; c++) {
    const first = Math.floor(from + (c * (to - from)) / columns);
    const last = Math.max(first + 1, Math.floor(from + ((c + 1) * (to - from)) / columns));
    for (let k = 0; k < coefficients; k++) {
      let sum = 0;
      for (let t = first; t < last; t++)
        for (let b = 0; b < spectralBands; b++)
          sum += Math.max(0, spectrum[t * spectralBands + b]! - noise) * cosines[k * spectralBands + b]!;
      cepstra[c * coefficients + k] = sum / (last - first);
      mean[k]! += sum / (last - first) / columns;
    }
  }
  const out = new Float32Array(columns * formWidth);
  for (let c = 0; c < columns; c++) {
    const [before, after] = [Math.max(0, c - 2) * coefficients, Math.min(columns - 1, c + 2) * coefficients];
    for (let k = 0; k < coefficients; k++) {
      out[c * formWidth + k] = cepstra[c * coefficients + k]! - mean[k]!;
      out[c * formWidth + coefficients + k] = (cepstra[after + k]! - cepstra[before + k]!) * weights.change;
    }
  }
  return out;
}

/** Mean distance of columns along the best alignment; a diagonal step counts twice, so that length is no advantage. */
export function soundDistance(a: Float32Array, b: Float32Array): number {
  const [rows, columns] = [a.length / formWidth, b.length / formWidth];
  let before = new Float64Array(columns + 1).fill(Infinity);
  let current = new Float64Array(columns + 1);
  before[0] = 0;
  for (let i = 0; i < rows; i++) {
    current[0] = Infinity;
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < formWidth; k++) {
        const gap = a[i * formWidth + k]! - b[j * formWidth + k]!;
        sum += gap * gap;
      }
      const local = Math.sqrt(sum);
      current[j + 1] = Math.min(before[j]! + 2 * local, before[j + 1]! + local, current[j]! + local);
    }
    [before, current] = [current, before];
    before[0] = Infinity;
  }
  return before[columns]! / (rows + columns);
}
