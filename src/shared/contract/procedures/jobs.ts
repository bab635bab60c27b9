// The job queue.
import { z } from 'zod';
import { id } from '../clip.ts';
import { job, jobDetail } from '../job.ts';
import { base } from './base.ts';

export const jobs = {
  list: base
    .input(z.object({ active: z.boolean().default(false), limit: z.number().int().min(1).max(500).default(100) }))
    .output(z.array(job)),
  /** With a page of its failed items. */
  get: base
    .input(
      z.object({
        jobId: id,
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(1000).default(1000),
      }),
    )
    .output(jobDetail),
  pause: base.input(z.object({ jobId: id })).output(job),
  resume: base.input(z.object({ jobId: id })).output(job),
  cancel: base.input(z.object({ jobId: id })).output(job),
  /** Takes a waiting job, and what it waits for, to the front; what runs in its place goes on after it. */
  first: base.input(z.object({ jobId: id })).output(job),
  /** Runs the failed items again. */
  retry: base.input(z.object({ jobId: id })).output(job),
};
