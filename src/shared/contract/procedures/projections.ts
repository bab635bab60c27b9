// Maps and clusters of the clips.
import { z } from 'zod';
import { id } from '../clip.ts';
import { started } from '../job.ts';
import { projection, space } from '../model.ts';
import { base, none, ok } from './base.ts';

export const projections = {
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
        /** Whose embeddings; without it those in use. */
        modelId: z.string().optional(),
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
