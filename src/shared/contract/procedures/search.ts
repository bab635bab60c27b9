// Similarity, retrieval, labelling queues and label propagation.
import { z } from 'zod';
import { queueKind } from '../queueKind.ts';
import { clipFilter, id } from '../clip.ts';
import { started } from '../job.ts';
import { alignedStrategy, space } from '../model.ts';
import { base, none } from './base.ts';

const scored = z.object({ clipId: id, path: z.string(), score: z.number() });

export const search = {
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
  /**
   * `strategy`: how the similarities of aligned frames are summed up; the default of a CAV-MAE Sync is diagonal_mean, and other models are
   * compared by one vector a clip unless it is given.
   */
  retrievalEvaluation: base
    .input(z.object({ modelId: z.string().optional(), strategy: alignedStrategy.optional() }))
    .output(
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
        kind: queueKind,
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
