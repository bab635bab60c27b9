// Sound building blocks: tones, noises, filters (RBJ cookbook biquads), envelopes, a small reverb. Mono F32, `rateHz`
// samples a second.
import type { DemoRandom } from './demoRandom.ts';

/** Adds `source` times `gain` into `target` from second `atS` on; what sticks out is dropped. */
export function mixAt(target: Float32Array, source: Float32Array, atS: number, gain: number, rateHz: number): void {
  const from = Math.round(atS * rateHz);
  for (let i = Math.max(0, -from); i < source.length && from + i < target.length; i++)
    target[from + i]! += source[i]! * gain;
}

/** A tone of varying pitch: `frequencyHz(t)`, and the strength of its harmonics 1, 2, 3 … */
export function tone(
  durationS: number,
  rateHz: number,
  frequencyHz: (t: number) => number,
  harmonics: readonly number[] = [1],
): Float32Array {
  const out = new Float32Array(Math.round(durationS * rateHz));
  let phase = 0;
  for (let i = 0; i < out.length; i++) {
    const frequency = frequencyHz(i / rateHz);
    phase += (2 * Math.PI * frequency) / rateHz;
    let sum = 0;
    for (let h = 0; h < harmonics.length && frequency * (h + 1) < rateHz / 2; h++)
      sum += harmonics[h]! * Math.sin(phase * (h + 1));
    out[i] = sum;
  }
  return out;
}

export function whiteNoise(durationS: number, rateHz: number, random: DemoRandom): Float32Array {
  return new Float32Array(Math.round(durationS * rateHz)).map(() => random.next() * 2 - 1);
}

/** White noise through a leaky sum: -6 dB an octave. */
export function brownNoise(durationS: number, rateHz: number, random: DemoRandom): Float32Array {
  let level = 0;
  return new Float32Array(Math.round(durationS * rateHz)).map(
    () => (level = 0.985 * level + 0.17 * (random.next() * 2 - 1)),
  );
}

/** Multiplies by `gain(t)`, in place. */
export function shape(samples: Float32Array, rateHz: number, gain: (t: number) => number): Float32Array {
  for (let i = 0; i < samples.length; i++) samples[i]! *= gain(i / rateHz);
  return samples;
}

/** Quick rise over `attackS`, then exponential fall with time constant `fallS`. */
export const struck =
  (attackS: number, fallS: number) =>
  (t: number): number =>
    Math.min(1, t / attackS) * Math.exp(-t / fallS);

/** Half a sine over `durationS`, 0 at both ends. */
export const hump =
  (durationS: number) =>
  (t: number): number =>
    t < durationS ? Math.sin((Math.PI * t) / durationS) : 0;

/** Second-order filter, in place. `q` is resonance (bandpass: narrowness). */
export function filter(
  samples: Float32Array,
  rateHz: number,
  kind: 'low' | 'high' | 'band',
  frequencyHz: number,
  q = 0.707,
): Float32Array {
  const omega = (2 * Math.PI * Math.min(frequencyHz, rateHz * 0.45)) / rateHz;
  const alpha = Math.sin(omega) / (2 * q);
  const cos = Math.cos(omega);
  const a0 = 1 + alpha;
  const b =
    kind === 'low'
      ? [(1 - cos) / 2, 1 - cos, (1 - cos) / 2]
      : kind === 'high'
        ? [(1 + cos) / 2, -(1 + cos), (1 + cos) / 2]
        : [alpha, 0, -alpha];
  const [b0, b1, b2, a1, a2] = [b[0]! / a0, b[1]! / a0, b[2]! / a0, (-2 * cos) / a0, (1 - alpha) / a0];
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]!;
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    samples[i] = y;
  }
  return samples;
}

/** Schroeder reverb: four combs and two allpasses. `wet` 0..1. */
export function reverb(samples: Float32Array, rateHz: number, lengthS: number, wet: number): Float32Array {
  const sum = new Float32Array(samples.length);
  for (const delayS of [0.0297, 0.0371, 0.0411, 0.0437]) {
    const delay = Math.round(delayS * rateHz);
    const feedback = 10 ** ((-3 * delayS) / lengthS);
    const line = new Float32Array(delay);
    for (let i = 0, at = 0; i < samples.length; i++, at = (at + 1) % delay) {
      const out = line[at]!;
      line[at] = samples[i]! + out * feedback;
      sum[i]! += out / 4;
    }
  }
  for (const delayS of [0.005, 0.0017]) {
    const delay = Math.round(delayS * rateHz);
    const line = new Float32Array(delay);
    for (let i = 0, at = 0; i < sum.length; i++, at = (at + 1) % delay) {
      const held = line[at]!;
      const input = sum[i]! + held * 0.7;
      line[at] = input;
      sum[i] = held - input * 0.7;
    }
  }
  return samples.map((sample, i) => sample * (1 - wet) + sum[i]! * wet);
}

/** Scales to a peak, in place; silence stays silence. */
export function normalise(samples: Float32Array, peak: number): Float32Array {
  let top = 0;
  for (const sample of samples) top = Math.max(top, Math.abs(sample));
  if (top > 0) for (let i = 0; i < samples.length; i++) samples[i]! *= peak / top;
  return samples;
}
