// Pretraining from scratch or from a checkpoint.
import { z } from 'zod';
import { id } from '../clip.ts';
import { pretrainConfig } from '../jobKinds.ts';
import { variant } from '../model.ts';
import { base } from './base.ts';

export const pretrain = {
  /** Job result: { run, losses, checkpoint, modelId }. */
  start: base
    .input(
      z.object({
        modelId: z.string().optional(),
        /** Of a new model; a trained one keeps its own. */
        variant: variant.optional(),
        /** Of a new model: small, base, tiny, each with `-sync` for CAV-MAE Sync. A checkpoint has its own. */
        size: z.string().optional(),
        /** Sizes of the input and targets that differ from the size's or the checkpoint's; positions are resampled. */
        config: pretrainConfig.optional(),
        preset: z.string().default('small'),
        steps: z.number().int().min(1).optional(),
        options: z.record(z.string(), z.unknown()).optional(),
        seed: z.number().int().min(0).default(1),
        name: z.string().optional(),
        clipIds: z.array(id).optional(),
      }),
    )
    .output(z.object({ jobId: id, runId: id })),
  /**
   * Distils a model, the current one when left out, into a small one on the collection's clips. Job result: see
   * `jobKinds.distil`.
   */
  distil: base
    .input(
      z.object({
        modelId: z.string().optional(),
        size: z.string().default('small'),
        steps: z.number().int().min(1).max(1_000_000).default(2000),
        seed: z.number().int().min(0).default(1),
        name: z.string().optional(),
        clipIds: z.array(id).optional(),
      }),
    )
    .output(z.object({ jobId: id, runId: id })),
};
