// The queue as procedures see it.
import type { JobKind, JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import type { JobQueue } from './jobQueue.ts';
import type { JobOptions, JobRunner } from './jobTypes.ts';

/** Parameters, state and result are typed by the kind. */
export type TypedJobQueue = Omit<JobQueue, 'add' | 'register'> & {
  add<K extends JobKind>(kind: K, title: string, params: JobParams<K>, options?: JobOptions): number;
  register<K extends JobKind>(kind: K, runner: JobRunner<JobParams<K>, JobState<K>, JobResult<K>>): void;
};
