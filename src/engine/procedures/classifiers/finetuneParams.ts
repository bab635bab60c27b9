// What a finetune job is given and gives.
import type { JobParams, JobResult } from '../../../shared/contract/jobKinds.ts';
import type { Metrics } from '../../../shared/contract/model.ts';

export type FinetuneMode = FinetuneParams['mode'];
export type FinetuneParams = JobParams<'finetune'>;
export type FinetuneResult = JobResult<'finetune'>;
export interface Trained {
  metrics: Metrics;
  epochs: number;
}
