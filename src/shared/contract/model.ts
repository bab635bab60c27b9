// Models of the catalogue, masks and reconstructions, classifiers and training runs.
import { z } from 'zod';
import { finetuneDepths, finetuneModes } from './modes.ts';
import { id } from './clip.ts';
import { agreement, device, precision } from './extraction.ts';

export const variant = z.enum(['cav-mae', 'cav', 'av-mae', 'mae-audio', 'mae-visual']);
export type Variant = z.infer<typeof variant>;

/** What is known of a model without a workspace. `modelId` is a catalogue id such as `shipped`; a file on disk becomes a model by `models.add`. */
export const catalogueModel = z.object({
  id: z.string(),
  name: z.string(),
  purpose: z.string(),
  origin: z.enum(['shipped', 'official', 'own', 'random']),
  variant,
  /** `missing`: the workspace has embeddings of it, or it is the current one, but its file is gone. */
  state: z.enum(['ready', 'not-downloaded', 'downloading', 'broken', 'missing']),
  sizeBytes: z.number().nullable(),
  parameters: z.number().nullable(),
  embedDim: z.number().int().nullable(),
  /** Fbank frames of the sound, and the picture's side in pixels, that it takes. */ audioLength: z
    .number()
    .int()
    .nullable(),
  imgSize: z.number().int().nullable(),
  /** Seconds of a clip that it looks at: the window to import with. */
  windowS: z.number().nullable().optional(),
  /** CAV-MAE Sync: frames of a clip that each have sound of their own; 0 for other models. */
  alignedFrames: z.number().int().nullable().optional(),
  normPixLoss: z.boolean().nullable(),
  hasDecoder: z.boolean(),
  /** Of a finetuned checkpoint; 0 where it has no head. */
  classes: z.number().int(),
  trained: z.boolean(),
  /** `drawn`: only the drawn scenes of the demo; `real`: recorded video; `pictures`: photographs without sound; `nothing`: random weights. */
  trainedOn: z.enum(['drawn', 'real', 'pictures', 'nothing', 'unknown']),
  licence: z.string(),
  /** What else binds a user, such as the licence of the weights it started from. */
  licenceNote: z.string().nullable(),
  citation: z.string().nullable(),
  source: z.string().nullable(),
  /**
   * Of an official model that is here: the SHA-256 of the file as it came. `published`: the authors publish that hash, and it is the same;
   * else the file was checked by its length, the checksums of its records and the shapes of all its tensors.
   */
  verified: z.object({ sha256: z.string(), published: z.boolean() }).nullable().optional(),
  parent: z.string().nullable(),
  path: z.string().nullable(),
});

/** Clips per second that embedding with a model reached on this machine. */
export const modelSpeed = z.object({ clipsPerSecond: z.number(), clips: z.number().int(), measuredAt: z.string() });

/** A model as a workspace knows it. */
export const model = catalogueModel.extend({
  current: z.boolean(),
  /** Clips of this workspace embedded with it, and clips that lack that. */
  clips: z.number().int(),
  missing: z.number().int(),
  /** Its embedding sets here, the one that using the model brings back first. */
  sets: z.array(z.object({ id, dim: z.number().int(), clips: z.number().int(), maps: z.number().int() })),
  speed: modelSpeed.nullable(),
  /** Seconds to embed what is missing: by the measured speed, else scaled by size from a model that was measured; null where none was. */
  estimateS: z.number().nullable(),
  /** The download under way or paused. */
  jobId: id.nullable(),
  /** Can be downloaded from its authors. */
  downloadable: z.boolean(),
});
export type Model = z.infer<typeof model>;

/** What would miss a removed model. */
export const modelDependents = z.object({
  current: z.boolean(),
  clips: z.number().int(),
  maps: z.number().int(),
  classifiers: z.array(z.object({ id, name: z.string() })),
  /** Names of models trained on from it. */
  children: z.array(z.string()),
});
export type ModelDependents = z.infer<typeof modelDependents>;

/** What is in a model's file. */
export const modelContents = z.object({
  format: z.string(),
  kind: z.string(),
  parent: z.string().nullable(),
  config: z.record(z.string(), z.unknown()).nullable(),
  tensors: z.array(z.object({ name: z.string(), shape: z.array(z.number().int()), dtype: z.string() })),
  metadata: z.record(z.string(), z.string()),
  classes: z.array(z.string()).nullable(),
});
export type ModelContents = z.infer<typeof modelContents>;

/** Which patches are removed. `hand` takes the removed patch indices: audio f*columns+t (8 x 64 at the paper's length), visual row*columns+col (14 x 14 at its picture). */
export const maskSpec = z.object({
  mode: z.enum(['unstructured', 'time', 'freq', 'tf', 'hand']).default('unstructured'),
  ratioA: z.number().min(0).max(1).default(0.75),
  ratioV: z.number().min(0).max(1).default(0.75),
  seed: z.number().int().min(0).default(0),
  handA: z.array(z.number().int().min(0)).optional(),
  handV: z.array(z.number().int().min(0)).optional(),
});
export type MaskSpec = z.infer<typeof maskSpec>;

/**
 * Losses of one reconstruction; its pictures are at `dataUrl` (safetensors): originalA, predA [T,128] (normalised log-mel units),
 * maskA, errorA [T/2]; originalV, predV [3,S,S] (0..1 RGB), maskV, errorV [(S/16)²], of the model's sizes T and S. mask: 1 = removed. pred holds every patch
 * predicted; paste with the mask. `perPatchStatistics`: the model predicts normalised patches, and they are painted with each patch's own mean and spread.
 */
export const reconstruction = z.object({
  dataUrl: z.string(),
  lossA: z.number().nullable(),
  lossV: z.number().nullable(),
  perPatchStatistics: z.boolean(),
  modelId: z.string(),
  frame: z.number().int(),
  milliseconds: z.number(),
});
export type Reconstruction = z.infer<typeof reconstruction>;

export const space = z.enum(['joint', 'audio', 'visual']);
export type Space = z.infer<typeof space>;

export const embeddingSet = z.object({
  id,
  modelId: z.string(),
  dim: z.number().int(),
  count: z.number().int(),
  current: z.boolean(),
  precision,
  /** What computed it last; null for a set of an earlier version. */
  device: device.nullable(),
  /** Null where nothing was compared: float32 on the CPU is the yardstick. */
  agreement: agreement.nullable(),
  /** Why these numbers and this device. */
  reason: z.string().nullable(),
});
export type EmbeddingSet = z.infer<typeof embeddingSet>;

export const projection = z.object({
  id,
  setId: id,
  space,
  neighbors: z.number().int(),
  minDist: z.number(),
  seed: z.number().int(),
  supervised: z.boolean(),
  alignedTo: id.nullable(),
  points: z.number().int(),
  /** Whether its embeddings are those in use; lists tell it. */
  current: z.boolean().optional(),
  settled: z.boolean(),
  createdAt: z.string(),
});
export type Projection = z.infer<typeof projection>;

export const finetuneMode = z.enum(finetuneModes);
export const finetuneDepth = z.enum(finetuneDepths);

/** What is held out for testing: whole recordings, or blocks of time where there are few. */
export const holdOut = z.enum(['recording', 'time']);
export type HoldOut = z.infer<typeof holdOut>;

/** Options left out come from the preset. `testShare` is split by source file, or by `holdOut`. */
export const finetuneOptions = z
  .object({
    epochs: z.number().int().min(1).max(10_000),
    batchSize: z.number().int().min(1).max(4096),
    learningRate: z.number().positive(),
    headRatio: z.number().positive(),
    mixup: z.number().min(0).max(1),
    freqMask: z.number().int().min(0).max(128),
    timeMask: z.number().int().min(0).max(1024),
    noise: z.boolean(),
    labelSmoothing: z.number().min(0).max(0.5),
    balanced: z.boolean(),
    weightAverage: z.boolean(),
    testShare: z.number().min(0).max(0.9),
    holdOut,
    earlyStop: z.boolean(),
  })
  .partial();

/** One point of the live curves; absent numbers were not measured at that step. */
export const curvePoint = z.object({
  step: z.number().int(),
  epoch: z.number(),
  loss: z.number().optional(),
  valLoss: z.number().optional(),
  accuracy: z.number().optional(),
  mAP: z.number().optional(),
  lossA: z.number().optional(),
  lossV: z.number().optional(),
  lossC: z.number().optional(),
  cAcc: z.number().optional(),
  learningRate: z.number().optional(),
});
export type CurvePoint = z.infer<typeof curvePoint>;

const rankedClip = z.tuple([id, z.number(), z.boolean()]);
export const classMetric = z.object({
  classId: id,
  name: z.string(),
  support: z.number().int(),
  averagePrecision: z.number().nullable(),
  auc: z.number().nullable(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  threshold: z.number(),
  /** Points [recall, precision, threshold] from the strictest threshold down; absent in classifiers of earlier versions. */
  curve: z.array(z.tuple([z.number(), z.number(), z.number()])).optional(),
  /** Held-out clips by what this class is given in them, highest first, at most 200: [clip, probability, is one]. Absent in earlier classifiers, as are the next. */
  ranked: z.array(rankedClip).optional(),
  /** Clips on the wrong side of others, gravest first, at most 200: [clip, share of the others of the opposite kind]. What keeps the AUC below 1. */
  misranked: z.array(z.tuple([id, z.number()])).optional(),
  /** Average precision on the same clips by the heads of each modality alone and of both; `ranked` as above, by them. */
  alone: z
    .object({
      audio: z.number().nullable(),
      visual: z.number().nullable(),
      both: z.number().nullable(),
      ranked: z.object({ audio: z.array(rankedClip).optional(), visual: z.array(rankedClip).optional() }).optional(),
    })
    .optional(),
});
/** A held-out clip that was taken for another class, or (several labels a clip) given a class it has not or denied one it has. `given`: probability of the true class. */
export const mistake = z.object({
  clipId: id,
  truth: id.nullable(),
  predicted: id.nullable(),
  probability: z.number(),
  given: z.number(),
});
/** Scores on held-out clips; null where there is nothing to measure on. `confusion[t][p]` counts true t predicted p, in class order. */
export const metrics = z.object({
  trainCount: z.number().int(),
  testCount: z.number().int(),
  /** Nothing was held out: each clip was predicted by a head that had not seen its recording. */
  crossValidated: z.boolean().optional(),
  /** Where left out, whole recordings were held out. */
  holdOut: holdOut.optional(),
  accuracy: z.number().nullable(),
  mAP: z.number().nullable(),
  mAUC: z.number().nullable(),
  dPrime: z.number().nullable(),
  temperature: z.number(),
  calibrationError: z.number().nullable(),
  reliability: z.array(
    z.object({
      confidence: z.number(),
      accuracy: z.number(),
      count: z.number().int(),
      clipIds: z.array(id).optional(),
    }),
  ),
  /** The gravest first. */
  mistakes: z.array(mistake).optional(),
  classes: z.array(classMetric),
  confusion: z.array(z.array(z.number().int())),
  confusionClips: z.record(z.string(), z.array(id)),
  /** `wrong`: the held-out clips that each takes for something else. */
  attribution: z.object({
    audio: z.number().nullable(),
    visual: z.number().nullable(),
    both: z.number().nullable(),
    wrong: z
      .object({ audio: z.array(id).optional(), visual: z.array(id).optional(), both: z.array(id).optional() })
      .optional(),
  }),
  warnings: z.array(z.string()),
});
export type Metrics = z.infer<typeof metrics>;

export const classifier = z.object({
  id,
  name: z.string(),
  schemaId: id,
  modelId: z.string(),
  mode: finetuneMode,
  depth: finetuneDepth,
  preset: z.string(),
  seed: z.number().int(),
  epochs: z.number().int(),
  classes: z.array(z.object({ classId: id, name: z.string() })),
  metrics,
  createdAt: z.string(),
  stale: z.boolean(),
  current: z.boolean(),
});
export type Classifier = z.infer<typeof classifier>;

export const run = z.object({
  id,
  kind: z.enum(['finetune', 'pretrain']),
  title: z.string(),
  jobId: id.nullable(),
  classifierId: id.nullable(),
  modelId: z.string().nullable(),
  preset: z.string(),
  status: z.enum(['running', 'paused', 'done', 'failed', 'cancelled']),
  createdAt: z.string(),
  options: z.record(z.string(), z.unknown()),
  curve: z.array(curvePoint),
});
export type Run = z.infer<typeof run>;

/** A preset is a lab-notebook page: where its values come from and what they gave. */
export const preset = z.object({
  id: z.string(),
  kind: z.enum(['finetune', 'pretrain']),
  name: z.string(),
  source: z.string(),
  expected: z.string(),
  values: z.record(z.string(), z.unknown()),
});

export const prediction = z.object({
  clipId: id,
  probabilities: z.array(z.object({ classId: id, probability: z.number() })),
});
/** Per class, what each modality alone says of one clip. */
export const attribution = z.object({
  classId: id,
  both: z.number().nullable(),
  audio: z.number().nullable(),
  visual: z.number().nullable(),
});

/** How the cosines of one clip's sounds around its frames with another's frames are summed up; `diagonal_…`: frames at the same time only. */
export const alignedStrategy = z.enum(['diagonal_mean', 'diagonal_max', 'mean', 'max']);
export type AlignedStrategy = z.infer<typeof alignedStrategy>;
