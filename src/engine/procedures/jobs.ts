// The persistent queue, as the window's tray and the command line see it.
import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/index.ts';
import type { EngineContext } from './engineContext.ts';

export function createJobsProcedures({ jobs }: EngineContext) {
  const os = implement(contract.jobs);
  /** Does something to a job and answers with how it stands now. */
  const after = (jobId: number, act: (jobId: number) => void) => {
    act(jobId);
    const { items: _, ...job } = jobs.detail(jobId, { limit: 0 });
    return job;
  };
  return {
    list: os.list.handler(({ input }) => jobs.list(input)),
    get: os.get.handler(({ input }) => jobs.detail(input.jobId, input)),
    pause: os.pause.handler(({ input }) => after(input.jobId, (id) => jobs.pause(id))),
    resume: os.resume.handler(({ input }) => after(input.jobId, (id) => jobs.resume(id))),
    cancel: os.cancel.handler(({ input }) => after(input.jobId, (id) => jobs.cancel(id))),
    first: os.first.handler(({ input }) => after(input.jobId, (id) => jobs.first(id))),
    retry: os.retry.handler(({ input }) => after(input.jobId, (id) => jobs.retry(id))),
  };
}
