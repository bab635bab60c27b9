// Which shards are those of one task of an array job, such as Slurm's.
import { EngineError } from '../../shared/engineError.ts';

export interface ArrayIndex {
  index: number;
  count: number;
}

/** Reads `I/N`, with I from 0 to N-1 or from 1 to N. @throws EngineError BAD_INPUT */
export function parseArrayIndex(text: string): ArrayIndex {
  const match = /^(\d{1,7})\/(\d{1,7})$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || count < 1 || index > count)
    throw new EngineError('BAD_INPUT', `"${text}" is no share of an array: it should read I/N with I from 0 to N`, {
      field: 'shard',
      hint: 'For example --shard 3/10, or --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT.',
    });
  return { index, count };
}

/** Every shard belongs to one index, whether a scheduler counts from 0 or from 1. */
export const shareOf = <T>(shards: readonly T[], { index, count }: ArrayIndex): T[] =>
  shards.filter((_, at) => at % count === index % count);
