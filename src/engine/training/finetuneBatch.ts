// What a finetuning step sees. Full depth: inputs, augmented by the paper's recipe, mixup included. Last layers: tokens of the frozen
// E_a and E_v, computed once per clip and kept.
import * as tf from '@tensorflow/tfjs';
import type { ClassifierMode } from '../../shared/contract/modes.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import type { Batch } from '../model/cavMae.ts';
import { finetuneForward, mlpHead, pooledTokens, specificTokens, usesAudio, usesImage } from '../model/cavMaeFt.ts';
import type { Model } from '../model/model.ts';
import { fbank } from '../preprocess/fbank.ts';
import { sliceRows } from './optimiser/accumulate.ts';
import { drawLambda, mixWaveforms, smoothedTarget } from './data/augment.ts';
import type { InputCache, TrainingClip } from './data/inputCache.ts';
import { makeBatch, plainBatch, type BatchOptions } from './data/makeBatch.ts';
import type { FinetuneValues } from './presets/preset.ts';
import { Random } from './random.ts';

export interface LabelledClip extends TrainingClip {
  target: Float32Array;
}
/** `logits(from, to)` are those of part of the batch; `tensors` are the caller's to dispose. */
export interface StepInput {
  tensors: tf.Tensor[];
  targets: Float32Array;
  logits: (from: number, to: number) => tf.Tensor2D;
}

/** Positives of a target; unknown stays unknown through smoothing. */
const labelsOf = (target: Float32Array): number[] => [...target.keys()].filter((k) => target[k]! > 0.5);

function trainingTarget(
  clip: LabelledClip,
  smoothing: number,
  mix?: { clip: LabelledClip; lambda: number },
): Float32Array {
  const out = smoothedTarget(
    clip.target.length,
    smoothing,
    labelsOf(clip.target),
    mix && { labels: labelsOf(mix.clip.target), lambda: mix.lambda },
  );
  clip.target.forEach((t, k) => {
    if (Number.isNaN(t) || Number.isNaN(mix?.clip.target[k] ?? 0)) out[k] = Number.NaN;
  });
  return out;
}

const joined = (targets: readonly Float32Array[]): Float32Array => {
  const out = new Float32Array(targets.length * (targets[0]?.length ?? 0));
  targets.forEach((target, n) => out.set(target, n * target.length));
  return out;
};

const given = ({ audio, image }: Batch): tf.Tensor[] => [audio, image].filter((t) => t !== null);

export interface InputReader {
  cache: InputCache;
  waveform: (path: string) => Promise<Float32Array | null>;
}

/** Draws partners and mixes sound before its features, as the reference's loader does; pictures are mixed in `stepOfInputs`. */
export async function drawInputs(
  clips: readonly LabelledClip[],
  all: readonly LabelledClip[],
  values: FinetuneValues,
  mode: ClassifierMode,
  random: Random,
  reader: InputReader,
): Promise<{ inputs: ClipInput[]; partners: ({ input: ClipInput; lambda: number } | null)[]; targets: Float32Array }> {
  const partners: ({ input: ClipInput; lambda: number } | null)[] = [];
  const targets: Float32Array[] = [];
  const inputs: ClipInput[] = [];
  for (const clip of clips) {
    const input = await reader.cache.get(clip);
    const other = random.uniform() < values.mixup ? all[random.integer(0, all.length)]! : null;
    const lambda = drawLambda(random);
    const [mine, theirs] =
      other && usesAudio(mode)
        ? await Promise.all([reader.waveform(clip.path), reader.waveform(other.path)])
        : [null, null];
    // A pair that cannot be mixed (no waveform in an old input file) is not mixed at all: picture, sound and label go together.
    if (!other || (usesAudio(mode) && (!mine || !theirs))) {
      inputs.push(input);
      partners.push(null);
      targets.push(trainingTarget(clip, values.labelSmoothing));
      continue;
    }
    inputs.push(mine && theirs ? { ...input, fbank: fbank(mixWaveforms(mine, theirs, lambda), 16_000) } : input);
    partners.push(usesImage(mode) ? { input: await reader.cache.get(other), lambda } : null);
    targets.push(trainingTarget(clip, values.labelSmoothing, { clip: other, lambda }));
  }
  return { inputs, partners, targets: joined(targets) };
}

/** λ of each clip's picture and 1 - λ of its partner's [N, 3, S, S]. */
function mixedPictures(
  own: tf.Tensor4D,
  model: Model,
  { inputs, partners }: Awaited<ReturnType<typeof drawInputs>>,
  names: readonly string[],
  options: BatchOptions,
  random: Random,
): tf.Tensor4D {
  const { image: others } = makeBatch(
    partners.map((partner, i) => partner?.input ?? inputs[i]!),
    names,
    model.config,
    options,
    random,
    { audio: false, image: true },
  );
  try {
    return tf.tidy(() => {
      const lambdas = tf.tensor4d(
        partners.map((partner) => partner?.lambda ?? 1),
        [partners.length, 1, 1, 1],
      );
      return own.mul(lambdas).add(others!.mul(tf.sub(1, lambdas))) as tf.Tensor4D;
    });
  } finally {
    others!.dispose();
  }
}

/** Full depth: tensors of drawn inputs, augmented. */
export function stepOfInputs(
  model: Model,
  drawn: Awaited<ReturnType<typeof drawInputs>>,
  names: readonly string[],
  values: FinetuneValues,
  mode: ClassifierMode,
  random: Random,
): StepInput {
  const wants = { audio: usesAudio(mode), image: usesImage(mode) };
  const options: BatchOptions = {
    noise: values.noise,
    jitter: false,
    mirror: false,
    colourJitter: false,
    freqMask: values.freqMask,
    timeMask: values.timeMask,
    randomFrame: true,
  };
  let batch = makeBatch(drawn.inputs, names, model.config, options, random, wants);
  if (batch.image && drawn.partners.some(Boolean)) {
    const { image: own } = batch;
    try {
      batch = { ...batch, image: mixedPictures(own, model, drawn, names, { ...options, noise: false }, random) };
    } catch (thrown) {
      tf.dispose(given(batch));
      throw thrown;
    }
    own.dispose();
  }
  return {
    tensors: given(batch),
    targets: drawn.targets,
    logits: (from, to) =>
      finetuneForward(
        model,
        {
          audio: batch.audio && sliceRows(batch.audio, from, to),
          image: batch.image && sliceRows(batch.image, from, to),
        },
        mode,
      ),
  };
}

/** Tokens after E_a and E_v of clips as they are, one frame each: at the share `frameAt` of the clip. */
export function frozenTokens(
  model: Model,
  inputs: readonly ClipInput[],
  names: readonly string[],
  mode: ClassifierMode,
  frameAt = 0.5,
): { a: tf.Tensor3D | null; v: tf.Tensor3D | null } {
  const batch = makeBatch(inputs, names, model.config, { ...plainBatch, frameAt }, new Random(0), {
    audio: usesAudio(mode),
    image: usesImage(mode),
  });
  try {
    return specificTokens(model, batch, mode);
  } finally {
    tf.dispose(given(batch));
  }
}

/** Last layers: logits from tokens [N, La, D], [N, Lv, D]. */
export function stepOfTokens(
  model: Model,
  { a, v }: { a: tf.Tensor3D | null; v: tf.Tensor3D | null },
  clips: readonly LabelledClip[],
  mode: ClassifierMode,
  smoothing: number,
): StepInput {
  const logits = (from: number, to: number) => {
    const [ownA, ownV] = [a && sliceRows(a, from, to), v && sliceRows(v, from, to)];
    return mlpHead(model, pooledTokens(model, ownA, ownV, mode));
  };
  return {
    tensors: [a, v].filter((t) => t !== null),
    targets: joined(clips.map((clip) => trainingTarget(clip, smoothing))),
    logits,
  };
}
