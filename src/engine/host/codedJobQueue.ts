// The job queue with what hosts need beside it: jobs that go on when a worker died under them.
import type { JobKind } from '../../shared/contract/job.ts';
import { EngineError } from '../../shared/engineError.ts';
import { JobQueue } from '../collection/jobs/jobQueue.ts';
import type { JobContext, JobRunner } from '../collection/jobs/jobTypes.ts';
import { isWorkerEnd } from '../workers/channel.ts';

/** How often a job is begun again at the same place before its worker's death counts as its own fault. */
const mostDeaths = 2;

/**
 * Runs a job to its end. A worker that dies under it starts again by itself, and the job goes on from the state it last saved, as it
 * would after the whole host was killed.
 * @throws what the job throws; after `mostDeaths` deaths without any progress, the worker's end
 */
async function runThroughDeaths<P, S, R>(runner: JobRunner<P, S, R>, context: JobContext<P, S>): Promise<R> {
  let saved = JSON.stringify(context.state);
  let deaths = 0;
  const saveState = (state: S): void => {
    const now = JSON.stringify(state);
    if (now !== saved) deaths = 0;
    saved = now;
    context.saveState(state);
  };
  for (;;) {
    try {
      return await runner.run({ ...context, state: JSON.parse(saved) as S | null, saveState });
    } catch (thrown) {
      if (!isWorkerEnd(thrown) || context.signal.aborted) throw thrown;
      if (++deaths > mostDeaths) {
        const { code, message } = EngineError.from(thrown);
        throw new EngineError(
          code,
          `${message}; it was tried ${mostDeaths + 1} times at the same place`,
          {
            hint: 'What was finished is kept. Close other programs or choose a smaller model, then try again; “Report a problem” shows what to attach to an issue.',
          },
          thrown,
        );
      }
    }
  }
}

export class CodedJobQueue extends JobQueue {
  override register<P, S, R>(kind: JobKind, runner: JobRunner<P, S, R>): void {
    super.register<P, S, R>(kind, { lane: runner.lane, run: (context) => runThroughDeaths(runner, context) });
  }
}
