// Extraction by several machines: start, status, and embeddings out of a store.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { parsePartFilter } from '../../distribution/partFilter.ts';
import { passwordOf, withoutPassword } from '../../distribution/queueUrl.ts';
import { openStore } from '../../distribution/openStore.ts';
import { checkStoreUrl } from '../../distribution/storeUrl.ts';
import { modelOrCurrent } from '../models/currentModel.ts';
import type { EngineContext } from '../engineContext.ts';
import { createDistributeRunner, type DistributeParams } from './distributeJob.ts';
import { createImportEmbeddingsRunner, splitSetUrl } from './importEmbeddingsJob.ts';
import { RunAddresses } from './runAddresses.ts';

/** A store or queue that cannot be reached is said now, not by a job that waits for it. */
const checkPatienceMs = 8000;

async function checkReachable(context: EngineContext, params: DistributeParams): Promise<void> {
  const store = await openStore(params.store, { forMs: checkPatienceMs });
  const addresses = new RunAddresses(context, params);
  try {
    const probe = `clock/check-${process.pid}`;
    await store.put(probe, new Uint8Array([1]));
    await store.remove(probe);
    await addresses.queue('check')?.counts();
  } finally {
    await addresses.close();
    store.close();
  }
}

export function createDistributionProcedures(context: EngineContext) {
  const os = implement(contract.distribution);
  const { workspace, jobs } = context;
  return {
    start: os.start.handler(async ({ input }) => {
      const { queuePassword, ...rest } = input;
      resolveModel(workspace, modelOrCurrent(context, input.modelId));
      checkStoreUrl(input.store);
      if (input.precision === 'int8' && input.device === 'gpu')
        throw new EngineError('BAD_INPUT', 'int8 runs on the CPU only', { field: 'precision' });
      const queue = input.queue === null ? null : withoutPassword(input.queue);
      const password = queuePassword ?? (input.queue === null ? null : passwordOf(input.queue));
      if (queue !== null && password) context.distribution.passwords.set(queue, password);
      const params = { ...rest, queue } satisfies DistributeParams;
      await checkReachable(context, params);
      return { jobId: jobs.add('distribute', 'Embed clips on several machines', params) };
    }),
    import: os.import.handler(({ input }) => {
      checkStoreUrl(splitSetUrl(input.url).store);
      if (input.where !== undefined) parsePartFilter(input.where);
      return { jobId: jobs.add('importEmbeddings', 'Import embeddings', input) };
    }),
    status: os.status.handler(({ input }) => context.distribution.status.get(input.jobId) ?? null),
  };
}

export function registerDistributionJobs(context: EngineContext): void {
  context.jobs.register('distribute', createDistributeRunner(context));
  context.jobs.register('importEmbeddings', createImportEmbeddingsRunner(context));
}
