// Estimates of how often a class occurs: audits of samples stratified by score, rows with intervals, and time budgets of events.
import { z } from 'zod';
import { id } from './clip.ts';
import { undoState } from './annotation.ts';

export const auditAnswer = z.enum(['yes', 'no', 'unsure']);
export type AuditAnswer = z.infer<typeof auditAnswer>;
/** How an occurrence was noticed, for answers of yes. */
export const auditPresence = z.enum(['audible', 'visible', 'both']);
export type AuditPresence = z.infer<typeof auditPresence>;
/** What is counted: any occurrence, or those that are heard, seen, or both at once. */
export const askedPresence = z.enum(['any', 'heard', 'seen', 'both']);
export type AskedPresence = z.infer<typeof askedPresence>;

/** `version`: told apart from later trainings of the same detector. */
export const scoreSource = z.object({
  kind: z.enum(['classifier', 'detector']),
  id,
  name: z.string(),
  version: z.string(),
});
/** Scores s with low < s ≤ high; both null for clips without a score. `group`: where the sample was divided by a column as well. */
export const auditStratum = z.object({
  low: z.number().nullable(),
  high: z.number().nullable(),
  group: z.string().nullable(),
});
export type AuditStratum = z.infer<typeof auditStratum>;

export const auditDesign = z.object({
  id,
  classId: id,
  class: z.string(),
  source: scoreSource,
  /** The column that the sample is divided by as well, so that each of its values gets audits. */
  by: z.string().nullable(),
  seed: z.number().int(),
  strata: z.array(auditStratum),
  /** What the population was limited to, in words. */
  scope: z.string().nullable(),
  createdAt: z.string(),
  audited: z.number().int(),
  /** Clips of the population that are in the collection. */
  clips: z.number().int(),
});
export type AuditDesign = z.infer<typeof auditDesign>;

const share = z.number().min(0).max(1);
export const estimateRow = z.object({
  /** Null for clips without a value of the column. */
  group: z.string().nullable(),
  clips: z.number().int(),
  /** Share of the clips that hold the class; null where nothing is known. */
  estimate: share.nullable(),
  low: share,
  high: share,
  audited: z.number().int(),
  positive: z.number().int(),
  unsure: z.number().int(),
  /** Time that the clips cover, overlaps counted once, and clips with the class in an hour of it; null where the clips have no length. */
  hours: z.number(),
  perHour: z.object({ estimate: z.number().nullable(), low: z.number(), high: z.number() }).nullable(),
  /** Of a site whose recordings have coordinates. */
  place: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
});
export type EstimateRow = z.infer<typeof estimateRow>;

/**
 * `audits`: from answers to a drawn sample. `labels`: nothing was audited; the estimate is the share among labelled clips, which nobody
 * drew at random, and the interval holds whatever the other clips are.
 */
export const estimateBasis = z.enum(['audits', 'labels']);
export const estimate = z.object({
  class: z.object({ id, name: z.string() }),
  basis: estimateBasis,
  design: auditDesign.nullable(),
  asked: askedPresence,
  confidence: z.number(),
  by: z.string().nullable(),
  overall: estimateRow,
  rows: z.array(estimateRow),
  notes: z.array(z.string()),
});
export type Estimate = z.infer<typeof estimate>;

export const scoreBin = z.object({
  low: z.number(),
  high: z.number(),
  clips: z.number().int(),
  audited: z.number().int(),
  positive: z.number().int(),
});
export type ScoreBin = z.infer<typeof scoreBin>;

export const auditedStratum = auditStratum.extend({
  clips: z.number().int(),
  audited: z.number().int(),
  positive: z.number().int(),
  unsure: z.number().int(),
  /** Share of the audited clips that hold the class, with its interval; null without audits. */
  precision: z.object({ estimate: share, low: share, high: share }).nullable(),
});

export const auditState = z.object({
  design: auditDesign,
  estimate,
  strata: z.array(auditedStratum),
  histogram: z.array(scoreBin),
  /** Clips to audit next, in the order that narrows the interval most. */
  next: z.array(z.object({ clipId: id, stratum: z.number().int(), score: z.number().nullable() })),
  /** Clips that were imported since the audit was started. */
  outside: z.number().int(),
  /** The classifier or detector that gave the scores: as it was, trained again since, or removed. */
  source: z.enum(['present', 'changed', 'removed']),
  /** Width of the interval after each answer, oldest first. */
  widths: z.array(z.object({ audited: z.number().int(), estimate: share, low: share, high: share })),
});
export type AuditState = z.infer<typeof auditState>;

export const auditStep = z.object({ step: id, changed: z.number().int(), undo: undoState });

/** Time that events of a class take in recordings. Interval ends are null with fewer than two recordings. */
export const budgetRow = z.object({
  group: z.string().nullable(),
  class: z.string(),
  recordings: z.number().int(),
  hours: z.number(),
  events: z.number().int(),
  perHour: z.number(),
  perHourLow: z.number().nullable(),
  perHourHigh: z.number().nullable(),
  totalS: z.number(),
  /** Share of the time in which an event of the class goes on; overlapping events are counted once. */
  share,
  shareLow: share.nullable(),
  shareHigh: share.nullable(),
  meanS: z.number().nullable(),
  medianS: z.number().nullable(),
  /** Median time from the beginning of a recording to its first event; null where the class is in none. */
  latencyS: z.number().nullable(),
  /** Recordings in which the class occurs. */
  occurs: z.number().int(),
});
export type BudgetRow = z.infer<typeof budgetRow>;
