// The host and its abilities as data, the doctor's report, and the stream of events.
import { z } from 'zod';
import { job } from './job.ts';
import { device } from './extraction.ts';
import { curvePoint, embeddingSet } from './model.ts';
import { id } from './clip.ts';
import { labelStep, undoState } from './annotation.ts';

/** `gpus`: the providers of onnxruntime that are tried here when a model is first used. */
export const extractionReport = z.object({
  runtime: z.enum(['onnxruntime', 'tfjs']),
  reason: z.string(),
  gpus: z.array(device).default([]),
});

export const backendReport = z.object({
  backend: z.enum(['native-gpu', 'native', 'wasm']),
  native: z.boolean(),
  gpu: z.string().nullable(),
  reason: z.string(),
  hint: z.string().nullable(),
  threads: z.number().int(),
  tensorflow: z.string().nullable(),
  /** What computes embeddings, and why. */
  extraction: extractionReport.optional(),
});
export type BackendReport = z.infer<typeof backendReport>;

export const capabilities = z.object({
  version: z.string(),
  host: z.enum(['electron', 'web', 'cli']),
  nativeDialogs: z.boolean(),
  dragOut: z.boolean(),
  readOnly: z.boolean(),
  backend: backendReport.nullable(),
  workspace: z.object({ path: z.string(), name: z.string() }),
  maxUploadBytes: z.number(),
  firstRun: z.boolean(),
});
export type Capabilities = z.infer<typeof capabilities>;

export const doctorReport = z.object({
  backend: z.string(),
  native: z.boolean(),
  gpu: z.string().nullable(),
  reason: z.string(),
  decoder: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  disk: z.object({ path: z.string(), freeBytes: z.number() }),
  database: z.object({ ok: z.boolean(), version: z.number().int(), problems: z.array(z.string()) }).nullable(),
  notices: z.array(z.string()),
  extraction: extractionReport.optional(),
  /** What computed the vectors that are there, by model. */
  embeddings: z.array(embeddingSet.omit({ id: true, dim: true })).optional(),
});

/** What happened, past tense. Bulk changes say only that they happened; the page asks for what it shows. */
export const engineEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('jobChanged'), job }),
  z.object({ type: z.literal('clipsChanged'), added: z.number().int() }),
  /** A folder was added, moved, watched or is no longer watched. */
  z.object({ type: z.literal('sourcesChanged') }),
  /** `clipIds`: null where they are too many to name. `step`: what changed, where one new step of the journal says it all. */
  z.object({
    type: z.literal('annotationsChanged'),
    clipIds: z.array(id).nullable(),
    undo: undoState,
    step: labelStep.optional(),
  }),
  /** Events in time or their completeness changed; `mediaIds` null: of many recordings. */
  z.object({ type: z.literal('eventsChanged'), mediaIds: z.array(id).nullable(), undo: undoState }),
  /** Columns or values of metadata, or notes; `mediaIds` null: of many recordings. */
  z.object({ type: z.literal('metadataChanged'), mediaIds: z.array(id).nullable(), undo: undoState }),
  z.object({ type: z.literal('detectorsChanged') }),
  z.object({ type: z.literal('proposalsChanged'), detectorId: id }),
  /** An audit was started, removed or answered. */
  z.object({ type: z.literal('auditsChanged'), designId: id, undo: undoState }),
  z.object({ type: z.literal('snapshotsChanged') }),
  z.object({ type: z.literal('schemasChanged') }),
  z.object({ type: z.literal('embeddingsChanged'), setId: id }),
  z.object({
    type: z.literal('projectionMoved'),
    projectionId: id,
    epoch: z.number().int(),
    epochs: z.number().int(),
    settled: z.boolean(),
  }),
  z.object({ type: z.literal('predictionsChanged'), classifierId: id }),
  z.object({ type: z.literal('classifiersChanged') }),
  z.object({ type: z.literal('columnsChanged'), columns: z.array(z.string()) }),
  z.object({ type: z.literal('modelsChanged') }),
  /** Another model is in use; `setId`: its embeddings, null where nothing is embedded with it. */
  z.object({ type: z.literal('currentModelChanged'), modelId: z.string(), setId: id.nullable() }),
  z.object({ type: z.literal('runProgressed'), runId: id, points: z.array(curvePoint) }),
  z.object({ type: z.literal('workspaceOpened'), path: z.string() }),
  z.object({
    type: z.literal('notice'),
    level: z.enum(['info', 'warning', 'error']),
    message: z.string(),
    hint: z.string().nullable(),
  }),
]);
export type EngineEvent = z.infer<typeof engineEvent>;
