// Looking into the model: what is looked at, attention, error maps, sweeps.
import { z } from 'zod';
import { id } from './clip.ts';

/**
 * A clip of the collection, or a file outside of it (its first ten seconds) by its path on the engine's machine. One of
 * the two.
 */
export const subject = z
  .object({ clipId: id.optional(), file: z.string().min(1).optional() })
  .refine(({ clipId, file }) => (clipId === undefined) !== (file === undefined), 'name either a clip or a file');
export type Subject = z.infer<typeof subject>;

/** `a`, `v`: E_a, E_v. E_j: `joint` over the tokens of both, `joint-a` and `joint-v` the contrastive streams over one modality alone. */
export const attentionStream = z.enum(['a', 'v', 'joint', 'joint-a', 'joint-v']);
export type AttentionStream = z.infer<typeof attentionStream>;

/**
 * safetensors at `dataUrl`: weights F32 [L, L], row = the token that looks, rows sum to 1; L = tokensA + tokensV, sound
 * first (f*64+t), then picture (row*14+col). `layers` and `heads` say what there is to choose from.
 */
export const attentionAnswer = z.object({
  dataUrl: z.string(),
  tokensA: z.number().int(),
  tokensV: z.number().int(),
  layers: z.object({ a: z.number().int(), v: z.number().int(), joint: z.number().int() }),
  heads: z.number().int(),
});
export type AttentionAnswer = z.infer<typeof attentionAnswer>;

/**
 * Losses at one mask ratio, own and with another clip's partner: sound told beside another picture, picture beside
 * another sound.
 */
export const sweepPoint = z.object({
  ratio: z.number(),
  lossA: z.number(),
  lossV: z.number(),
  controlA: z.number(),
  controlV: z.number(),
});
export type SweepPoint = z.infer<typeof sweepPoint>;

/**
 * What the job of a collection's sweep ends with: means over `clips` of the `of` clips that have both sound and
 * picture.
 */
export const collectionSweep = z.object({
  modelId: z.string(),
  clips: z.number().int(),
  of: z.number().int(),
  points: z.array(sweepPoint),
});
export type CollectionSweep = z.infer<typeof collectionSweep>;

/**
 * safetensors at `dataUrl`: audio F32 [8, columns], visual F32 [rows, columns] (8 x 64 and 14 x 14 at the paper's
 * sizes), NaN for a patch that no mask hid. `stored`: from the job that scored the collection.
 */
export const errorMapAnswer = z.object({
  dataUrl: z.string(),
  modelId: z.string(),
  masks: z.number().int(),
  stored: z.boolean(),
});
export type ErrorMapAnswer = z.infer<typeof errorMapAnswer>;
