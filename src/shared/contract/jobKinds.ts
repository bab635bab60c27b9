// Every kind of job in one place: what it is started with, what it saves to go on after an interruption, and what it gives.
// The queue parses stored parameters and state by these schemas before a job runs.
import { z } from 'zod';
import { id } from './clip.ts';
import { datasetLayout } from './dataset.ts';
import { detectorMetrics, detectorMode, eventFilter } from './event.ts';
import { agreement, device, deviceWish, precision, precisionWish } from './extraction.ts';
import { collectionSweep, sweepPoint } from './inspect.ts';
import { finetuneDepth, finetuneMode, maskSpec, metrics, space, variant } from './model.ts';
import { modelComparison } from './modelComparison.ts';

const count = z.number().int().min(0);
const empty = z.object({});
const noState = z.null();

const multiStep = z.object({ start: z.number(), every: z.number(), gamma: z.number() });
/** The values of a preset after a person's changes; presets may hold more than is named here. */
const finetuneValues = z.looseObject({
  depth: finetuneDepth,
  epochs: z.number(),
  batchSize: z.number(),
  learningRate: z.number(),
  headRatio: z.number(),
  schedule: multiStep,
  mixup: z.number(),
  freqMask: z.number(),
  timeMask: z.number(),
  noise: z.boolean(),
  labelSmoothing: z.number(),
  balanced: z.boolean(),
  weightAverage: z.boolean(),
  averageFrom: z.number(),
  testShare: z.number(),
  earlyStop: z.boolean(),
});
const pretrainValues = z.looseObject({
  learningRate: z.number(),
  batchSize: z.number(),
  epochs: z.number(),
  schedule: z.union([multiStep, z.literal('cosine')]),
  warmupSteps: z.number(),
  finalRate: z.number().default(0),
  weightDecay: z.number(),
  maskRatioA: z.number(),
  maskRatioV: z.number(),
  maskMode: z.enum(['unstructured', 'time', 'freq', 'tf']),
  maeLossWeight: z.number(),
  contrastLossWeight: z.number(),
  bidirect: z.boolean(),
  contrastGroup: z.number().default(0),
  startTemperature: z.number(),
  startCentring: z.number(),
  noise: z.boolean(),
  jitter: z.boolean(),
  mirror: z.boolean(),
  colourJitter: z.boolean(),
  heldOutShare: z.number(),
  checkpointEvery: z.number(),
});
/** Fbank frames and picture side in multiples of 16; whether targets are patches normalised by their own statistics. */
export const pretrainConfig = z.object({
  audioLength: z.number().int().min(16).max(4096).multipleOf(16).optional(),
  imgSize: z.number().int().min(16).max(1024).multipleOf(16).optional(),
  normPixLoss: z.boolean().optional(),
});
const retrievalScore = z.object({ r1: z.number(), r5: z.number(), r10: z.number(), medianRank: z.number() });

const importCounts = z.object({ added: count, known: count, changed: count, clips: count });
const finetuned = z.object({ classifierId: id, metrics });

export const jobKinds = {
  import: {
    params: z.object({
      paths: z.array(z.string()),
      windowS: z.number(),
      hopS: z.number(),
      folderLabels: z.boolean(),
      labels: z.string().optional(),
      embed: z.boolean(),
      watch: z.boolean().optional(),
    }),
    state: importCounts.extend({
      last: z.string().nullable(),
      newestBefore: z.number().nullable(),
      changing: z.array(z.string()),
      /** The first clips were announced. */
      begun: z.boolean().optional(),
    }),
    result: importCounts,
  },
  readMetadata: {
    params: z.object({ mediaIds: z.array(id).optional(), all: z.boolean() }),
    /** Recordings up to this number are done. */
    state: z.object({ last: count, read: count }),
    result: z.object({ read: count }),
  },
  learnEvents: {
    params: z.object({
      schemaId: id,
      mode: detectorMode.optional(),
      seed: z.number().int(),
      name: z.string().optional(),
      detectorId: id.optional(),
    }),
    state: noState,
    result: z.object({ detectorId: id, metrics: detectorMetrics }),
  },
  detectEvents: {
    params: z.object({ detectorId: id, mediaIds: z.array(id).optional() }),
    /** Recordings that are done. */
    state: z.object({ done: z.array(id), proposals: count }),
    result: z.object({ detectorId: id, recordings: count, proposals: count }),
  },
  cutEvents: {
    params: z.object({
      path: z.string(),
      filter: eventFilter.optional(),
      paddingS: z.number(),
      name: z.string(),
      media: z.enum(['auto', 'sound', 'video']),
    }),
    state: z.object({ done: z.array(id), files: z.array(z.string()) }),
    result: z.object({ files: z.array(z.string()) }),
  },
  exportDataset: {
    params: z.object({ path: z.string(), layout: datasetLayout, clipIds: z.array(id), scope: z.string() }),
    /** Clips that are done, in the order of the parameters, and the files made of them. */
    state: z.object({ done: count, files: z.array(z.string()) }),
    result: z.object({ files: z.array(z.string()), clips: count }),
  },
  demo: {
    params: z.object({ clips: count.optional() }),
    /** `chained`: the jobs that follow are queued. */
    state: z.object({ chained: z.boolean() }),
    result: z.object({ clips: count, folder: z.string() }),
  },
  embed: {
    params: z.object({
      /** Without it, the model that is current when the job starts. */
      modelId: z.string().optional(),
      frames: z.number().int(),
      clipIds: z.array(id).optional(),
      extraction: z.enum(['auto', 'onnx', 'tfjs']).optional(),
      precision: precisionWish.optional(),
      device: deviceWish.optional(),
      /** An import whose clips are embedded as they are stored; the map grows with them. */
      alongside: id.optional(),
    }),
    state: z.object({
      /** The model that embeds, also after an interruption. */
      modelId: z.string().optional(),
      /** Clips there were to embed at first. */
      planned: count,
      embedded: count,
      skipped: count,
      /** Not tried again when the job resumes. */
      failedIds: z.array(id),
      seconds: z.number(),
    }),
    result: z.object({
      embedded: count,
      skipped: count,
      failed: count,
      clipsPerSecond: z.number(),
      precision,
      device,
      agreement: agreement.nullable(),
      reason: z.string(),
    }),
  },
  project: {
    params: z.object({
      space,
      neighbors: z.number().int(),
      minDist: z.number(),
      seed: z.number().int(),
      supervisedBySchemaId: id.optional(),
      alignTo: id.optional(),
      modelId: z.string().optional(),
      epochs: z.number().int().optional(),
      /** Made by the procedure where it answers with an id at once; else made when the job starts. */
      projectionId: id.optional(),
    }),
    state: z.object({ projectionId: id, alignTo: id.optional() }),
    result: z.object({ projectionId: id, points: count, seconds: z.number() }),
  },
  cluster: {
    params: z.object({ space, minSize: z.number().int() }),
    state: noState,
    result: z.object({ clusters: count }),
  },
  correspondence: { params: empty, state: noState, result: z.object({ clips: count }) },
  compareModels: {
    params: z.object({ modelId: z.string(), otherId: z.string(), schemaId: id.optional(), k: z.number().int() }),
    state: noState,
    result: modelComparison,
  },
  finetune: {
    params: z.object({
      runId: id,
      schemaId: id,
      mode: finetuneMode,
      depth: finetuneDepth,
      preset: z.string(),
      values: finetuneValues,
      seed: z.number().int(),
      modelId: z.string(),
      name: z.string(),
      predict: z.boolean(),
    }),
    state: noState,
    result: finetuned,
  },
  /** The automatic classifier of a schema, fitted again to the labels so far. */
  refit: {
    params: z.object({ schemaId: id }),
    /** `after`: the last clip predicted. */
    state: z.object({ after: count }),
    /** `used`: the window now shows its predictions. `quiet`: its end is not announced. */
    result: finetuned.extend({ used: z.boolean(), quiet: z.literal(true) }),
  },
  predict: {
    params: z.object({ classifierId: id, clipIds: z.array(id).optional() }),
    /** `after`: the last clip that is done. */
    state: z.object({ after: count, predicted: count, failed: count }),
    result: z.object({ predicted: count, failed: count }),
  },
  distil: {
    params: z.object({
      runId: id,
      /** The model to learn from. */
      modelId: z.string(),
      size: z.string(),
      seed: z.number().int(),
      steps: z.number().int(),
      name: z.string(),
      clipIds: z.array(id),
    }),
    state: z.object({ clipIds: z.array(id) }),
    result: z.object({
      run: id,
      modelId: z.string(),
      checkpoint: z.string(),
      steps: count,
      loss: z.number().nullable(),
      /** Share of the teacher's nearest neighbours that are the student's as well, over held-out clips; null with too few of them. */
      neighboursKept: z.number().nullable(),
      neighbours: count,
      trainCount: count,
      heldOut: count,
    }),
  },
  pretrain: {
    params: z.object({
      runId: id,
      modelId: z.string().nullable(),
      variant,
      size: z.string(),
      config: pretrainConfig.optional(),
      values: pretrainValues,
      seed: z.number().int(),
      steps: z.number().int().optional(),
      name: z.string(),
      clipIds: z.array(id),
    }),
    /** The clips of the run, fixed at its start: what is imported meanwhile does not change it. */
    state: z.object({ clipIds: z.array(id) }),
    result: z.object({
      run: id,
      modelId: z.string(),
      checkpoint: z.string(),
      steps: count,
      losses: z
        .object({ total: z.number(), lossA: z.number(), lossV: z.number(), lossC: z.number(), cAcc: z.number() })
        .nullable(),
      retrieval: z.object({ clips: count, a2v: retrievalScore, v2a: retrievalScore }).nullable(),
    }),
  },
  reconstructionError: {
    params: z.object({ modelId: z.string(), masks: z.number().int() }),
    /** `after`: the last clip that is done. */
    state: z.object({ after: count, clips: count }),
    result: z.object({ clips: count }),
  },
  maskSweep: {
    params: z.object({
      modelId: z.string(),
      ratios: z.array(z.number()),
      clips: z.number().int(),
      seed: z.number().int(),
    }),
    /** Sums over the first `done` clips of the draw. */
    state: z.object({ done: count, counted: count, sums: z.array(sweepPoint) }),
    result: collectionSweep,
  },
  gallery: {
    params: z.object({
      clipIds: z.array(id),
      modelId: z.string(),
      frame: z.number().int(),
      mask: maskSpec,
      path: z.string().optional(),
    }),
    state: z.object({
      done: count,
      perPatchStatistics: z.boolean(),
      failed: z.array(z.object({ name: z.string(), message: z.string() })),
    }),
    result: z.object({ clips: count, file: z.string().optional(), dataUrl: z.string().optional() }),
  },
  export: {
    params: z.object({
      what: z.literal('embeddings'),
      path: z.string(),
      format: z.enum(['npy', 'parquet']),
      spaces: z.array(space),
      /** Only these clips; all where left out. */
      clipIds: z.array(id).optional(),
    }),
    state: noState,
    result: z.object({ files: z.array(z.string()) }),
  },
  download: {
    params: z.object({ modelId: z.string() }),
    state: noState,
    result: z.object({ modelId: z.string() }),
  },
} as const satisfies Record<string, { params: z.ZodType; state: z.ZodType; result: z.ZodType }>;

export type JobKinds = typeof jobKinds;
export type JobKind = keyof JobKinds;
export type JobParams<K extends JobKind> = z.infer<JobKinds[K]['params']>;
export type JobState<K extends JobKind> = z.infer<JobKinds[K]['state']>;
export type JobResult<K extends JobKind> = z.infer<JobKinds[K]['result']>;
