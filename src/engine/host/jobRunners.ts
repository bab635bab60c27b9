// Every kind of job the queue can run, registered before it starts.
import { registerCollectionJobs } from '../procedures/importing/collection.ts';
import { createCompareModelsRunner } from '../procedures/models/compareModelsJob.ts';
import { downloadJob } from '../procedures/models/downloadJob.ts';
import { registerEmbeddingsJobs } from '../procedures/maps/embeddings.ts';
import type { EngineContext } from '../procedures/engineContext.ts';
import { registerEventJobs } from '../procedures/events/detectors.ts';
import { registerExplorationJobs } from '../procedures/maps/explorationJobs.ts';
import { createFinetuneRunner } from '../procedures/classifiers/finetuneJob.ts';
import { registerInspectJobs } from '../procedures/inspection/inspect.ts';
import { createRefitRunner } from '../procedures/classifiers/automaticRefit.ts';
import { createReadMetadataRunner } from '../procedures/metadata/readMetadataJob.ts';
import { createPredictRunner } from '../procedures/classifiers/predictJob.ts';
import { createExportDatasetRunner } from '../procedures/datasets/exportDatasetJob.ts';
import { createDistilRunner } from '../procedures/pretraining/distilJob.ts';
import { createPretrainRunner } from '../procedures/pretraining/pretrainJob.ts';

/** Returns what ends the listening that comes with some kinds of jobs. */
export function registerJobs(context: EngineContext): () => void {
  registerCollectionJobs(context);
  registerEmbeddingsJobs(context);
  const end = registerExplorationJobs(context);
  registerInspectJobs(context);
  registerEventJobs(context);
  context.jobs.register('readMetadata', createReadMetadataRunner(context));
  context.jobs.register('exportDataset', createExportDatasetRunner(context));
  context.jobs.register('finetune', createFinetuneRunner(context));
  context.jobs.register('refit', createRefitRunner(context));
  context.jobs.register('predict', createPredictRunner(context));
  context.jobs.register('pretrain', createPretrainRunner(context));
  context.jobs.register('distil', createDistilRunner(context));
  context.jobs.register('compareModels', createCompareModelsRunner(context));
  context.jobs.register('download', downloadJob(context));
  return end;
}
