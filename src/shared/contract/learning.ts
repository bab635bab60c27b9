// The loop of labelling and learning: classifiers that refit by themselves, and how good each was.
import { z } from 'zod';
import { id } from './clip.ts';

/**
 * One automatic refit, scored by cross-validation over its own labels, split by source file. `restorable`: its weights
 * are still kept.
 */
export const learningPoint = z.object({
  id,
  at: z.string(),
  labels: z.number().int(),
  classes: z.number().int(),
  accuracy: z.number().nullable(),
  mAP: z.number().nullable(),
  restorable: z.boolean(),
  classifierId: id.nullable(),
});
export type LearningPoint = z.infer<typeof learningPoint>;

/** `pending`: clips labelled or corrected by people since the last refit, of `every`. `waiting`: why no refit can run yet. `inUse`: its predictions are what the window shows. */
export const learningState = z.object({
  enabled: z.boolean(),
  every: z.number().int(),
  pending: z.number().int(),
  waiting: z.string().nullable(),
  jobId: id.nullable(),
  automaticId: id.nullable(),
  inUse: z.boolean(),
  points: z.array(learningPoint),
});
/** What a classifier says of one window of a file outside the collection, by class name. */
export const filePrediction = z.object({
  path: z.string(),
  startS: z.number(),
  endS: z.number(),
  predicted: z.string(),
  probability: z.number(),
  abstained: z.boolean(),
  probabilities: z.record(z.string(), z.number()),
});
export type FilePrediction = z.infer<typeof filePrediction>;

/** `unseen`: on labelled clips that neither was fitted on, how many each gets right. Clips are named up to 2,000 a change. */
export const classifierComparison = z.object({
  clips: z.number().int(),
  agree: z.number().int(),
  changes: z.array(z.object({ from: id, to: id, count: z.number().int(), clipIds: z.array(id) })),
  unseen: z.object({ clips: z.number().int(), one: z.number().int(), other: z.number().int() }),
});
export type ClassifierComparison = z.infer<typeof classifierComparison>;
export type LearningState = z.infer<typeof learningState>;
