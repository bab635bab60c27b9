// Every kind of job the queue can run, registered before it starts.
import { registerCollectionJobs } from './collection.ts';
import { downloadJob } from './downloadJob.ts';
import { registerEmbeddingsJobs } from './embeddings.ts';
import type { EngineContext } from './engineContext.ts';
import { registerExplorationJobs } from './explorationJobs.ts';
import { createFinetuneRunner } from './finetuneJob.ts';
import { registerInspectJobs } from './inspect.ts';
import { createPredictRunner } from './predictJob.ts';
import { createPretrainRunner } from './pretrainJob.ts';

export function registerJobs(context: EngineContext): void {
  registerCollectionJobs(context);
  registerEmbeddingsJobs(context);
  registerExplorationJobs(context);
  registerInspectJobs(context);
  context.jobs.register('finetune', createFinetuneRunner(context));
  context.jobs.register('predict', createPredictRunner(context));
  context.jobs.register('pretrain', createPretrainRunner(context));
  context.jobs.register('download', downloadJob(context));
}
