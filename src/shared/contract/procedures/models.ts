// Models: list, use, add, download, rename, inspect, remove, export.
import { z } from 'zod';
import { classifierModes } from '../modes.ts';
import { id } from '../clip.ts';
import { started } from '../job.ts';
import { model, modelContents, modelDependents } from '../model.ts';
import { modelComparison } from '../modelComparison.ts';
import { base, none, ok } from './base.ts';

export const models = {
  list: base.input(none).output(z.array(model)),
  /** `windowS`: the model is to hear clips of another length; its positions are resampled. */
  add: base
    .input(
      z.object({
        path: z.string().min(1),
        name: z.string().optional(),
        windowS: z.number().min(0.2).max(40).optional(),
      }),
    )
    .output(model),
  /** Makes a model the current one; with `embed`, clips that lack an embedding of it get one, and a first map is drawn (`jobId`: the last of these jobs). */
  use: base
    .input(z.object({ modelId: z.string(), embed: z.boolean().default(false) }))
    .output(
      z.object({ model: z.string(), embedded: z.number().int(), missing: z.number().int(), jobId: id.nullable() }),
    ),
  /** Another name for a model of one's own. CONFLICT where another model has it. */
  rename: base.input(z.object({ modelId: z.string(), name: z.string().trim().min(1).max(100) })).output(model),
  /** What would miss it if it were removed. */
  dependents: base.input(z.object({ modelId: z.string() })).output(modelDependents),
  inspect: base.input(z.object({ modelId: z.string() })).output(modelContents),
  /** Removes a model's file; with `embeddings`, also what was computed with it. The current model cannot be removed. */
  remove: base.input(z.object({ modelId: z.string(), embeddings: z.boolean().default(false) })).output(ok),
  /**
   * Two models that have embedded clips of this workspace, over the clips that both have. Job result: a `modelComparison`. Fills the
   * `commonNeighbours` column of both. `schemaId`: whose labels heads are compared on; without it the schema with most labelled clips.
   */
  compare: base
    .input(
      z.object({
        modelId: z.string(),
        otherId: z.string(),
        schemaId: id.optional(),
        k: z.number().int().min(1).max(50).default(10),
      }),
    )
    .output(started),
  /** The last comparison of two models, in whichever order they were given; null where there is none, or embeddings were removed since. */
  comparison: base.input(z.object({ modelId: z.string(), otherId: z.string() })).output(modelComparison.nullable()),
  download: base.input(z.object({ modelId: z.string() })).output(started),
  export: base
    .input(
      z.object({
        modelId: z.string(),
        path: z.string().min(1),
        format: z.enum(['safetensors', 'pth', 'onnx-encoder', 'onnx-autoencoder', 'onnx-classifier']),
        mode: z.enum(classifierModes).optional(),
      }),
    )
    .output(z.object({ files: z.array(z.string()) })),
};
