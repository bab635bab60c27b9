// Training runs with their curves, past and present.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
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
  };
}
