// Short-time spectra of a stretch of sound as columns of bytes, and its least and greatest sample per column.
import { RealFft } from '../../../shared/signal/realFft.ts';

/** A tile never has more rows than this; longer windows are pooled by their maximum. */
const mostBins = 1024;

export interface SpectrumColumns {
  columns: number;
  bins: number;
  /** [columns, bins]: level in half decibels above -127.5 dB of a full-scale sine. */
  power: Uint8Array<ArrayBuffer>;
  /** [columns, 2]: least and greatest sample, in [-1, 1]. */
  peaks: Float32Array<ArrayBuffer>;
}

export interface ColumnGrid {
  rateHz: number;
  /** Samples of the analysis window, a power of two. */
  windowSize: number;
  overlapPercent: number;
  /** Seconds per column. */
  columnS: number;
  /** Seconds into `samples` at which the first column starts: sound before it only fills the first windows. */
  leadS: number;
  columns: number;
}

/** Symmetric Hann window of `size` samples. */
const hann = (size: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (size - 1)));

/** Power of a bin as a byte: half decibels relative to a full-scale sine. */
function levelByte(power: number, fullScale: number): number {
  const decibels = 10 * Math.log10(Math.max(power / fullScale, 1e-13));
  return Math.max(0, Math.min(255, Math.round((decibels + 127.5) * 2)));
}

/**
 * A column wider than the hop between windows holds the maximum of several spectra, so that no short event falls
 * between columns; a narrower one repeats the spectrum of the nearest window.
 * @param samples mono, at `rateHz`; columns beyond its end are left out
 */
export function spectrumColumns(samples: Float32Array, grid: ColumnGrid): SpectrumColumns {
  const { rateHz, windowSize, columnS, leadS } = grid;
  const [fft, window] = [new RealFft(windowSize), hann(windowSize)];
  const [frame, spectrum] = [new Float64Array(windowSize), new Float64Array(windowSize / 2)];
  const sum = window.reduce((total, one) => total + one, 0);
  const fullScale = (sum / 2) ** 2;
  const bins = Math.min(mostBins, windowSize / 2);
  const pool = windowSize / 2 / bins;
  const columns = Math.max(0, Math.min(grid.columns, Math.ceil((samples.length / rateHz - leadS) / columnS - 1e-9)));
  const power = new Uint8Array(columns * bins);
  const peaks = new Float32Array(columns * 2);
  const hop = Math.max(1, Math.round(windowSize * (1 - grid.overlapPercent / 100)));
  const frames = Math.max(1, Math.ceil((columnS * rateHz) / hop));
  const most = new Float64Array(bins);
  for (let column = 0; column < columns; column++) {
    const fromS = leadS + column * columnS;
    most.fill(0);
    for (let f = 0; f < frames; f++) {
      const at = Math.round((fromS + ((f + 0.5) * columnS) / frames) * rateHz);
      const centre = columnS * rateHz < hop ? Math.round(at / hop) * hop : at;
      for (let i = 0; i < windowSize; i++)
        frame[i] = (samples[centre - windowSize / 2 + i] ?? 0) * (window[i] as number);
      fft.power(frame, spectrum);
      for (let k = 0; k < spectrum.length; k++) {
        const bin = Math.floor(k / pool);
        if ((spectrum[k] as number) > (most[bin] as number)) most[bin] = spectrum[k] as number;
      }
    }
    for (let bin = 0; bin < bins; bin++) power[column * bins + bin] = levelByte(most[bin] as number, fullScale);
    peaks.set(peaksOf(samples, Math.floor(fromS * rateHz), Math.ceil((fromS + columnS) * rateHz)), column * 2);
  }
  return { columns, bins, power, peaks };
}

/** Least and greatest of `samples[from, to)`; zeros where there are none. */
function peaksOf(samples: Float32Array, from: number, to: number): [number, number] {
  const [first, last] = [Math.max(0, from), Math.min(samples.length, Math.max(to, from + 1))];
  if (last <= first) return [0, 0];
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = first; i < last; i++) {
    const value = samples[i] as number;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}

/** Pairs of columns pooled by maximum (level) and extremes (peaks): the next coarser level. */
export function halveColumns({ columns, bins, power, peaks }: SpectrumColumns): SpectrumColumns {
  const halved = Math.ceil(columns / 2);
  const coarse = { columns: halved, bins, power: new Uint8Array(halved * bins), peaks: new Float32Array(halved * 2) };
  for (let column = 0; column < halved; column++) {
    const [a, b] = [2 * column, Math.min(columns - 1, 2 * column + 1)];
    for (let bin = 0; bin < bins; bin++)
      coarse.power[column * bins + bin] = Math.max(power[a * bins + bin] as number, power[b * bins + bin] as number);
    coarse.peaks[2 * column] = Math.min(peaks[2 * a] as number, peaks[2 * b] as number);
    coarse.peaks[2 * column + 1] = Math.max(peaks[2 * a + 1] as number, peaks[2 * b + 1] as number);
  }
  return coarse;
}
