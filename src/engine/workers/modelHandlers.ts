// What the compute worker does on inputs already preprocessed, as the reference's own scripts would: features, losses, logits.
import * as tf from '@tensorflow/tfjs';
import type { ClassifierMode } from '../../shared/contract/modes.ts';
import { startBackend } from '../backend/startBackend.ts';
import type { BackendReport } from '../../shared/contract/system.ts';
import { loadModel } from '../checkpoint/loadModel.ts';
import { exportOnnx } from '../checkpoint/onnx/exportOnnx.ts';
import type { AutoencoderPart } from '../../shared/wire/urls.ts';
import { EngineError } from '../../shared/engineError.ts';
import { freeing } from '../inference/freeing.ts';
import { paperOptions, pretrainForward } from '../model/cavMae.ts';
import { finetuneForward, usesAudio, usesImage } from '../model/cavMaeFt.ts';
import { MEL_BINS, tokensA, tokensV } from '../model/config.ts';
import { embeddingOf, encodeA, encodeBoth, encodeStream, encodeV, pool, withoutClassToken } from '../model/encoder.ts';
import { keptTokens, maskFromNoise } from '../model/masking.ts';
import type { Model } from '../model/model.ts';
import { patchEmbedA, patchEmbedV } from '../model/patchEmbed.ts';
import { breathe } from '../base/breathe.ts';
import type { CallContext } from './channel.ts';
import { clearEncoder, extractionReport } from './openEncoder.ts';
import { clearModels, withModel } from './openModel.ts';
import { checkedArray, type ArrayInput } from './preprocessedInput.ts';

type NoInput = Record<string, never>;

/** fbank [N, T, 128] and image [N, 3, H, W], both normalised. */
export interface PreprocessedInput {
  model: string;
  fbank: ArrayInput;
  frames: ArrayInput;
}
export interface LossRequest extends PreprocessedInput {
  /** [N, tokens] each; the smallest are kept. */
  noiseA: ArrayInput;
  noiseV: ArrayInput;
  ratioA?: number;
  ratioV?: number;
  normPixLoss?: boolean;
  maeLossWeight?: number;
  contrastLossWeight?: number;
}
export interface ReferenceLosses {
  maeAudio: number;
  maeVisual: number;
  contrastive: number;
  total: number;
  cAcc: number;
}

/** fbank [N, T, M] and frames [N, 3, H, W] of as many items. */
function checkedPair({ config }: Model, fbank: ArrayInput, frames: ArrayInput): [ArrayInput, ArrayInput] {
  const audio = checkedArray('fbank', fbank, [config.audioLength, MEL_BINS]);
  return [audio, checkedArray('frames', frames, [3, config.imgSize, config.imgSize], audio.shape[0]!)];
}

/** Items [from, to) of the first axis. */
function slice({ shape, data }: ArrayInput, from: number, to: number): tf.Tensor {
  const size = data.length / shape[0]!;
  return tf.tensor(data.subarray(from * size, to * size), [Math.min(to, shape[0]!) - from, ...shape.slice(1)]);
}

const values = (x: tf.Tensor): Float32Array => Float32Array.from(x.dataSync<'float32'>());

/** Items computed together. */
const CHUNK = 4;

/** Runs `each` over chunks of N items and joins their results per name. */
async function inChunks<K extends string>(
  count: number,
  signal: AbortSignal,
  each: (from: number, to: number) => Record<K, tf.Tensor>,
): Promise<Record<K, ArrayInput>> {
  const parts: Record<string, { shape: number[]; data: Float32Array[] }> = {};
  for (let from = 0; from < count; from += CHUNK) {
    await breathe(signal);
    freeing(() => {
      for (const [name, tensor] of Object.entries<tf.Tensor>(each(from, from + CHUNK))) {
        (parts[name] ??= { shape: [count, ...tensor.shape.slice(1)], data: [] }).data.push(values(tensor));
      }
    });
  }
  return Object.fromEntries(
    Object.entries(parts).map(([name, { shape, data }]) => {
      const all = new Float32Array(shape.reduce((n, d) => n * d, 1));
      let at = 0;
      for (const part of data) {
        all.set(part, at);
        at += part.length;
      }
      return [name, { shape, data: all }];
    }),
  ) as Record<K, ArrayInput>;
}

export const modelHandlers = {
  /** Which backend runs and why. */
  backend: async (_: NoInput): Promise<BackendReport> => {
    const report = await startBackend();
    return { ...report, extraction: extractionReport(report) };
  },

  /** What a model is, once opened: it stays open for what follows. */
  describeModel: ({ path }: { path: string }) =>
    withModel(path, (model) => ({
      config: model.config,
      kind: model.parameters.kind,
      parameters: model.parameters.count,
      dim: model.config.embedDim,
      hasDecoder: model.parameters.kind === 'cavmae',
    })),

  /** The reference's `forward_feat` (`tokens_a`, `tokens_v` [N, L, D], after norm_a and norm_v), the embeddings `c_a`, `c_v` [N, D] (means of tokens; CAV-MAE Sync's class tokens), and the joint embedding [N, D]. */
  features: ({ model: spec, fbank, frames }: PreprocessedInput, { signal }: CallContext) =>
    withModel(spec, (model) => {
      const [audio, image] = checkedPair(model, fbank, frames);
      return inChunks(audio.shape[0]!, signal, (from, to) => {
        const a = encodeA(model, patchEmbedA(model, slice(audio, from, to) as tf.Tensor3D));
        const v = encodeV(model, patchEmbedV(model, slice(image, from, to) as tf.Tensor4D));
        const [streamA, streamV] = [encodeStream(model, a, 'a'), encodeStream(model, v, 'v')];
        return {
          tokens_a: withoutClassToken(model, streamA),
          tokens_v: withoutClassToken(model, streamV),
          c_a: embeddingOf(model, streamA),
          c_v: embeddingOf(model, streamV),
          joint: pool(encodeBoth(model, a, v)),
        };
      });
    }),

  /**
   * The reference's pretraining forward with given mask noise [N, L] per modality, its treatment of several joint blocks included.
   * `contrastive` is weighted, as the reference returns it: the three parts sum to `total`.
   */
  losses: ({
    model: spec,
    fbank,
    frames,
    noiseA,
    noiseV,
    ratioA = 0.75,
    ratioV = 0.75,
    normPixLoss,
    ...weights
  }: LossRequest) =>
    withModel(spec, (model): ReferenceLosses => {
      if (model.parameters.kind !== 'cavmae')
        throw new EngineError(
          'CHECKPOINT_MISMATCH',
          'this checkpoint has no decoder: losses need a pretrained one, not a finetuned one',
          { path: spec },
        );
      const [audio, image] = checkedPair(model, fbank, frames);
      const batch = audio.shape[0]!;
      const config = { ...model.config, normPixLoss: normPixLoss ?? model.config.normPixLoss };
      const mask = (name: string, noise: ArrayInput, length: number, ratio: number) => {
        const keep = keptTokens(length, ratio);
        if (keep === 0 || keep === length)
          throw new EngineError(
            'BAD_INPUT',
            `a ratio of ${ratio} hides ${keep === 0 ? 'all' : 'none'} of the ${length} tokens that ${name} is for: there is no loss to tell`,
            { field: name },
          );
        return maskFromNoise(checkedArray(name, noise, [length], batch).data, batch, length, keep);
      };
      const masks = {
        a: mask('noise-a', noiseA, tokensA(config), ratioA),
        v: mask('noise-v', noiseV, tokensV(config), ratioV),
        joint: null,
      };
      return freeing(() => {
        const inputs = { audio: slice(audio, 0, batch) as tf.Tensor3D, image: slice(image, 0, batch) as tf.Tensor4D };
        const r = pretrainForward({ ...model, config }, inputs, masks, {
          ...paperOptions,
          ...weights,
          contrastiveJoint: 'lastOnly',
        });
        const number = (x: tf.Scalar) => x.dataSync()[0]!;
        return {
          maeAudio: number(r.lossMaeA),
          maeVisual: number(r.lossMaeV),
          contrastive: number(r.lossC),
          total: number(r.loss),
          cAcc: number(r.cAcc),
        };
      });
    }),

  /** Logits [N, classes] of a finetuned checkpoint; an input the mode does not look at may be null. */
  logits: (
    {
      model: spec,
      fbank,
      frames,
      mode,
    }: { model: string; fbank: ArrayInput | null; frames: ArrayInput | null; mode: ClassifierMode },
    { signal }: CallContext,
  ) =>
    withModel(spec, async (model) => {
      if (model.parameters.kind !== 'cavmaeft')
        throw new EngineError('CHECKPOINT_MISMATCH', 'this checkpoint has no classifier: logits need a finetuned one', {
          path: spec,
        });
      const [needed, size] = [{ fbank: usesAudio(mode), frames: usesImage(mode) }, model.config.imgSize];
      for (const [name, input] of [
        ['fbank', fbank],
        ['frames', frames],
      ] as const)
        if (needed[name] && !input) throw new EngineError('BAD_INPUT', `mode ${mode} needs --${name}`, { field: name });
      const audio = needed.fbank ? checkedArray('fbank', fbank!, [model.config.audioLength, MEL_BINS]) : null;
      const image = needed.frames ? checkedArray('frames', frames!, [3, size, size], audio?.shape[0]) : null;
      const count = (audio ?? image)!.shape[0]!;
      const { logits } = await inChunks(count, signal, (from, to) => ({
        logits: finetuneForward(
          model,
          {
            audio: audio && (slice(audio, from, to) as tf.Tensor3D),
            image: image && (slice(image, from, to) as tf.Tensor4D),
          },
          mode,
        ),
      }));
      return logits;
    }),

  /** Writes a part of a model's ONNX graph of masked reconstruction to `path`. */
  writeAutoencoderGraph: async ({ model, path, part }: { model: string; path: string; part: AutoencoderPart }) =>
    exportOnnx(path, await loadModel(model), { graph: 'autoencoder', part }),

  /** Frees every model not in use. */
  clearModels: async (_: NoInput): Promise<void> => {
    await Promise.all([clearModels(), clearEncoder()]);
  },
};
