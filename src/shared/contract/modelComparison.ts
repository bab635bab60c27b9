// Two models over the same clips: how many neighbours they share, how well each retrieves, how well a head on each tells the labels apart.
import { z } from 'zod';
import { id } from './clip.ts';

const retrievalScore = z.object({ r1: z.number(), r5: z.number(), r10: z.number(), medianRank: z.number() });

/** One of the two. */
export const comparedModel = z.object({
  modelId: z.string(),
  setId: id,
  retrieval: z.object({ a2v: retrievalScore, v2a: retrievalScore }).nullable(),
  /** Single-label schemas; `null` where there is nothing to measure. */
  accuracy: z.number().nullable(),
  mAP: z.number().nullable(),
});

export const modelComparison = z.object({
  models: z.tuple([comparedModel, comparedModel]),
  /** Clips that both have embedded. */
  clips: z.number().int(),
  /** Nearest neighbours compared per clip. */
  neighbours: z.number().int(),
  /** Mean over clips of the share of neighbours that are the same. */
  shared: z.number(),
  /** `histogram[n]`: clips that share exactly n neighbours. */
  histogram: z.array(z.number().int()),
  /** Clips that share fewest, at most 24. */
  least: z.array(z.object({ clipId: id, share: z.number() })),
  /** Clips with sound and picture that retrieval was measured on, of how many; null where there is none. */
  retrieval: z.object({ clips: z.number().int(), of: z.number().int() }).nullable(),
  /** Linear heads on the same labelled clips and folds, each clip predicted by a head that has not seen its file. */
  head: z
    .object({
      schemaId: id,
      clips: z.number().int(),
      classes: z.number().int(),
      multiLabel: z.boolean(),
      /** Clips that only the one, or only the other, gets right; at most 200 each. Single-label schemas only. */
      only: z.tuple([z.array(id), z.array(id)]),
    })
    .nullable(),
  /** Why heads were not compared; null where they were. */
  headReason: z.string().nullable(),
  comparedAt: z.string(),
});
export type ModelComparison = z.infer<typeof modelComparison>;
