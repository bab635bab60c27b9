// Embeddings: start, sets, which set the collection uses, export.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { createEmbedRunner, type EmbedParams } from './embedJob.ts';
import type { EngineContext } from '../engineContext.ts';
import { modelOrCurrent } from '../models/currentModel.ts';
import { createExportEmbeddingsRunner, type ExportEmbeddingsParams } from './exportEmbeddings.ts';

export function createEmbeddingsProcedures(context: EngineContext) {
  const os = implement(contract.embeddings);
  const { workspace, jobs, events } = context;
  return {
    start: os.start.handler(({ input }) => {
      // A model that is not there is said now, not by a job that fails later.
      resolveModel(workspace, modelOrCurrent(context, input.modelId));
      if (input.precision === 'int8' && input.device === 'gpu')
        throw new EngineError('BAD_INPUT', 'int8 runs on the CPU only', {
          field: 'precision',
          hint: 'Ask for the CPU, or for float32.',
        });
      return { jobId: jobs.add('embed', 'Embed clips', input satisfies EmbedParams) };
    }),
    sets: os.sets.handler(() => workspace.vectors.list()),
    use: os.use.handler(({ input }) => {
      workspace.vectors.use(input.setId);
      const { setId, modelId } = workspace.vectors.current()!;
      events.publish({ type: 'currentModelChanged', modelId, setId });
      return {};
    }),
    export: os.export.handler(({ input }) => ({
      jobId: jobs.add('export', 'Export embeddings', { what: 'embeddings', ...input } satisfies ExportEmbeddingsParams),
    })),
  };
}

export function registerEmbeddingsJobs(context: EngineContext): void {
  context.jobs.register('embed', createEmbedRunner(context));
  context.jobs.register('export', createExportEmbeddingsRunner(context));
}
