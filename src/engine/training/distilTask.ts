// Distillation: a small model learns to place clips as a large one does, without labels, so that a large collection embeds at its speed.
//
// What is learnt is how alike clips are (relational distillation, Park et al. 2019, arXiv 1904.05068): the cosines between the clips of a
// batch, in each of the three streams, and of sound with picture. Widths may differ.
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { CurvePoint } from '../../shared/contract/model.ts';
import { EngineError } from '../../shared/engineError.ts';
import { loadModel } from '../checkpoint/loadModel.ts';
import { saveCheckpoint } from '../checkpoint/saveCheckpoint.ts';
import { embedClip, type ClipEmbedding } from '../inference/embed.ts';
import type { ClipInput } from '../inference/clipInput.ts';
import type { Batch } from '../model/cavMae.ts';
import { checkConfig, configOfSize, type CavMaeConfig } from '../model/config.ts';
import { configOfCheckpoint } from '../model/configOfCheckpoint.ts';
import { embeddingOf, encodeA, encodeBoth, encodeStream, encodeV, pool } from '../model/encoder.ts';
import { createParameters, loadParameters } from '../model/loadParameters.ts';
import { unitRows } from '../model/losses.ts';
import type { Model } from '../model/model.ts';
import { patchEmbedA, patchEmbedV } from '../model/patchEmbed.ts';
import { fnv1a } from '../base/randomStream.ts';
import { InputCache, type TrainingClip } from './data/inputCache.ts';
import { makeBatch, plainBatch } from './data/makeBatch.ts';
import { epochOrder } from './data/sampler.ts';
import { splitBySource } from './data/split.ts';
import { neighboursKept } from './metrics/neighboursKept.ts';
import { Adam } from './optimiser/adam.ts';
import { cosineFactor } from './optimiser/schedule.ts';
import { loadTrainingState, randomOf, saveTrainingState, type Position } from './trainingState.ts';

export interface DistilRequest {
  /** The teacher: a checkpoint's path, or `random:<size>:<seed>`. */
  teacher: string;
  /** Of the student. */
  size: string;
  /** Sizes of the student that differ from its size's. */
  config?: Partial<CavMaeConfig>;
  seed: number;
  steps: number;
  clips: TrainingClip[];
  /** Folder of the run, for what it continues from. */
  folder: string;
  file: string;
  name: string;
  parent: string;
  cacheBytes: number;
}
export interface DistilTaskResult {
  steps: number;
  loss: number | null;
  /** Share of the teacher's ten nearest neighbours that are the student's as well, over held-out clips; null with too few of them. */
  neighboursKept: number | null;
  neighbours: number;
  trainCount: number;
  heldOut: number;
}
export type DistilEvent = CurvePoint & { steps: number };

const BATCH = 32;
const RATE = 3e-4;
const HELD_OUT = 0.15;
const FRAMES = 10;
const CHECKPOINT_EVERY = 100;
/** On a slow machine a hundred steps are too many to lose. */
const CHECKPOINT_MS = 60_000;
const NEIGHBOURS = 10;
const ORDER = 21;
const STEP = 22;
const spaces = ['joint', 'audio', 'visual'] as const;

async function openTeacher(spec: string): Promise<Model> {
  const { tensors, config, kind } = await loadModel(spec);
  const sizes = configOfCheckpoint(tensors, config);
  const labelDim = tensors.get('mlp_head.1.weight')?.shape[0] ?? 0;
  return { config: sizes, parameters: loadParameters(sizes, kind, tensors, { labelDim }) };
}

/** The student's three embeddings of a batch [N, D]. */
function embeddings(model: Model, { audio, image }: Batch): Record<(typeof spaces)[number], tf.Tensor2D> {
  const a = encodeA(model, patchEmbedA(model, audio!));
  const v = encodeV(model, patchEmbedV(model, image!));
  return {
    joint: pool(encodeBoth(model, a, v)),
    audio: embeddingOf(model, encodeStream(model, a, 'a')),
    visual: embeddingOf(model, encodeStream(model, v, 'v')),
  };
}

/** Cosines of the rows of x with those of y, without what all of them share. */
const cosines = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D => tf.matMul(unitRows(x), unitRows(y), false, true);

/** Mean squared difference between the cosines of teacher and student, each matrix scaled to the teacher's spread. */
function relationLoss(student: tf.Tensor2D, teacher: tf.Tensor2D): tf.Scalar {
  const spread = tf.sqrt(tf.add(tf.mean(tf.square(tf.sub(teacher, tf.mean(teacher)))), 1e-6));
  return tf.mean(tf.square(tf.div(tf.sub(student, teacher), spread))) as tf.Scalar;
}

function distilLoss(model: Model, batch: Batch, targets: Record<(typeof spaces)[number], tf.Tensor2D>): tf.Scalar {
  const own = embeddings(model, batch);
  const losses = [
    ...spaces.map((space) => relationLoss(cosines(own[space], own[space]), cosines(targets[space], targets[space]))),
    relationLoss(cosines(own.audio, own.visual), cosines(targets.audio, targets.visual)),
  ];
  return tf.div(tf.addN(losses), losses.length) as tf.Scalar;
}

const rowsOf = (vectors: readonly Float32Array[]): tf.Tensor2D => {
  const dim = vectors[0]!.length;
  const all = new Float32Array(vectors.length * dim);
  vectors.forEach((vector, i) => all.set(vector, i * dim));
  return tf.tensor2d(all, [vectors.length, dim]);
};

const targetRows = (targets: readonly ClipEmbedding[]) =>
  Object.fromEntries(spaces.map((space) => [space, rowsOf(targets.map((target) => target[space]))])) as Record<
    (typeof spaces)[number],
    tf.Tensor2D
  >;

interface Tools {
  readInput: (path: string) => Promise<ClipInput>;
  onPoint: (point: DistilEvent) => void;
  breathe: () => Promise<void>;
}

/** The teacher's embeddings of all clips, in their order. */
async function taught(
  teacher: string,
  clips: readonly TrainingClip[],
  cache: InputCache,
  breathe: () => Promise<void>,
): Promise<ClipEmbedding[]> {
  const model = await openTeacher(teacher);
  try {
    const all: ClipEmbedding[] = [];
    for (const clip of clips) {
      await breathe();
      const embedding = embedClip(model, await cache.get(clip), FRAMES);
      if (spaces.some((space) => Number.isNaN(embedding[space][0])))
        throw new EngineError(
          'BAD_INPUT',
          `the model to learn from has no embedding of both modalities of ${clip.name}`,
          {
            path: clip.name,
            hint: 'Distil a model that hears and sees, on clips with sound and picture.',
          },
        );
      all.push(embedding);
    }
    return all;
  } finally {
    model.parameters.dispose();
  }
}

async function trainStudent(
  model: Model,
  { seed, steps, folder }: DistilRequest,
  clips: readonly TrainingClip[],
  targets: readonly ClipEmbedding[],
  fingerprint: string,
  cache: InputCache,
  { onPoint, breathe }: Tools,
): Promise<number | null> {
  const trainable = model.parameters.names.filter((name) => !/pos_embed|^decoder_|^mask_token/.test(name));
  const adam = new Adam(model.parameters.entries().filter(([name]) => trainable.includes(name)));
  const stateFile = join(folder, 'state.safetensors');
  const batchSize = Math.min(BATCH, clips.length);
  const perEpoch = Math.max(1, Math.floor(clips.length / batchSize));
  try {
    const position: Position = (await loadTrainingState(stateFile, model, adam, fingerprint)) ?? {
      step: 0,
      fingerprint,
      memory: {},
    };
    let savedMs = Date.now();
    while (position.step < steps) {
      await breathe();
      const epoch = Math.floor(position.step / perEpoch);
      const order = epochOrder(clips.length, randomOf(seed, ORDER, epoch));
      const at = (position.step % perEpoch) * batchSize;
      const chosen = order.slice(at, at + batchSize);
      const inputs = await Promise.all(chosen.map((i) => cache.get(clips[i]!)));
      const random = randomOf(seed, STEP, position.step);
      const names = chosen.map((i) => clips[i]!.name);
      const batch = makeBatch(inputs, names, model.config, { ...plainBatch, randomFrame: true }, random);
      let loss: number;
      try {
        const { value, gradients } = model.parameters.gradients(
          () => distilLoss(model, batch, targetRows(chosen.map((i) => targets[i]!))),
          trainable,
        );
        loss = value.dataSync()[0]!;
        value.dispose();
        if (!Number.isFinite(loss)) {
          tf.dispose([...gradients.values()]);
          throw new EngineError('INTERNAL', `the loss is not a number at step ${position.step + 1}`);
        }
        adam.apply(gradients, RATE * cosineFactor(position.step, steps, Math.min(50, steps / 10)));
      } finally {
        tf.dispose([batch.audio!, batch.image!]);
      }
      position.step++;
      position.memory = { loss };
      onPoint({ step: position.step, steps, epoch: position.step / perEpoch, loss });
      const due = position.step % CHECKPOINT_EVERY === 0 || Date.now() - savedMs > CHECKPOINT_MS;
      if (!due && position.step < steps) continue;
      await saveTrainingState(stateFile, model, adam, position);
      savedMs = Date.now();
    }
    return position.memory.loss ?? null;
  } finally {
    adam.dispose();
  }
}

/**
 * Trains a fresh model of `size` on the teacher's embeddings and writes it as a checkpoint. Killed and called again with the same request,
 * it ends with the same weights.
 * @throws EngineError BAD_INPUT for a teacher of one modality or too few clips; as `loadModel`
 */
export async function runDistil(request: DistilRequest, tools: Tools): Promise<DistilTaskResult> {
  const { clips, seed, size, teacher } = request;
  if (clips.length < 4)
    throw new EngineError('BAD_INPUT', `${clips.length} clips with sound and picture are too few to learn from`, {
      hint: 'Import more clips.',
    });
  const cache = new InputCache(tools.readInput, request.cacheBytes);
  const targets = await taught(teacher, clips, cache, tools.breathe);
  const held = splitBySource(
    clips.map((clip) => ({ source: clip.source, classes: [0] })),
    HELD_OUT,
    seed,
  );
  const config = checkConfig({ ...configOfSize(size), ...request.config });
  const model: Model = { config, parameters: createParameters(config, 'cavmae', seed) };
  const fingerprint = String(
    fnv1a(JSON.stringify([teacher, size, seed, request.steps, clips.map((clip) => clip.clipId)])),
  );
  const [train, test] = [clips.filter((_, i) => !held[i]), clips.filter((_, i) => held[i])];
  try {
    const known = targets.filter((_, i) => !held[i]);
    const loss = await trainStudent(model, request, train, known, fingerprint, cache, tools);
    const own: Float32Array[] = [];
    for (const clip of test) {
      await tools.breathe();
      own.push(embedClip(model, await cache.get(clip), FRAMES).joint);
    }
    const neighbours = Math.min(NEIGHBOURS, test.length - 1);
    await saveCheckpoint(request.file, {
      kind: 'cavmae',
      config,
      tensors: model.parameters.toTensors(),
      parent: request.parent,
      trained: true,
      metadata: {
        name: request.name,
        purpose: `Learnt from another model on ${train.length} clips, ${request.steps} steps. Its decoder is untrained.`,
        source: 'own distillation',
      },
    });
    return {
      steps: request.steps,
      loss,
      neighboursKept:
        neighbours < 1
          ? null
          : neighboursKept(
              targets.filter((_, i) => held[i]).map(({ joint }) => joint),
              own,
              neighbours,
            ),
      neighbours: Math.max(0, neighbours),
      trainCount: train.length,
      heldOut: test.length,
    };
  } finally {
    model.parameters.dispose();
  }
}
