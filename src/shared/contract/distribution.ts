// Extraction by several machines: what a run is started with, and how it is.
import { z } from 'zod';
import { errorCode } from './errors.ts';

const count = z.number().int().min(0);

const distributionWorker = z.object({
  worker: z.string(),
  host: z.string(),
  /** It computes a shard of this run now. */
  busy: z.boolean(),
  embedded: count,
  failed: count,
  clipsPerSecond: z.number().nullable(),
  secondsAgo: z.number(),
  /** Why it cannot work. */
  problem: z.string().nullable(),
});

export const distributionStatus = z.object({
  run: z.string(),
  store: z.string(),
  /** Without a password; null for a run without a queue. */
  queue: z.string().nullable(),
  shards: z.object({ total: count, done: count, split: count }),
  /** Workers that are alive. */
  workers: z.array(distributionWorker),
  clipsPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** Failed clips by reason. */
  failures: z.partialRecord(errorCode, count),
  /** What does not answer now; the run goes on once it does. */
  waitingFor: z.string().nullable(),
});
export type DistributionStatus = z.infer<typeof distributionStatus>;
