// How a kind of long work is written: a function that can be stopped at any instant and called again with the state it saved.
import type { z } from 'zod';
import type { ItemFailure } from '../../../shared/contract/errors.ts';

/** One job runs at a time per lane; lanes run beside each other. */
export type JobLane = 'media' | 'compute' | 'projection' | 'io';

export interface JobContext<P, S> {
  readonly jobId: number;
  readonly params: P;
  /** What the last run of this job saved, null at first. Survives a kill. */
  readonly state: S | null;
  saveState(state: S): void;
  /** Aborted by pause, cancel and shutdown. Stop at the next safe point and throw or return; work already stored stays. */
  readonly signal: AbortSignal;
  /** What a stopped job becomes; `queued` where the engine closes or another job goes first. Null while it is not being stopped. */
  stopReason(): 'paused' | 'cancelled' | 'queued' | null;
  progress(update: { done: number; total?: number | null; note?: string | null }): void;
  itemFailed(failure: ItemFailure): void;
  /** On a retry: the items that failed before, to be done again; null in a normal run. */
  readonly retryItems: ItemFailure[] | null;
}

export interface JobRunner<P, S, R> {
  lane: JobLane;
  run(context: JobContext<P, S>): Promise<R>;
  /** A job that was cancelled while it did not run: ends what it left elsewhere. */
  dropped?(params: P, state: S | null): Promise<void>;
}

/** How the stored parameters and state of each kind are parsed before a job runs. */
export type JobSchemas = Readonly<Record<string, { params: z.ZodType; state: z.ZodType }>>;

/** `after`: waits until that job is done (and is cancelled with it). Higher priority goes first. */
export interface JobOptions {
  after?: number;
  priority?: number;
}
