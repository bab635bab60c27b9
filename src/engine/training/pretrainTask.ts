// The compute worker's part of pretraining: opens or makes the model, trains, looks at held-out clips, writes the
// result.
import { join } from 'node:path';
import type { CurvePoint } from '../../shared/contract/model.ts';
import { encodeSafetensors, type Tensor } from '../../shared/wire/safetensors.ts';
import { loadCheckpoint } from '../checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
import { reconstructClip } from '../inference/reconstruct.ts';
import { checkConfig, configOfSize, ofVariant, type CavMaeConfig, type Variant } from '../model/config.ts';
import { configOfCheckpoint } from '../model/configOfCheckpoint.ts';
import type { Model } from '../model/model.ts';
import { createParameters, loadParameters, noExceptions } from '../model/loadParameters.ts';
import { fnv1a } from '../base/randomStream.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import { InputCache, type TrainingClip } from './data/inputCache.ts';
import type { PretrainValues } from './presets/preset.ts';
import { pretrain, type PretrainOutcome } from './pretrain.ts';
import { probe, type RetrievalReport } from './retrievalProbe.ts';
import { splitBySource } from './data/split.ts';
import { writeDurably } from '../base/writeDurably.ts';

export interface PretrainRequest {
  /** Path of a checkpoint to go on from; null: fresh weights of `size`. */
  model: string | null;
  size: string;
  variant: Variant;
  /** Sizes that differ from the preset size's, such as a shorter sound. */
  config?: Partial<CavMaeConfig>;
  values: PretrainValues;
  seed: number;
  steps?: number | undefined;
  clips: TrainingClip[];
  microBatch: number;
  /** Recompute blocks in the backward pass: less memory, more time. */
  checkpointBlocks: boolean;
  /** Folder of the run: `state.safetensors` to continue from, `samples.safetensors` to look at. */
  folder: string;
  /** Where the trained model is written, with what its metadata says. */
  file: string;
  name: string;
  parent: string | null;
  cacheBytes: number;
}
export interface PretrainTaskResult extends PretrainOutcome {
  retrieval: RetrievalReport | null;
  trainCount: number;
  heldOut: number;
}
export type PretrainEvent = CurvePoint & { steps: number };

/** A finetuned checkpoint has no decoder: it starts fresh then. */
const withoutDecoder = { ignored: [/^mlp_head\./], fresh: [/^decoder_/, /^mask_token$/] };
const mostHeldOut = 128;

export async function openTrainable({
  model,
  size,
  variant,
  config,
  seed,
}: Pick<PretrainRequest, 'model' | 'size' | 'variant' | 'config' | 'seed'>): Promise<Model> {
  if (model === null) {
    const made = checkConfig(ofVariant({ ...configOfSize(size), ...config }, variant));
    return { config: made, parameters: createParameters(made, 'cavmae', seed) };
  }
  const checkpoint = await loadCheckpoint(model);
  const sizes = checkConfig({ ...configOfCheckpoint(checkpoint.tensors, checkpoint.config), ...config, variant });
  return {
    config: sizes,
    parameters: loadParameters(sizes, 'cavmae', checkpoint.tensors, {
      seed,
      exceptions: { ...(checkpoint.kind === 'cavmaeft' ? withoutDecoder : noExceptions), resamplePositions: true },
    }),
  };
}

/** What the model makes of two held-out clips, in the form of `inspect.reconstruct`, suffixed with the clip's place. */
async function writeSamples(
  model: Model,
  clips: readonly TrainingClip[],
  read: InputCache,
  path: string,
  step: number,
): Promise<void> {
  const tensors: Record<string, Tensor> = {};
  for (const [k, clip] of clips.slice(0, 2).entries()) {
    const { a, v } = reconstructClip(model, await read.get(clip), 5, {
      mode: 'unstructured',
      ratioA: 0.75,
      ratioV: 0.75,
      seed: 1,
    });
    const shapeA = [model.config.audioLength, 128];
    const shapeV = [3, model.config.imgSize, model.config.imgSize];
    if (a)
      Object.assign(tensors, {
        [`originalA.${k}`]: { shape: shapeA, data: a.original },
        [`predA.${k}`]: { shape: shapeA, data: a.prediction },
        [`maskA.${k}`]: { shape: [a.mask.length], data: a.mask },
      });
    if (v)
      Object.assign(tensors, {
        [`originalV.${k}`]: { shape: shapeV, data: v.original },
        [`predV.${k}`]: { shape: shapeV, data: v.prediction },
        [`maskV.${k}`]: { shape: [v.mask.length], data: v.mask },
      });
  }
  writeDurably(path, encodeSafetensors(tensors, { step: String(step) }));
}

export async function runPretrain(
  request: PretrainRequest,
  {
    readInput,
    onPoint,
    breathe,
  }: {
    readInput: (path: string) => Promise<ClipInput>;
    onPoint: (point: PretrainEvent) => void;
    breathe: () => Promise<void>;
  },
): Promise<PretrainTaskResult> {
  const { clips, values, seed, folder } = request;
  const model = await openTrainable(request);
  model.checkpoint = request.checkpointBlocks;
  const cache = new InputCache(readInput, request.cacheBytes);
  const held = splitBySource(
    clips.map((clip) => ({ source: clip.source, classes: [0] })),
    Math.min(values.heldOutShare, mostHeldOut / clips.length),
    seed,
  );
  const [train, test] = [clips.filter((_, i) => !held[i]), clips.filter((_, i) => held[i])];
  const fingerprint = String(
    fnv1a(
      JSON.stringify([
        request.model,
        request.size,
        request.variant,
        request.config ?? null,
        values,
        seed,
        request.steps ?? null,
        clips.map((clip) => clip.clipId),
      ]),
    ),
  );
  let retrieval: RetrievalReport | null = null;
  try {
    const outcome = await pretrain(
      model,
      {
        values,
        seed,
        steps: request.steps,
        clips: train,
        microBatch: request.microBatch,
        stateFile: join(folder, 'state.safetensors'),
        fingerprint,
      },
      cache,
      {
        breathe,
        onPoint,
        onEpoch: async (step) => {
          const { point, retrieval: now } = await probe(model, test, values, cache, breathe);
          retrieval = now;
          if (model.config.variant !== 'cav' && test.length)
            await writeSamples(model, test, cache, join(folder, 'samples.safetensors'), step);
          return point;
        },
      },
    );
    await saveCheckpoint(request.file, {
      kind: 'cavmae',
      config: model.config,
      tensors: model.parameters.toTensors(),
      parent: request.parent,
      trained: true,
      metadata: {
        name: request.name,
        purpose: `Pretrained here on ${train.length} clips, ${outcome.steps} steps.`,
        source: 'own pretraining',
      },
    });
    return { ...outcome, retrieval, trainCount: train.length, heldOut: test.length };
  } finally {
    model.parameters.dispose();
  }
}
