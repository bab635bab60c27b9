// Training crops of sound: pieces of recordings warped in time and frequency, mixed onto other backgrounds, filtered and masked.
import type { Random } from '../../training/random.ts';
import type { SoundInput } from '../detectorInput.ts';
import { frameStates } from '../frameStates.ts';
import { spectralBands, spectralHopS } from '../spectralInput.ts';
import type { LabelledRecording } from '../timedSpan.ts';
import { frameStride } from './eventNetwork.ts';

export interface SoundRecording extends LabelledRecording {
  input: SoundInput;
}
/** A batch of crops: input [B, length, 64], states [B, length / stride, K]. */
export interface CropBatch {
  input: Float32Array;
  states: Int8Array;
}
export interface AugmentOptions {
  /** Largest relative change of tempo, and of the frequency axis as between speakers. */
  tempo: number;
  warp: number;
  /** Most noise added, as a multiple of the floor. */
  noise: number;
  /** Largest change by a random smooth filter, in input units. */
  filter: number;
  /** Share of crops that a background of another recording is added to. */
  mix: number;
  /** Widest masks, in bands and frames. */
  maskBands: number;
  maskFrames: number;
}
export const defaultAugment: AugmentOptions = {
  tempo: 0.2,
  warp: 0.12,
  noise: 4,
  filter: 0.3,
  mix: 0.5,
  maskBands: 10,
  maskFrames: 8,
};
/** Nepers per input unit, see `spectralInput`. */
const unit = 3;

/** Reads [length, 64] of a recording around `centre` frames at `rate` frames a frame, the frequency axis scaled by `warp`. */
export function warpedCrop(
  input: Float32Array,
  place: { centre: number; rate: number; warp: number },
  length: number,
  out: Float32Array,
): void {
  const frames = input.length / spectralBands;
  for (let t = 0; t < length; t++) {
    const at = place.centre + (t - length / 2) * place.rate;
    const t0 = Math.floor(at);
    const dt = at - t0;
    const row = t * spectralBands;
    if (t0 < 0 || t0 + 1 >= frames) {
      out.fill(0, row, row + spectralBands);
      continue;
    }
    for (let b = 0; b < spectralBands; b++) {
      const band = Math.min(spectralBands - 1.001, b * place.warp);
      const b0 = Math.floor(band);
      const db = band - b0;
      const i = t0 * spectralBands + b0;
      const early = input[i]! * (1 - db) + input[i + 1]! * db;
      const late = input[i + spectralBands]! * (1 - db) + input[i + spectralBands + 1]! * db;
      out[row + b] = early * (1 - dt) + late * dt;
    }
  }
}

export class SpectralCrops {
  private readonly classes: number;
  private readonly options: AugmentOptions;
  private readonly random: Random;
  /** Positive and negative marks by class; each class is drawn equally often. */
  private readonly byClass: { recording: SoundRecording; middleS: number }[][];
  private readonly complete: SoundRecording[];
  private readonly other: Float32Array;
  readonly length: number;

  constructor(
    recordings: readonly SoundRecording[],
    classes: number,
    length: number,
    random: Random,
    options = defaultAugment,
  ) {
    this.classes = classes;
    this.length = length;
    this.options = options;
    this.random = random;
    this.byClass = Array.from({ length: classes }, (_, k) =>
      recordings.flatMap((recording) =>
        recording.spans
          .filter(({ classIndex }) => classIndex === k)
          .map(({ onsetS, offsetS }) => ({ recording, middleS: (onsetS + offsetS) / 2 })),
      ),
    ).filter((marks) => marks.length > 0);
    this.complete = recordings.filter(({ complete }) => complete);
    this.other = new Float32Array(length * spectralBands);
  }

  batch(size: number): CropBatch {
    const [width, rows] = [this.length * spectralBands, this.length / frameStride.audio];
    const input = new Float32Array(size * width);
    const states = new Int8Array(size * rows * this.classes);
    for (let i = 0; i < size; i++)
      this.fill(
        input.subarray(i * width, (i + 1) * width),
        states.subarray(i * rows * this.classes, (i + 1) * rows * this.classes),
      );
    return { input, states };
  }

  private fill(input: Float32Array, states: Int8Array): void {
    const { random, options, length } = this;
    const { recording, centreS } = this.place();
    const rate = 1 + (random.uniform() * 2 - 1) * options.tempo;
    const centre = centreS / spectralHopS;
    warpedCrop(
      recording.input.spectrum,
      { centre, rate, warp: 1 + (random.uniform() * 2 - 1) * options.warp },
      length,
      input,
    );
    const stride = frameStride.audio;
    const times = Float64Array.from(
      { length: length / stride },
      (_, j) => (centre + ((j + 0.5) * stride - length / 2) * rate) * spectralHopS,
    );
    frameStates(recording, times, this.classes, stride * spectralHopS, states);
    this.disturb(input);
  }

  /** Three in four crops lie at a mark, the others anywhere in recordings that are complete. */
  private place(): { recording: SoundRecording; centreS: number } {
    const { random } = this;
    if (this.complete.length > 0 && random.uniform() < 0.25) {
      const recording = this.complete[random.integer(0, this.complete.length)]!;
      return { recording, centreS: random.uniform() * recording.durationS };
    }
    const marks = this.byClass[random.integer(0, this.byClass.length)]!;
    const { recording, middleS } = marks[random.integer(0, marks.length)]!;
    const reach = (this.length * spectralHopS) / 2 - 0.3;
    return { recording, centreS: middleS + (random.uniform() * 2 - 1) * Math.max(0.1, reach) };
  }

  private disturb(input: Float32Array): void {
    const mixed = this.random.uniform() < this.options.mix && this.background();
    disturbSpectrum(input, this.random, this.options, mixed ? this.other : null);
  }

  /** A stretch without any event of a complete recording into `other`; false when none was found. */
  private background(): boolean {
    const { random, length } = this;
    if (this.complete.length === 0) return false;
    for (let attempt = 0; attempt < 6; attempt++) {
      const recording = this.complete[random.integer(0, this.complete.length)]!;
      const reach = (length * spectralHopS) / 2;
      if (recording.durationS <= 2 * reach) continue;
      const centreS = reach + random.uniform() * (recording.durationS - 2 * reach);
      if (recording.spans.some(({ onsetS, offsetS }) => offsetS > centreS - reach && onsetS < centreS + reach))
        continue;
      warpedCrop(recording.input.spectrum, { centre: centreS / spectralHopS, rate: 1, warp: 1 }, length, this.other);
      return true;
    }
    return false;
  }
}

/** Filters, adds noise and `other` (null: nothing) at a random level, and masks a spectrum [T, 64] in place. */
export function disturbSpectrum(
  input: Float32Array,
  random: Random,
  options: AugmentOptions,
  other: Float32Array | null,
): void {
  const curve = filterCurve(random, options.filter);
  const noise = random.uniform() < 0.5 ? 0 : random.uniform() ** 2 * options.noise;
  const level = other ? random.uniform() : 0;
  const raise = Math.log(1 + noise + level);
  for (let i = 0; i < input.length; i++) {
    let energy = Math.exp(unit * (input[i]! + curve[i % spectralBands]!)) + noise;
    if (other) energy += level * Math.exp(unit * other[i]!);
    input[i] = Math.max(-1, (Math.log(energy) - raise) / unit);
  }
  maskSpectrum(input, random, options);
}

/** A smooth change of the bands, as by another microphone. */
function filterCurve(random: Random, size: number): Float32Array {
  const [tilt, wave] = [random.normal() * 0.5, random.normal() * 0.5];
  const [phase, turns] = [random.uniform() * 6.28, 1 + random.uniform() * 2];
  return Float32Array.from({ length: spectralBands }, (_, b) => {
    const x = b / spectralBands;
    return size * (tilt * (x - 0.5) * 2 + wave * Math.sin(phase + turns * 6.28 * x)) * 0.5;
  });
}

/** SpecAugment (Park et al. 2019): up to two masks along each axis. */
function maskSpectrum(input: Float32Array, random: Random, options: AugmentOptions): void {
  const length = input.length / spectralBands;
  for (let n = random.integer(0, 3); n > 0; n--) {
    const width = random.integer(0, options.maskBands + 1);
    const from = random.integer(0, spectralBands - width + 1);
    for (let t = 0; t < length; t++) input.fill(0, t * spectralBands + from, t * spectralBands + from + width);
  }
  for (let n = random.integer(0, 3); n > 0; n--) {
    const width = random.integer(0, options.maskFrames + 1);
    const from = random.integer(0, length - width + 1);
    input.fill(0, from * spectralBands, (from + width) * spectralBands);
  }
}
