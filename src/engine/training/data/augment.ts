// The paper's finetuning augmentations (MODEL.md §5): waveform mixup → fbank → pad → SpecAugment → normalise → noise →
// roll.
import type { Random } from '../random.ts';

/**
 * Half-open range of bands or frames set to zero. Drawn as torchaudio does: width = u·max, start = u'·(size - width),
 * then floored.
 */
export function maskedRange(size: number, max: number, u: number, uStart: number): [number, number] {
  const width = u * max;
  const start = Math.floor(uStart * (size - width));
  return [start, start + Math.floor(width)];
}

/**
 * Zeroes one band range and one time range of an fbank [frames, bands] before normalisation, in place; frequency is
 * drawn first.
 */
export function specAugment(
  fbank: Float32Array,
  { bands, freqMask, timeMask }: { bands: number; freqMask: number; timeMask: number },
  draw: () => number,
): void {
  const frames = fbank.length / bands;
  if (freqMask > 0) {
    const [low, high] = maskedRange(bands, freqMask, draw(), draw());
    for (let t = 0; t < frames; t++) fbank.fill(0, t * bands + low, t * bands + high);
  }
  if (timeMask > 0) {
    const [low, high] = maskedRange(frames, timeMask, draw(), draw());
    fbank.fill(0, low * bands, high * bands);
  }
}

const withoutMean = (x: Float32Array): Float32Array => {
  let sum = 0;
  for (const value of x) sum += value;
  const mean = sum / x.length;
  return x.map((value) => value - mean);
};

/**
 * λ·first + (1 - λ)·second, each without its mean, the second padded with zeros or cut to the first; the mean is
 * removed again.
 */
export function mixWaveforms(first: Float32Array, second: Float32Array, lambda: number): Float32Array {
  const [a, b] = [withoutMean(first), withoutMean(second)];
  return withoutMean(a.map((x, i) => lambda * x + (1 - lambda) * (b[i] ?? 0)));
}

/** λ ~ Beta(10, 10). */
export const drawLambda = (random: Random): number => random.beta(10, 10);

/**
 * Training target [C]: smoothing/C everywhere; without mixup positives are set to 1 - smoothing; with mixup λ(1 -
 * smoothing) is added for the first clip's labels and (1 - λ)(1 - smoothing) for the second's.
 */
export function smoothedTarget(
  classes: number,
  smoothing: number,
  labels: readonly number[],
  mix?: { labels: readonly number[]; lambda: number },
): Float32Array {
  const target = new Float32Array(classes).fill(smoothing / classes);
  for (const k of labels) target[k] = mix ? target[k]! + mix.lambda * (1 - smoothing) : 1 - smoothing;
  for (const k of mix?.labels ?? []) target[k]! += (1 - mix!.lambda) * (1 - smoothing);
  return target;
}

/**
 * Adds U[0,1) · amplitude/10 to each element of a normalised fbank [frames, bands], then rolls it circularly by `shift`
 * frames.
 */
export function noiseAndRoll(
  fbank: Float32Array,
  bands: number,
  amplitude: number,
  shift: number,
  draw: () => number,
): Float32Array {
  const frames = fbank.length / bands;
  const out = new Float32Array(fbank.length);
  for (let t = 0; t < frames; t++) {
    const to = ((((t + shift) % frames) + frames) % frames) * bands;
    for (let k = 0; k < bands; k++) out[to + k] = fbank[t * bands + k]! + (draw() * amplitude) / 10;
  }
  return out;
}
