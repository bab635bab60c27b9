// Kaldi's mel filter bank as torchaudio builds it: triangles equally spaced on mel = 1127 ln(1 + f / 700) from 20 Hz to
// Nyquist, slopes linear in mel, peak 1, no area normalisation. Every step is rounded to float32, because weights near
// the feet of a triangle carry about 1e-5 of rounding that parity can see (MODEL.md §3).
import { analysis } from '../../shared/signal/analysis.ts';
import { melOfHz } from '../../shared/signal/melScale.ts';

const { fround } = Math;
const { lowHz } = analysis;

export interface MelBank {
  /** [bins, fftSize / 2], row-major; the Nyquist bin has no weight and no column. */
  matrix: Float32Array;
  /** Non-zero columns [start, end) per filter, interleaved. At 16 kHz / 512 / 128 filter 3 has none. */
  spans: Int32Array;
}

/**
 * @param sampleRateHz of the frames
 * @param fftSize padded frame length in samples
 * @param bins number of filters
 */
export function melBank(sampleRateHz: number, fftSize: number, bins = 128): MelBank {
  const columns = fftSize / 2;
  const low = melOfHz(lowHz);
  const delta = fround((melOfHz(sampleRateHz / 2) - low) / (bins + 1));
  const edge = (i: number): number => fround(fround(low) + fround(i * delta));
  const columnMel = Float32Array.from({ length: columns }, (_, k) => {
    const hz = fround(fround(sampleRateHz / fftSize) * k);
    return fround(1127 * fround(Math.log(fround(1 + fround(hz / 700)))));
  });
  const matrix = new Float32Array(bins * columns);
  const spans = new Int32Array(2 * bins);
  for (let b = 0; b < bins; b++) {
    const [left, centre, right] = [edge(b), edge(b + 1), edge(b + 2)];
    let [start, end] = [0, 0];
    for (let k = 0; k < columns; k++) {
      const at = columnMel[k] as number;
      const up = fround(fround(at - left) / fround(centre - left));
      const down = fround(fround(right - at) / fround(right - centre));
      const weight = Math.max(0, Math.min(up, down));
      if (weight === 0) continue;
      matrix[b * columns + k] = weight;
      if (end === 0) start = k;
      end = k + 1;
    }
    spans.set([start, end], 2 * b);
  }
  return { matrix, spans };
}
