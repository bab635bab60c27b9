// Long work: persistent, ordered, pausable, resumable.
import { z } from 'zod';
import { itemFailure } from './errors.ts';
import { id } from './clip.ts';
import { jobKinds, type JobKind } from './jobKinds.ts';

export const jobKind = z.enum(Object.keys(jobKinds) as [JobKind, ...JobKind[]]);
export type { JobKind } from './jobKinds.ts';
export const jobStatus = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled']);
export type JobStatus = z.infer<typeof jobStatus>;

/** `done`/`total` count items; `ratePerS` and `etaS` are null until they can be told. `result` is what the kind's starter promises. */
export const job = z.object({
  id,
  kind: jobKind,
  title: z.string(),
  status: jobStatus,
  done: z.number(),
  total: z.number().nullable(),
  note: z.string().nullable(),
  ratePerS: z.number().nullable(),
  etaS: z.number().nullable(),
  failures: z.number().int(),
  error: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  result: z.unknown(),
});
export type Job = z.infer<typeof job>;
export const jobDetail = job.extend({ items: z.array(itemFailure) });
export type JobDetail = z.infer<typeof jobDetail>;
export const started = z.object({ jobId: id });
