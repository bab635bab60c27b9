// The job queue keeps why a job failed as text; hosts that answer with exit codes also need the error itself.
import type { JobKind } from '../../shared/contract/job.ts';
import { EngineError } from '../../shared/engineError.ts';
import { JobQueue } from '../collection/jobQueue.ts';
import type { JobRunner } from '../collection/jobTypes.ts';

export class CodedJobQueue extends JobQueue {
  private readonly errors = new Map<number, EngineError>();

  override register<P, S, R>(kind: JobKind, runner: JobRunner<P, S, R>): void {
    super.register<P, S, R>(kind, {
      lane: runner.lane,
      run: async (context) => {
        this.errors.delete(context.jobId);
        try {
          return await runner.run(context);
        } catch (thrown) {
          this.errors.set(context.jobId, EngineError.from(thrown));
          throw thrown;
        }
      },
    });
  }

  /** Why a job failed in this process; null for one that failed before it. */
  errorOf(jobId: number): EngineError | null {
    return this.errors.get(jobId) ?? null;
  }
}
