// Training runs with their curves, past and present.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { EngineContext } from '../engineContext.ts';
import { presentRun } from './runJournal.ts';

export function createRunsProcedures(context: EngineContext) {
  const os = implement(contract.runs);
  return {
    list: os.list.handler(() =>
      context.workspace.runs
        .list()
        .map((run) => presentRun(context, run))
        .toReversed(),
    ),
    get: os.get.handler(({ input }) => {
      const run = context.workspace.runs.get(input.runId);
      if (!run) throw new EngineError('NOT_FOUND', `there is no run ${input.runId}`);
      return presentRun(context, run);
    }),
  };
}
