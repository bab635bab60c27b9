// Log-mel spectrogram → sound: power spectra from the mel bands, phases by the fast Griffin-Lim algorithm (Perraudin, Balazs and
// Sondergaard 2013), pre-emphasis undone. Approximate: a spectrogram does not keep the phases, nor 128 bands every frequency.
import { fourier } from './fourier.ts';
import { analysis, powerOfMel } from './melInversion.ts';

const momentum = 0.9;
/** Beyond these log energies nothing audible lies; a wild prediction must not become a bang. */
const [quietest, loudest] = [-15.9424, 9];

/**
 * @param logMel [T, 128] log energies, as the analysis of the paper gives them
 * @returns (T - 1) * 160 + 400 samples in -1…1 at 16 kHz, the same for the same input
 */
export function soundOfLogMel(logMel: Float32Array, rounds = 32): Float32Array {
  const { bands, size, window: length, hop, preemphasis } = analysis;
  const [frames, columns] = [logMel.length / bands, size / 2];
  if (frames === 0) return new Float32Array();
  const magnitude = powerOfMel(
    Float64Array.from(logMel, (value) => Math.exp(Math.min(loudest, Math.max(quietest, value)))),
  ).map(Math.sqrt);
  const window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1)));
  const samples = (frames - 1) * hop + length;
  const overlap = new Float64Array(samples);
  for (let t = 0; t < frames; t++) for (let i = 0; i < length; i++) overlap[t * hop + i]! += window[i]! ** 2;
  const { transform } = fourier(size);
  const [re, im] = [new Float64Array(size), new Float64Array(size)];
  const [phaseRe, phaseIm] = [new Float64Array(frames * columns), new Float64Array(frames * columns)];
  const [lastRe, lastIm] = [new Float64Array(frames * columns), new Float64Array(frames * columns)];
  let random = 1;
  for (let i = 0; i < phaseRe.length; i++) {
    random = (random * 48271) % 2147483647;
    [phaseRe[i], phaseIm[i]] = [
      Math.cos((random / 2147483647) * 2 * Math.PI),
      Math.sin((random / 2147483647) * 2 * Math.PI),
    ];
  }
  const sound = new Float64Array(samples);
  function synthesise(): void {
    sound.fill(0);
    for (let t = 0; t < frames; t++) {
      re.fill(0);
      im.fill(0);
      for (let k = 1; k < columns; k++) {
        const at = t * columns + k;
        const cosine = magnitude[at]! * phaseRe[at]!,
          sine = magnitude[at]! * phaseIm[at]!;
        re[k] = cosine;
        im[k] = sine;
        re[size - k] = cosine;
        im[size - k] = -sine;
      }
      transform(re, im, true);
      for (let i = 0; i < length; i++) sound[t * hop + i]! += (re[i]! / size) * window[i]!;
    }
    // At both ends hardly a window reaches: what is there fades rather than bursts.
    for (let i = 0; i < samples; i++) sound[i]! /= Math.max(overlap[i]!, 0.3);
  }
  function analyse(): void {
    for (let t = 0; t < frames; t++) {
      re.fill(0);
      im.fill(0);
      for (let i = 0; i < length; i++) re[i] = sound[t * hop + i]! * window[i]!;
      transform(re, im, false);
      for (let k = 1; k < columns; k++) {
        const at = t * columns + k;
        const nextRe = re[k]! + momentum * (re[k]! - lastRe[at]!),
          nextIm = im[k]! + momentum * (im[k]! - lastIm[at]!);
        lastRe[at] = re[k]!;
        lastIm[at] = im[k]!;
        const norm = Math.sqrt(nextRe * nextRe + nextIm * nextIm) || 1;
        phaseRe[at] = nextRe / norm;
        phaseIm[at] = nextIm / norm;
      }
    }
  }
  synthesise();
  for (let round = 0; round < rounds; round++) {
    analyse();
    synthesise();
  }
  for (let i = 1; i < samples; i++) sound[i]! += preemphasis * sound[i - 1]!;
  const peak = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0.98);
  return Float32Array.from(sound, (value) => (value / peak) * 0.98);
}
