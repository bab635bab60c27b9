// Extraction by several machines.
import { z } from 'zod';
import { id } from '../clip.ts';
import { distributionStatus } from '../distribution.ts';
import { precisionWish } from '../extraction.ts';
import { started } from '../job.ts';
import { base, currentModel } from './base.ts';

export const distribution = {
  /**
   * Job result: as of `embeddings.start`, with run, shards and remaining. Store: file:///folder or s3://bucket/prefix?endpoint=…; queue:
   * redis://, rediss:// or postgres://. A password in the queue's address, or given beside it, is kept in memory only.
   */
  start: base
    .input(
      z.object({
        modelId: currentModel,
        store: z.string().min(1),
        queue: z.string().min(1).nullable().default(null),
        queuePassword: z.string().optional(),
        frames: z.number().int().min(1).max(10).default(10),
        precision: precisionWish.default('auto'),
        device: z.enum(['cpu', 'gpu']).default('cpu'),
        /** Clips of a shard at most. */
        shardClips: z.number().int().min(1).max(10_000).optional(),
        wait: z.boolean().default(true),
      }),
    )
    .output(started),
  /** Null for a job that does not run in this process now. */
  status: base.input(z.object({ jobId: id })).output(distributionStatus.nullable()),
  /** Brings embeddings of a store, or those that match an expression, into the workspace. Job result: { added, embedded, skipped, parts, model, setId }. */
  import: base.input(z.object({ url: z.string().min(1), where: z.string().optional() })).output(started),
};
