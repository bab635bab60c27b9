// A training batch: one random frame a clip, sound padded to the model's length, augmented. Every draw comes from
// `random`.
import * as tf from '@tensorflow/tfjs';
import { EngineError } from '../../../shared/engineError.ts';
import { imageTensor, seenBy, type ClipInput } from '../../inference/clipInput.ts';
import type { Batch } from '../../model/cavMae.ts';
import { hearsSound, isSync, MEL_BINS, seesPictures, type CavMaeConfig } from '../../model/config.ts';
import { imageMean, imageStd } from '../../../shared/signal/normalisation.ts';
import { fbankInput, padFbank } from '../../../shared/signal/fbankInput.ts';
import { alignedSegments } from '../../preprocess/alignedSegments.ts';
import { targetFrames } from '../../preprocess/fbank.ts';
import { noiseAndRoll, specAugment } from './augment.ts';
import type { Random } from '../random.ts';

export interface BatchOptions {
  /** The paper's noise and circular roll of the sound. */
  noise: boolean;
  /** Random crop of the frame, gain of the sound; mirror images. */
  jitter: boolean;
  mirror: boolean;
  /** Random colours (`colourChange`). */
  colourJitter: boolean;
  freqMask: number;
  timeMask: number;
  /**
   * Draw a random frame; else the one at the share `frameAt` of the clip, by default frame 5 of ten (the reference's
   * evaluation).
   */
  randomFrame: boolean;
  frameAt?: number;
}
export const plainBatch: BatchOptions = {
  noise: false,
  jitter: false,
  mirror: false,
  colourJitter: false,
  freqMask: 0,
  timeMask: 0,
  randomFrame: false,
};

/** Natural-log units of mel energy: ±4.3 dB. */
const GAIN = 1;
/** Smallest side of a crop, as a share of the frame. */
const CROP = 0.7;

const noiseTable = new Float32Array(1 << 18);
let tableFilled = false;

/** Uniform noise read from a table at a random offset: millions of draws a step would cost more than the model. */
function noiseFrom(random: Random): () => number {
  if (!tableFilled) {
    let x = 0x2545f491;
    for (let i = 0; i < noiseTable.length; i++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      noiseTable[i] = (x >>> 8) / 0x1000000;
    }
    tableFilled = true;
  }
  let at = random.integer(0, noiseTable.length);
  return () => noiseTable[(at = (at + 1) & (noiseTable.length - 1))]!;
}

/** Sound of one clip, or with `aligned` of the segment around one of its frames → normalised, augmented [T, 128]. */
function augmentedSound(
  fbank: Float32Array,
  config: CavMaeConfig,
  options: BatchOptions,
  random: Random,
  aligned: { frame: number; total: number } | null,
): Float32Array {
  let features = fbank;
  if (options.freqMask || options.timeMask) {
    features = padFbank(fbank, aligned ? targetFrames : config.audioLength);
    specAugment(features, { bands: MEL_BINS, freqMask: options.freqMask, timeMask: options.timeMask }, () =>
      random.uniform(),
    );
  }
  if (options.jitter) {
    const gain = (2 * random.uniform() - 1) * GAIN;
    features = features.map((x) => x + gain);
  }
  const normalised = aligned
    ? alignedSegments(features, [aligned.frame], aligned.total, config.audioLength)
    : fbankInput(features, config.audioLength);
  if (!options.noise) return normalised;
  const amplitude = random.uniform();
  const shift = random.integer(0, config.audioLength);
  return noiseAndRoll(normalised, MEL_BINS, amplitude, shift, noiseFrom(random));
}

/**
 * Mixing matrix [3, 3] and offset of a change of colours, pixels in 0 … 1: channels in any order, moved towards grey by
 * a random share, contrast ±20 % about mid grey and brightness ±0.1.
 */
function colourChange(random: Random): { mix: number[][]; offset: number } {
  const order = random.shuffled([0, 1, 2]);
  const grey = random.uniform();
  const contrast = 0.8 + 0.4 * random.uniform();
  const brightness = 0.2 * random.uniform() - 0.1;
  const mix = [0, 1, 2].map((from) =>
    [0, 1, 2].map((to) => contrast * (grey / 3 + (order[to] === from ? 1 - grey : 0))),
  );
  return { mix, offset: 0.5 * (1 - contrast) + brightness };
}

/** Pixels [1, S, S, 3] in 0 … 1 with other colours, kept within 0 … 1. */
function recoloured(pixels: tf.Tensor4D, random: Random): tf.Tensor4D {
  const { mix, offset } = colourChange(random);
  return tf.tidy(() =>
    pixels
      .reshape([-1, 3])
      .matMul(tf.tensor2d(mix, [3, 3]))
      .add(offset)
      .clipByValue(0, 1)
      .reshape(pixels.shape),
  );
}

/** One frame a clip [N, 3, S, S]. */
function imageBatch(
  clips: readonly ClipInput[],
  config: CavMaeConfig,
  { jitter, mirror, colourJitter }: BatchOptions,
  random: Random,
  chosen: readonly number[],
): tf.Tensor4D {
  if (!jitter && !mirror && !colourJitter)
    return tf.tidy(
      () =>
        tf.concat(
          clips.map(({ frames }, i) => imageTensor(frames!, [chosen[i]!], config)),
          0,
        ) as tf.Tensor4D,
    );
  return tf.tidy(() =>
    tf.concat(
      clips.map(({ frames }, i) => {
        const { data, size } = frames!;
        const bytes = size * size * 3;
        const pixels = tf.tensor4d(Float32Array.from(data.subarray(chosen[i]! * bytes, (chosen[i]! + 1) * bytes)), [
          1,
          size,
          size,
          3,
        ]);
        const side = jitter ? CROP + (1 - CROP) * random.uniform() : 1;
        const [top, left] = [random.uniform() * (1 - side), random.uniform() * (1 - side)];
        const [x1, x2] = mirror && random.uniform() < 0.5 ? [left + side, left] : [left, left + side];
        const crop = tf.image.cropAndResize(
          pixels,
          [[top, x1, top + side, x2]],
          [0],
          [config.imgSize, config.imgSize],
          'bilinear',
        );
        const rgb = crop.div(255);
        return (colourJitter ? recoloured(rgb as tf.Tensor4D, random) : rgb)
          .sub(tf.tensor1d([...imageMean]))
          .div(tf.tensor1d([...imageStd]))
          .transpose([0, 3, 1, 2]);
      }),
      0,
    ),
  ) as tf.Tensor4D;
}

/**
 * Tensors for the modalities the variant looks at.
 * @throws EngineError BAD_INPUT naming a clip that lacks one.
 */
export function makeBatch(
  inputs: readonly ClipInput[],
  names: readonly string[],
  config: CavMaeConfig,
  options: BatchOptions,
  random: Random,
  wants: { audio: boolean; image: boolean } = wantsOf(config),
): Batch {
  const clips = inputs.map((input) => seenBy(config, input));
  clips.forEach(({ fbank, frames }, i) => {
    if ((wants.audio && !fbank) || (wants.image && !frames))
      throw new EngineError(
        'BAD_INPUT',
        `${names[i]} has no ${wants.audio && !fbank ? 'sound' : 'picture'} to train on`,
        { path: names[i]! },
      );
  });
  const sync = isSync(config);
  const totalOf = ({ frames }: ClipInput) => frames?.count ?? config.alignedFrames;
  const drawFrames = () =>
    clips.map((clip) =>
      options.randomFrame ? random.integer(0, totalOf(clip)) : Math.floor((options.frameAt ?? 0.5) * totalOf(clip)),
    );
  // CAV-MAE Sync hears what is around the frame: the frame is drawn first.
  const aligned = sync ? drawFrames() : null;
  const sounds = wants.audio
    ? clips.map((clip, i) =>
        augmentedSound(clip.fbank!, config, options, random, aligned && { frame: aligned[i]!, total: totalOf(clip) }),
      )
    : null;
  // The picture first: what can fail leaves no tensor behind.
  const image = wants.image ? imageBatch(clips, config, options, random, aligned ?? drawFrames()) : null;
  return { audio: sounds && joinedSounds(sounds, config.audioLength), image };
}

/** Sounds [T, 128] of each clip → [N, T, 128]. */
function joinedSounds(sounds: readonly Float32Array[], audioLength: number): tf.Tensor3D {
  const size = audioLength * MEL_BINS;
  const all = new Float32Array(sounds.length * size);
  sounds.forEach((sound, i) => all.set(sound, i * size));
  return tf.tensor3d(all, [sounds.length, audioLength, MEL_BINS]);
}

export const wantsOf = ({ variant }: Pick<CavMaeConfig, 'variant'>): { audio: boolean; image: boolean } => ({
  audio: hearsSound({ variant }),
  image: seesPictures({ variant }),
});
