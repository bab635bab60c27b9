// Log-mel spectrogram → sound: power spectra from the mel bands, phases by the fast Griffin-Lim algorithm (Perraudin,
// Balazs and Sondergaard 2013), pre-emphasis undone. Approximate: a spectrogram does not keep the phases, nor 128 bands
// every frequency.
import { analysis, hannWindow } from '../../../../../shared/signal/analysis.ts';
import { RealFft } from '../../../../../shared/signal/realFft.ts';
import { powerOfMel } from './melInversion.ts';

const { bands, size, window: length, hop, preemphasis } = analysis;
const columns = size / 2;
const momentum = 0.9;
/** Beyond these log energies nothing audible lies; a wild prediction must not become a bang. */
const [quietest, loudest] = [-15.9424, 9];

/** Complex values per frame and frequency [T, 256]. */
interface Spectra {
  re: Float64Array;
  im: Float64Array;
}
const spectra = (frames: number): Spectra => ({
  re: new Float64Array(frames * columns),
  im: new Float64Array(frames * columns),
});

/** Unit phases from a fixed stream (Lehmer), so that the same input gives the same sound. */
function randomPhases(frames: number): Spectra {
  const { re, im } = spectra(frames);
  let random = 1;
  for (let i = 0; i < re.length; i++) {
    random = (random * 48271) % 2147483647;
    const angle = (random / 2147483647) * 2 * Math.PI;
    re[i] = Math.cos(angle);
    im[i] = Math.sin(angle);
  }
  return { re, im };
}

/** Between spectra of `frames` windows and their overlapping sum. */
class WindowedTransform {
  readonly sound: Float64Array;
  private readonly window = hannWindow(length);
  private readonly overlap: Float64Array;
  private readonly fft = new RealFft(size);
  private readonly frame = new Float64Array(size);
  private readonly re = new Float64Array(columns);
  private readonly im = new Float64Array(columns);
  private readonly frames: number;

  constructor(frames: number) {
    this.frames = frames;
    this.sound = new Float64Array((frames - 1) * hop + length);
    this.overlap = new Float64Array(this.sound.length);
    for (let t = 0; t < frames; t++)
      for (let i = 0; i < length; i++) this.overlap[t * hop + i]! += this.window[i]! ** 2;
  }

  /** Magnitudes [T, 256] and phases → `sound`. */
  synthesise(magnitude: Float64Array, phase: Spectra): void {
    const { sound, re, im, frame, window, overlap } = this;
    sound.fill(0);
    for (let t = 0; t < this.frames; t++) {
      for (let k = 1; k < columns; k++) {
        const at = t * columns + k;
        re[k] = magnitude[at]! * phase.re[at]!;
        im[k] = magnitude[at]! * phase.im[at]!;
      }
      re[0] = 0;
      this.fft.inverse(re, im, frame);
      for (let i = 0; i < length; i++) sound[t * hop + i]! += frame[i]! * window[i]!;
    }
    // At both ends hardly a window reaches: what is there fades rather than bursts.
    for (let i = 0; i < sound.length; i++) sound[i]! /= Math.max(overlap[i]!, 0.3);
  }

  /**
   * The spectra of `sound`: their phases, pushed on from `last` by the momentum, into `phase`; the spectra themselves
   * into `last`.
   */
  analyse(phase: Spectra, last: Spectra): void {
    const { sound, re, im, frame, window } = this;
    for (let t = 0; t < this.frames; t++) {
      frame.fill(0);
      for (let i = 0; i < length; i++) frame[i] = sound[t * hop + i]! * window[i]!;
      this.fft.spectrum(frame, re, im);
      for (let k = 1; k < columns; k++) {
        const at = t * columns + k;
        const nextRe = re[k]! + momentum * (re[k]! - last.re[at]!),
          nextIm = im[k]! + momentum * (im[k]! - last.im[at]!);
        last.re[at] = re[k]!;
        last.im[at] = im[k]!;
        const norm = Math.sqrt(nextRe * nextRe + nextIm * nextIm) || 1;
        phase.re[at] = nextRe / norm;
        phase.im[at] = nextIm / norm;
      }
    }
  }
}

/**
 * @param logMel [T, 128] log energies, as the analysis of the paper gives them
 * @returns (T - 1) * 160 + 400 samples in -1…1 at 16 kHz, the same for the same input
 */
export function soundOfLogMel(logMel: Float32Array, rounds = 32): Float32Array {
  const frames = logMel.length / bands;
  if (frames === 0) return new Float32Array();
  const magnitude = powerOfMel(
    Float64Array.from(logMel, (value) => Math.exp(Math.min(loudest, Math.max(quietest, value)))),
  ).map(Math.sqrt);
  const transform = new WindowedTransform(frames);
  const [phase, last] = [randomPhases(frames), spectra(frames)];
  transform.synthesise(magnitude, phase);
  for (let round = 0; round < rounds; round++) {
    transform.analyse(phase, last);
    transform.synthesise(magnitude, phase);
  }
  const { sound } = transform;
  for (let i = 1; i < sound.length; i++) sound[i]! += preemphasis * sound[i - 1]!;
  const peak = sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0.98);
  return Float32Array.from(sound, (value) => (value / peak) * 0.98);
}
