// The contract: every procedure of the engine, by noun. Client, server, command line and OpenAPI document are made from it.
//
// Bulk numbers travel beside it, as safetensors or media under plain URLs (see `wire/urls.ts`).
import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import {
  annotationSource,
  annotationValue,
  journalEntry,
  labelClass,
  labelFileFacts,
  labelFormat,
  labelImportReport,
  labelSchema,
  presence,
  undoState,
} from './annotation.ts';
import { badge, clip, clipFilter, clipSort, columnName, facetCount, id, media, root, scoreName } from './clip.ts';
import { contractErrors, itemFailure } from './errors.ts';
import { attentionAnswer, attentionStream, errorMapAnswer, subject, sweepPoint } from './inspect.ts';
import { job, jobDetail, started } from './job.ts';
import { classifierComparison, filePrediction, learningState } from './learning.ts';
import {
  attribution,
  classifier,
  embeddingSet,
  finetuneDepth,
  finetuneMode,
  finetuneOptions,
  maskSpec,
  metrics,
  model,
  prediction,
  preset,
  projection,
  reconstruction,
  run,
  space,
  variant,
} from './model.ts';
import { savedView } from './view.ts';
import { backendReport, capabilities, doctorReport, engineEvent } from './system.ts';
import { workspaceList } from './workspaces.ts';

const base = oc.errors(contractErrors);
const none = z.object({}).optional();
const ok = z.object({});
const frameIndex = z.number().int().min(0).max(9).default(5);
const scored = z.object({ clipId: id, path: z.string(), score: z.number() });

const system = {
  capabilities: base.input(none).output(capabilities),
  backend: base.input(none).output(backendReport),
  doctor: base.input(none).output(doctorReport),
  /** The doctor's report and the end of the log as text to attach to an issue, without names of people, folders or files. */
  report: base.input(none).output(z.object({ text: z.string() })),
  events: base.input(none).output(eventIterator(engineEvent)),
  /** For hosts without native dialogs: folders and media files under `path` (home folder when left out). */
  browse: base.input(z.object({ path: z.string().optional() })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      entries: z.array(z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'media', 'other']) })),
    }),
  ),
};

/** Changing the workspace makes every window load itself anew (event `workspaceOpened`). */
const workspaces = {
  list: base.input(none).output(workspaceList),
  /** With `create`, an empty or new folder becomes a workspace. */
  open: base
    .input(z.object({ path: z.string().min(1), create: z.boolean().default(false) }))
    .output(z.object({ path: z.string() })),
  forget: base.input(z.object({ path: z.string().min(1) })).output(ok),
};

const collection = {
  summary: base.input(none).output(
    z.object({
      media: z.number().int(),
      clips: z.number().int(),
      embedded: z.number().int(),
      labelled: z.number().int(),
      missing: z.number().int(),
      durationS: z.number(),
      roots: z.array(root),
    }),
  ),
  /** Imports files and folders. Job result: { added, known, changed, failed, clips }. With `embed`, embedding and a map follow by themselves; with `watch`, folders are watched from then on. */
  import: base
    .input(
      z.object({
        paths: z.array(z.string().min(1)).min(1),
        windowS: z.number().min(1).max(60).default(10),
        hopS: z.number().min(0.5).max(60).default(10),
        folderLabels: z.boolean().default(false),
        labels: z.string().optional(),
        embed: z.boolean().default(true),
        watch: z.boolean().default(false),
      }),
    )
    .output(started),
  /** The demo collection: made if missing, imported, embedded and mapped. */
  demo: base.input(none).output(started),
  relink: base
    .input(z.object({ rootId: id, path: z.string().min(1) }))
    .output(z.object({ found: z.number().int(), missing: z.number().int() })),
  /** Of a watched folder, new and changed files are imported by themselves while the window or the server runs, cut as by its last import; what vanished is marked. */
  watch: base.input(z.object({ rootId: id, watched: z.boolean() })).output(root),
  removeMedia: base.input(z.object({ mediaIds: z.array(id).min(1) })).output(ok),
};

const clips = {
  list: base
    .input(
      z.object({
        filter: clipFilter.optional(),
        sort: clipSort.optional(),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(5000).default(200),
      }),
    )
    .output(z.object({ total: z.number().int(), rows: z.array(clip) })),
  /** Every matching id in order: what a virtual grid scrolls over. */
  ids: base
    .input(z.object({ filter: clipFilter.optional(), sort: clipSort.optional() }))
    .output(z.object({ clipIds: z.array(id) })),
  byIds: base.input(z.object({ clipIds: z.array(id).max(5000) })).output(z.object({ rows: z.array(clip) })),
  get: base.input(z.object({ clipId: id })).output(
    clip.extend({
      media,
      siblings: z.array(z.object({ clipId: id, startS: z.number(), endS: z.number() })),
      predictions: z.array(z.object({ classId: id, name: z.string(), probability: z.number() })),
      attribution: z.array(attribution),
      correspondence: z.object({ score: z.number(), percentile: z.number() }).nullable(),
    }),
  ),
  columns: base
    .input(z.object({ names: z.array(columnName).min(1), schemaId: id.optional(), classifierId: id.optional() }))
    .output(
      z.object({
        clipIds: z.array(id),
        columns: z.record(z.string(), z.array(z.union([z.number(), z.string(), z.null()]))),
      }),
    ),
  facets: base.input(z.object({ filter: clipFilter.optional(), schemaId: id.optional() })).output(
    z.object({
      total: z.number().int(),
      labelled: z.number().int(),
      classes: z.array(facetCount),
      predictions: z.array(facetCount),
      badges: z.array(z.object({ value: badge, count: z.number().int() })),
      roots: z.array(facetCount),
      kinds: z.array(facetCount),
      clusters: z.array(facetCount),
      /** The ends of each score over the whole collection, whatever the filter; absent where nothing has it. */
      scores: z.array(z.object({ name: scoreName, low: z.number(), high: z.number() })),
    }),
  ),
};

const schemas = {
  list: base.input(none).output(z.array(labelSchema)),
  create: base
    .input(
      z.object({
        name: z.string().min(1).max(200),
        multiLabel: z.boolean().default(false),
        classes: z.array(z.string().min(1).max(200)).default([]),
      }),
    )
    .output(labelSchema),
  update: base
    .input(z.object({ schemaId: id, name: z.string().min(1).max(200).optional(), multiLabel: z.boolean().optional() }))
    .output(labelSchema),
  remove: base.input(z.object({ schemaId: id })).output(ok),
  addClass: base
    .input(
      z.object({
        schemaId: id,
        name: z.string().min(1).max(200),
        colour: z.string().optional(),
        hotkey: z.string().length(1).optional(),
      }),
    )
    .output(labelClass),
  updateClass: base
    .input(
      z.object({
        classId: id,
        name: z.string().min(1).max(200).optional(),
        colour: z.string().optional(),
        hotkey: z.string().length(1).nullable().optional(),
      }),
    )
    .output(labelClass),
  /** Every annotation of `classId` becomes one of `intoClassId`. */
  mergeClass: base.input(z.object({ classId: id, intoClassId: id })).output(ok),
  removeClass: base.input(z.object({ classId: id })).output(ok),
};

const annotations = {
  /** One step whatever the number of clips; on disk before it returns. `value: null` clears. In a single-label schema a positive replaces the other classes. */
  set: base
    .input(
      z.object({
        clipIds: z.array(id).min(1),
        classId: id,
        value: annotationValue.nullable().default('positive'),
        presence: presence.nullable().default(null),
        source: annotationSource.default('human'),
      }),
    )
    .output(z.object({ step: id, changed: z.number().int(), undo: undoState })),
  /** Suggested labels taken over as one step. Clips about which something was said meanwhile are left as they are (`skipped`). */
  accept: base
    .input(
      z.object({
        schemaId: id,
        labels: z
          .array(z.object({ clipId: id, classId: id }))
          .min(1)
          .max(20_000),
        source: annotationSource.exclude(['human', 'import']).default('propagation'),
      }),
    )
    .output(z.object({ step: id, changed: z.number().int(), skipped: z.number().int(), undo: undoState })),
  /** `text`: what was taken back or done again, which another window may have done. */
  undo: base.input(none).output(z.object({ text: z.string(), clipIds: z.array(id), undo: undoState })),
  redo: base.input(none).output(z.object({ text: z.string(), clipIds: z.array(id), undo: undoState })),
  undoState: base.input(none).output(undoState),
  history: base
    .input(z.object({ clipId: id.optional(), limit: z.number().int().min(1).max(1000).default(100) }))
    .output(z.array(journalEntry)),
  /** Tells a label file (or folder of class folders) by its name and beginning; nothing is read in. */
  inspect: base.input(z.object({ path: z.string().min(1) })).output(labelFileFacts),
  /** With `dryRun` nothing is written: what matched, what did not and why. */
  import: base
    .input(
      z.object({
        path: z.string().min(1),
        format: labelFormat,
        schemaId: id.optional(),
        columns: z.record(z.string(), z.string()).optional(),
        dryRun: z.boolean().default(false),
      }),
    )
    .output(labelImportReport),
  export: base
    .input(z.object({ path: z.string().min(1), format: labelFormat, schemaId: id.optional() }))
    .output(z.object({ files: z.array(z.string()), annotations: z.number().int() })),
};

/** Filter, order, colour and a chosen list of clips under a name, kept with the workspace. */
const views = {
  list: base.input(none).output(z.array(savedView)),
  /** A view of the same name is replaced. */
  save: base.input(savedView.omit({ id: true })).output(savedView),
  remove: base.input(z.object({ viewId: id })).output(ok),
};

const embeddings = {
  /** Job result: { embedded, skipped, failed, clipsPerSecond }. */
  start: base
    .input(
      z.object({
        modelId: z.string().default('shipped'),
        frames: z.number().int().min(1).max(10).default(10),
        clipIds: z.array(id).optional(),
        extraction: z.enum(['auto', 'onnx', 'tfjs']).optional(),
      }),
    )
    .output(started),
  sets: base.input(none).output(z.array(embeddingSet)),
  use: base.input(z.object({ setId: id })).output(ok),
  /** Job result: { files }. NumPy or Parquet. */
  export: base
    .input(
      z.object({
        path: z.string().min(1),
        format: z.enum(['npy', 'parquet']),
        spaces: z.array(space).default(['joint', 'audio', 'visual']),
      }),
    )
    .output(started),
};

const projections = {
  /** Job result: { projectionId, points, seconds }. `projectionMoved` events tell when new positions can be fetched. */
  start: base
    .input(
      z.object({
        space: space.default('joint'),
        neighbors: z.number().int().min(2).max(200).default(15),
        minDist: z.number().min(0).max(1).default(0.1),
        seed: z.number().int().min(0).default(1),
        supervisedBySchemaId: id.optional(),
        alignTo: id.optional(),
        epochs: z.number().int().min(1).max(2000).optional(),
      }),
    )
    .output(z.object({ jobId: id, projectionId: id })),
  list: base.input(none).output(z.array(projection)),
  remove: base.input(z.object({ projectionId: id })).output(ok),
  /** Job result: { clusters }. Fills the `cluster` column. */
  cluster: base
    .input(z.object({ space: space.default('joint'), minSize: z.number().int().min(2).max(1000).default(10) }))
    .output(started),
  clusters: base.input(none).output(
    z.array(
      z.object({
        cluster: z.number().int(),
        count: z.number().int(),
        name: z.string(),
        representatives: z.array(id),
      }),
    ),
  ),
};

const search = {
  similar: base
    .input(
      z.object({
        positives: z.array(id).default([]),
        negatives: z.array(id).default([]),
        file: z.string().optional(),
        space: space.default('joint'),
        blend: z.number().min(0).max(1).optional(),
        k: z.number().int().min(1).max(1000).default(20),
        filter: clipFilter.optional(),
        /** Compare with every clip; without it, above 200,000 clips, only with those in the cells near the query. */
        exact: z.boolean().optional(),
      }),
    )
    .output(z.array(scored)),
  /** a2v: which pictures fit this sound; v2a: which sounds fit this picture. */
  retrieve: base
    .input(
      z.object({
        clipId: id.optional(),
        file: z.string().optional(),
        direction: z.enum(['a2v', 'v2a']),
        k: z.number().int().min(1).max(1000).default(20),
        exact: z.boolean().optional(),
      }),
    )
    .output(z.array(scored)),
  retrievalEvaluation: base.input(z.object({ modelId: z.string().optional() })).output(
    z.object({
      /** Compared, of how many that could be: above some thousands an even random draw. */
      clips: z.number().int(),
      of: z.number().int(),
      a2v: z.object({ r1: z.number(), r5: z.number(), r10: z.number(), medianRank: z.number() }),
      v2a: z.object({ r1: z.number(), r5: z.number(), r10: z.number(), medianRank: z.number() }),
      worst: z.array(z.object({ clipId: id, direction: z.enum(['a2v', 'v2a']), rank: z.number() })),
    }),
  ),
  /** Job result: { clips }. Fills the correspondence columns. */
  correspondence: base.input(none).output(started),
  /** What to label next, each with why it is here. */
  queue: base
    .input(
      z.object({
        kind: z.enum(['diverse', 'uncertain', 'disagreement', 'mislabelled', 'rare', 'suspect', 'anomaly']),
        schemaId: id,
        classId: id.optional(),
        limit: z.number().int().min(1).max(500).default(48),
      }),
    )
    .output(z.array(z.object({ clipId: id, score: z.number(), reason: z.string() }))),
  /** Labels spread over the joint neighbour graph, most certain first; nothing is written. */
  propagate: base
    .input(z.object({ schemaId: id, limit: z.number().int().min(1).max(5000).default(500) }))
    .output(z.array(z.object({ clipId: id, classId: id, probability: z.number() }))),
};

const inspect = {
  reconstruct: base
    .input(
      subject.safeExtend({ modelId: z.string().default('shipped'), frame: frameIndex, mask: maskSpec.prefault({}) }),
    )
    .output(reconstruction),
  /** The model's input of a clip or a file: safetensors at `dataUrl`, as under `inputUrl`. An uploaded file is deleted once it is read. */
  input: base
    .input(
      subject.safeExtend({
        /** Frames resized to this side; without it as they were prepared, 224. */ imgSize: z
          .number()
          .int()
          .min(16)
          .max(1024)
          .multipleOf(16)
          .optional(),
      }),
    )
    .output(z.object({ dataUrl: z.string(), name: z.string(), sound: z.boolean(), picture: z.boolean() })),
  /** The patches that a random mask removes of a model's grids (the paper's are sound 8 x 64, picture 14 x 14): what `reconstruct` would draw. */
  drawMask: base
    .input(
      maskSpec.extend({
        audioLength: z.number().int().min(16).max(65_536).multipleOf(16).default(1024),
        imgSize: z.number().int().min(16).max(4096).multipleOf(16).default(224),
      }),
    )
    .output(z.object({ handA: z.array(z.number().int()), handV: z.array(z.number().int()) })),
  /** safetensors at `dataUrl`: frames [F,14,14] similarity of the audio embedding with visual tokens; audio [8,64] the reverse. */
  localise: base
    .input(subject.safeExtend({ modelId: z.string().default('shipped') }))
    .output(z.object({ dataUrl: z.string() })),
  /** Attention weights of one layer over all tokens of a clip, nothing hidden; `head` null: mean over heads. */
  attention: base
    .input(
      subject.safeExtend({
        modelId: z.string().default('shipped'),
        frame: frameIndex,
        stream: attentionStream.default('joint'),
        layer: z.number().int().min(0).default(0),
        head: z.number().int().min(0).nullable().default(null),
      }),
    )
    .output(attentionAnswer),
  /** Loss against mask ratio for a clip, with a shuffled partner as control. */
  sweep: base
    .input(
      subject.safeExtend({
        modelId: z.string().default('shipped'),
        ratios: z.array(z.number().min(0).max(1)).min(1).max(20),
        seed: z.number().int().min(0).default(0),
      }),
    )
    .output(z.array(sweepPoint)),
  /** The same over the collection: means over at most `clips` clips with both sound and picture, drawn by the seed. Job result: `collectionSweep`. */
  collectionSweep: base
    .input(
      z.object({
        modelId: z.string().default('shipped'),
        ratios: z.array(z.number().min(0).max(1)).min(1).max(20),
        clips: z.number().int().min(1).max(100_000).default(64),
        seed: z.number().int().min(0).default(0),
      }),
    )
    .output(started),
  /** An animated picture of the mask growing (WebP or GIF): what is left, and what the model makes of it. */
  animation: base
    .input(
      subject.safeExtend({
        modelId: z.string().default('shipped'),
        frame: frameIndex,
        mode: maskSpec.shape.mode.unwrap().exclude(['hand']).default('unstructured'),
        hide: z.enum(['both', 'sound', 'picture']).default('both'),
        seed: z.number().int().min(0).default(0),
        steps: z.number().int().min(2).max(60).default(20),
        format: z.enum(['webp', 'gif']).default('webp'),
      }),
    )
    .output(z.object({ dataUrl: z.string(), name: z.string() })),
  /** Reconstructions of many clips on one self-contained HTML page. Job result: { clips, file }, or without `path` { clips, dataUrl }. */
  gallery: base
    .input(
      z.object({
        clipIds: z.array(id).min(1).max(500),
        modelId: z.string().default('shipped'),
        frame: frameIndex,
        mask: maskSpec.prefault({}),
        path: z.string().min(1).optional(),
      }),
    )
    .output(started),
  /** Mean error per patch over `masks` masks: what the job stored for this clip and model, else computed now. */
  errorMap: base
    .input(
      subject.safeExtend({ modelId: z.string().default('shipped'), masks: z.number().int().min(1).max(32).default(8) }),
    )
    .output(errorMapAnswer),
  /** Job result: { clips }. Reconstruction error averaged over `masks` masks; fills the `error` column and keeps the error per patch. */
  errorScores: base
    .input(z.object({ modelId: z.string().default('shipped'), masks: z.number().int().min(1).max(32).default(4) }))
    .output(started),
};

const finetune = {
  presets: base.input(none).output(z.array(preset)),
  /** What training would see: clips and source files per class, what will be held out, and plain warnings. */
  preview: base
    .input(
      z.object({
        schemaId: id,
        testShare: z.number().min(0).max(0.9).default(0.2),
        seed: z.number().int().min(0).default(1),
      }),
    )
    .output(
      z.object({
        classes: z.array(
          z.object({
            classId: id,
            name: z.string(),
            train: z.number().int(),
            test: z.number().int(),
            sources: z.number().int(),
          }),
        ),
        warnings: z.array(z.string()),
        canTrain: z.boolean(),
      }),
    ),
  /** Job result: { classifierId, metrics }. Predictions over the collection follow by themselves with `predict`. */
  start: base
    .input(
      z.object({
        schemaId: id,
        mode: finetuneMode.default('multimodal'),
        depth: finetuneDepth.default('head'),
        preset: z.string().default('head'),
        options: finetuneOptions.optional(),
        seed: z.number().int().min(0).default(1),
        modelId: z.string().optional(),
        name: z.string().optional(),
        predict: z.boolean().default(true),
      }),
    )
    .output(z.object({ jobId: id, runId: id })),
  stop: base.input(z.object({ runId: id })).output(ok),
};

const learning = {
  /** After every dozen labels the classifier “Automatic” of a schema refits by itself; this says how it stands. */
  state: base.input(z.object({ schemaId: id })).output(learningState),
  setAutomatic: base.input(z.object({ enabled: z.boolean() })).output(ok),
  /** Refits now. Job result: { classifierId, metrics, used }. */
  refit: base.input(z.object({ schemaId: id })).output(started),
  /** Two refits over the whole collection, by their kept weights. */
  compare: base.input(z.object({ schemaId: id, pointId: id, otherId: id })).output(classifierComparison),
  /** Goes back to the classifier of an earlier point (as one of its own, which later refits leave alone), or to the automatic one for the newest point. */
  restore: base
    .input(z.object({ schemaId: id, pointId: id }))
    .output(z.object({ classifierId: id, jobId: id.nullable() })),
};

const pretrain = {
  /** Job result: { run, losses, checkpoint, modelId }. */
  start: base
    .input(
      z.object({
        modelId: z.string().optional(),
        variant: variant.default('cav-mae'),
        size: z.string().default('small'),
        preset: z.string().default('small'),
        steps: z.number().int().min(1).optional(),
        options: z.record(z.string(), z.unknown()).optional(),
        seed: z.number().int().min(0).default(1),
        name: z.string().optional(),
        clipIds: z.array(id).optional(),
      }),
    )
    .output(z.object({ jobId: id, runId: id })),
};

const runs = {
  list: base.input(none).output(z.array(run)),
  get: base.input(z.object({ runId: id })).output(run),
};

const classifiers = {
  list: base.input(none).output(z.array(classifier)),
  get: base.input(z.object({ classifierId: id })).output(classifier),
  use: base.input(z.object({ classifierId: id.nullable() })).output(ok),
  rename: base.input(z.object({ classifierId: id, name: z.string().min(1).max(200) })).output(classifier),
  remove: base.input(z.object({ classifierId: id })).output(ok),
  setThreshold: base
    .input(z.object({ classifierId: id, classId: id, threshold: z.number().min(0).max(1) }))
    .output(classifier),
  /** Job result: { predicted, failed }. */
  predict: base.input(z.object({ classifierId: id, clipIds: z.array(id).optional() })).output(started),
  /** Files outside the collection, by a classifier of the workspace or an exported folder; nothing is kept. */
  predictFiles: base
    .input(
      z
        .object({
          classifierId: id.optional(),
          folder: z.string().optional(),
          paths: z.array(z.string().min(1)).min(1).max(10_000),
        })
        .refine(
          ({ classifierId, folder }) => (classifierId === undefined) !== (folder === undefined),
          'name a classifier or a folder',
        ),
    )
    .output(z.object({ rows: z.array(filePrediction), failed: z.array(itemFailure) })),
  predictions: base
    .input(
      z.object({
        classifierId: id,
        clipIds: z.array(id).max(5000).optional(),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(5000).default(1000),
      }),
    )
    .output(z.array(prediction)),
  /** By the stored predictions of both. */
  compare: base.input(z.object({ classifierId: id, otherId: id })).output(classifierComparison),
  evaluate: base.input(z.object({ classifierId: id, labels: z.string().optional() })).output(metrics),
  export: base
    .input(
      z.object({
        classifierId: id,
        path: z.string().min(1),
        format: z.enum(['safetensors', 'pth', 'onnx', 'folder', 'card']),
      }),
    )
    .output(z.object({ files: z.array(z.string()) })),
  exportPredictions: base
    .input(z.object({ classifierId: id, path: z.string().min(1), format: z.enum(['csv', 'jsonl', 'parquet']) }))
    .output(z.object({ files: z.array(z.string()) })),
};

const models = {
  list: base.input(none).output(z.array(model)),
  add: base.input(z.object({ path: z.string().min(1), name: z.string().optional() })).output(model),
  remove: base.input(z.object({ modelId: z.string() })).output(ok),
  download: base.input(z.object({ modelId: z.string() })).output(started),
  export: base
    .input(
      z.object({
        modelId: z.string(),
        path: z.string().min(1),
        format: z.enum(['safetensors', 'pth', 'onnx-encoder', 'onnx-autoencoder', 'onnx-classifier']),
        mode: z.enum(['multimodal', 'audioonly', 'videoonly', 'missingaudioonly', 'missingvideoonly']).optional(),
      }),
    )
    .output(z.object({ files: z.array(z.string()) })),
};

const jobs = {
  list: base
    .input(z.object({ active: z.boolean().default(false), limit: z.number().int().min(1).max(500).default(100) }))
    .output(z.array(job)),
  get: base.input(z.object({ jobId: id })).output(jobDetail),
  pause: base.input(z.object({ jobId: id })).output(job),
  resume: base.input(z.object({ jobId: id })).output(job),
  cancel: base.input(z.object({ jobId: id })).output(job),
  /** Takes a waiting job, and what it waits for, to the front; what runs in its place goes on after it. */
  first: base.input(z.object({ jobId: id })).output(job),
  /** Runs the failed items again. */
  retry: base.input(z.object({ jobId: id })).output(job),
};

export const contract = {
  system,
  workspaces,
  collection,
  clips,
  schemas,
  annotations,
  views,
  embeddings,
  projections,
  search,
  inspect,
  finetune,
  learning,
  pretrain,
  runs,
  classifiers,
  models,
  jobs,
};
export type Contract = typeof contract;
