// Embedding sets: compute, choose, export.
import { z } from 'zod';
import { id } from '../clip.ts';
import { deviceWish, precisionWish } from '../extraction.ts';
import { started } from '../job.ts';
import { embeddingSet, space } from '../model.ts';
import { base, currentModel, none, ok } from './base.ts';

export const embeddings = {
  /**
   * Job result: { embedded, skipped, failed, clipsPerSecond, precision, device, agreement, reason }. A set of vectors never mixes
   * precisions: another one than that of the model's vectors begins a second set, which becomes the current one.
   */
  start: base
    .input(
      z.object({
        modelId: currentModel,
        frames: z.number().int().min(1).max(10).default(10),
        clipIds: z.array(id).optional(),
        extraction: z.enum(['auto', 'onnx', 'tfjs']).optional(),
        precision: precisionWish.default('auto'),
        device: deviceWish.default('auto'),
      }),
    )
    .output(started),
  sets: base.input(none).output(z.array(embeddingSet)),
  /** Makes a set, and its model, the current one. */
  use: base.input(z.object({ setId: id })).output(ok),
  /** Job result: { files }. NumPy or Parquet. */
  export: base
    .input(
      z.object({
        path: z.string().min(1),
        format: z.enum(['npy', 'parquet']),
        spaces: z.array(space).default(['joint', 'audio', 'visual']),
        /** Only these clips; all where left out. */
        clipIds: z.array(id).optional(),
      }),
    )
    .output(started),
};
