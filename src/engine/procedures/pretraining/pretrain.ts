// Pretraining, continued pretraining and distillation on the collection's own clips.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../engineContext.ts';
import { startDistillation } from './startDistillation.ts';
import { startPretraining } from './startPretraining.ts';

export function createPretrainProcedures(context: EngineContext) {
  const router = implement(contract.pretrain);
  return {
    start: router.start.handler(({ input }) => startPretraining(context, input)),
    distil: router.distil.handler(({ input }) => startDistillation(context, input)),
  };
}
