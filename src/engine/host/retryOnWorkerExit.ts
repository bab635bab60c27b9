// A job whose worker ends is run again from the state it last saved.
import type { JobKind } from '../../shared/contract/job.ts';
import { EngineError } from '../../shared/engineError.ts';
import { JobQueue } from '../collection/jobs/jobQueue.ts';
import type { JobContext, JobRunner } from '../collection/jobs/jobTypes.ts';
import { WorkerExitError } from '../workers/workerErrors.ts';

/** Retries from the same state before the job fails. */
const mostDeaths = 2;

/**
 * The worker starts again by itself, and the job resumes as it would after the whole host was killed.
 * @throws what the job throws; after `mostDeaths` exits without any new state, the worker's exit
 */
async function retryOnWorkerExit<P, S, R>(runner: JobRunner<P, S, R>, context: JobContext<P, S>): Promise<R> {
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
      if (!(thrown instanceof WorkerExitError) || context.signal.aborted) throw thrown;
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

export class WorkerRetryJobQueue extends JobQueue {
  override register<P, S, R>(kind: JobKind, runner: JobRunner<P, S, R>): void {
    super.register<P, S, R>(kind, { ...runner, run: (context) => retryOnWorkerExit(runner, context) });
  }
}
