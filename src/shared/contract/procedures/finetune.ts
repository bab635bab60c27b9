// Training a classifier from labels.
import { z } from 'zod';
import { id } from '../clip.ts';
import { finetuneDepth, finetuneMode, finetuneOptions, holdOut, preset } from '../model.ts';
import { base, none, ok } from './base.ts';

export const finetune = {
  presets: base.input(none).output(z.array(preset)),
  /** What training would see: clips and source files per class, what will be held out, and plain warnings. */
  preview: base
    .input(
      z.object({
        schemaId: id,
        testShare: z.number().min(0).max(0.9).default(0.2),
        seed: z.number().int().min(0).default(1),
        holdOut: holdOut.default('recording'),
      }),
    )
    .output(
      z.object({
        /** Source files that labelled clips come from. */
        recordings: z.number().int(),
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
