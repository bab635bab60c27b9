// The segments of a clip's sound that go with its frames (CAV-MAE Sync): as long as the model hears, centred on each
// frame's time.
import { melBands } from '../../shared/signal/patchGrid.ts';
import { targetFrames } from './fbank.ts';
import { normaliseFbank, padFbank } from '../../shared/signal/fbankInput.ts';
import { roundHalfEven } from './roundHalfEven.ts';

/**
 * Rows [start, end) of the spectrogram for frame k of `frames`. Segments at both ends are clamped, not padded, so that
 * some repeat.
 * @param length rows of the spectrogram; `target` rows of a segment
 */
export function segmentRange(k: number, frames: number, length: number, target: number): [number, number] {
  const centre = roundHalfEven((k * length) / frames);
  const start = Math.max(0, centre - Math.floor(target / 2));
  if (start + target <= length) return [start, start + target];
  return [Math.max(0, length - target), length];
}

/**
 * @param features [T, 128] log-mel, not normalised; padded or cut to 1024 rows first, as the reference does
 * @param chosen which of the `frames` frames
 * @returns normalised segments [chosen.length, target, 128]
 */
export function alignedSegments(
  features: Float32Array,
  chosen: readonly number[],
  frames: number,
  target: number,
): Float32Array {
  const whole = padFbank(features);
  const out = new Float32Array(chosen.length * target * melBands);
  chosen.forEach((k, i) => {
    const [start, end] = segmentRange(k, frames, targetFrames, target);
    out.set(normaliseFbank(whole.subarray(start * melBands, end * melBands)), i * target * melBands);
  });
  return out;
}
