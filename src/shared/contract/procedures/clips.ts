// Clips by filter and order, their columns and facets.
import { z } from 'zod';
import { badge, clip, clipFilter, clipSort, columnName, facetCount, id, media, scoreName } from '../clip.ts';
import { attribution } from '../model.ts';
import { base, currentModel } from './base.ts';

export const clips = {
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
    .input(
      z.object({
        names: z.array(columnName).min(1),
        schemaId: id.optional(),
        classifierId: id.optional(),
        /** Whose scores; without it, those of the current model. */
        modelId: currentModel,
      }),
    )
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
