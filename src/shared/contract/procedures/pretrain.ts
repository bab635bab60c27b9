// Pretraining from scratch or from a checkpoint.
import { z } from 'zod';
import { id } from '../clip.ts';
import { variant } from '../model.ts';
import { base } from './base.ts';

export const pretrain = {
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
