// Waveform → Kaldi-compatible log-mel filter bank features, exactly as CAV-MAE's loader computes them (paper §4.1,
// MODEL.md §3): 25 ms Hann windows every 10 ms, per-frame DC removal, pre-emphasis .97, power spectrum, 128 mel bands,
// log with Kaldi's floor. Computed in float64, so it is closer to the exact value than the reference's own float32.
import { EngineError } from '../../shared/engineError.ts';
import { analysis, hannWindow } from '../../shared/signal/analysis.ts';
import { melBands, paperSizes } from '../../shared/signal/patchGrid.ts';
import { melBank, type MelBank } from './melBank.ts';
import { RealFft } from '../../shared/signal/realFft.ts';

/** Frames of a model input of the paper: 10 s give 998, the rest is padding. */
export const targetFrames = paperSizes.audioLength;
const { preemphasis } = analysis;
/** float32 machine epsilon: the floor of the energies, log of which is -15.9424. */
const energyFloor = 1.1920928955078125e-7;

interface Plan {
  window: Float64Array;
  hop: number;
  fft: RealFft;
  weights: Float64Array;
  spans: MelBank['spans'];
}
const plans = new Map<number, Plan>();

function planFor(sampleRateHz: number): Plan {
  const known = plans.get(sampleRateHz);
  if (known) return known;
  const length = Math.floor(sampleRateHz * 0.025);
  const size = 2 ** Math.ceil(Math.log2(length));
  const bank = melBank(sampleRateHz, size, melBands);
  const weights = new Float64Array(bank.matrix);
  const plan = {
    window: hannWindow(length),
    hop: Math.floor(sampleRateHz * 0.01),
    fft: new RealFft(size),
    weights,
    spans: bank.spans,
  };
  plans.set(sampleRateHz, plan);
  return plan;
}

/** Mean of all samples of all channels, which the reference subtracts before it takes the first channel. */
export function waveformMean(channels: readonly Float32Array[]): number {
  let [sum, count] = [0, 0];
  for (const channel of channels) {
    for (let i = 0; i < channel.length; i++) sum += channel[i] as number;
    count += channel.length;
  }
  return count ? sum / count : 0;
}

/** Number of whole windows in `samples`, edges snipped: 998 for 10 s at 16 kHz, 0 when shorter than one window. */
export function frameCount(samples: number, sampleRateHz = 16_000): number {
  const [length, hop] = [Math.floor(sampleRateHz * 0.025), Math.floor(sampleRateHz * 0.01)];
  return samples < length ? 0 : 1 + Math.floor((samples - length) / hop);
}

/**
 * Unnormalised log-mel energies, not padded.
 * @param waveform [S] samples in -1…1 of one channel; CAV-MAE takes the first, at 16 kHz
 * @param sampleRateHz the file's own rate goes into window, hop and mel edges; nothing is resampled
 * @param mean subtracted first; the reference's mean runs over all channels of the file
 * @returns [T, 128] row-major, T = frameCount, at most `maxFrames`
 * @throws EngineError BAD_INPUT when the waveform is shorter than one window of 25 ms, or holds values that are not
 * finite
 */
export function fbank(
  waveform: Float32Array,
  sampleRateHz = 16_000,
  mean = waveformMean([waveform]),
  maxFrames = targetFrames,
): Float32Array {
  const frames = Math.min(maxFrames, frameCount(waveform.length, sampleRateHz));
  if (frames === 0)
    throw new EngineError('BAD_INPUT', `sound of ${waveform.length} samples is shorter than one window of 25 ms`, {
      field: 'waveform',
    });
  if (!Number.isFinite(mean))
    throw new EngineError('BAD_INPUT', 'the sound holds values that are not finite numbers', { field: 'waveform' });
  const { window, hop, fft, weights, spans } = planFor(sampleRateHz);
  const length = window.length;
  const columns = fft.size / 2;
  const frame = new Float64Array(fft.size);
  const power = new Float64Array(columns);
  const out = new Float32Array(frames * melBands);
  for (let t = 0; t < frames; t++) {
    const start = t * hop;
    let sum = 0;
    for (let i = 0; i < length; i++) sum += (waveform[start + i] as number) - mean;
    const offset = mean + sum / length;
    let previous = (waveform[start] as number) - offset;
    for (let i = 0; i < length; i++) {
      const sample = (waveform[start + i] as number) - offset;
      frame[i] = (sample - preemphasis * previous) * (window[i] as number);
      previous = sample;
    }
    fft.power(frame, power);
    for (let b = 0; b < melBands; b++) {
      const row = b * columns,
        end = spans[2 * b + 1] as number;
      let energy = 0;
      for (let k = spans[2 * b] as number; k < end; k++) energy += (weights[row + k] as number) * (power[k] as number);
      out[t * melBands + b] = Math.log(energy > energyFloor ? energy : energyFloor);
    }
  }
  return out;
}
