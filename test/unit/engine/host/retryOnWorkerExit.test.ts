import { describe, expect, it, onTestFinished } from 'vitest';
import type { JobContext } from '../../../../src/engine/collection/jobs/jobTypes.ts';
import { WorkerRetryJobQueue } from '../../../../src/engine/host/retryOnWorkerExit.ts';
import { WorkerHandle, type Transport } from '../../../../src/engine/workers/channel.ts';
import { WorkerExitError, WorkerStoppedError } from '../../../../src/engine/workers/workerErrors.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';
import { openWorkspace } from '../collection/openWorkspace.ts';

type Context = JobContext<object, { at: number }>;

/** A worker whose process dies of `reason` at every call that `kills`. */
function mortal(kills: () => boolean, reason: string) {
  const crashes: string[] = [];
  const worker = new WorkerHandle<{ work: (input: object) => Promise<string> }>(
    'compute',
    () => {
      let hear: (message: unknown) => void = () => {};
      let end: (reason: string) => void = () => {};
      return {
        post: (message) =>
          queueMicrotask(() =>
            kills() ? end(reason) : hear({ kind: 'result', call: (message as { call: number }).call, result: 'done' }),
          ),
        listen: (listener) => (hear = listener),
        onClose: (listener) => (end = listener),
        kill: () => {},
      } satisfies Transport;
    },
    (why) => crashes.push(why),
  );
  return { worker, crashes };
}

function queue() {
  const jobs = new WorkerRetryJobQueue(openWorkspace(), { publish: () => {} });
  onTestFinished(() => jobs.close());
  jobs.start();
  return jobs;
}

describe('a job whose worker dies', () => {
  it('goes on from the state it last saved, in a fresh worker', async () => {
    let deaths = 2;
    const { worker, crashes } = mortal(() => deaths-- > 0, 'killed by SIGKILL');
    const jobs = queue();
    const begun: ({ at: number } | null)[] = [];
    jobs.register('embed', {
      lane: 'compute',
      async run({ state, saveState }: Context) {
        begun.push(state);
        saveState({ at: (state?.at ?? 0) + 1 });
        return worker.calls.work({});
      },
    });
    const job = await jobs.settled(jobs.add('embed', 'Embedding', {}));
    expect(job).toMatchObject({ status: 'done', result: 'done', error: null });
    expect(begun).toEqual([null, { at: 1 }, { at: 2 }]);
    expect(crashes).toHaveLength(2);
  });

  it('fails with the next step when it dies three times at the same place, and can be tried again', async () => {
    let always = true;
    const { worker } = mortal(() => always, 'exit code 134. FATAL ERROR: JavaScript heap out of memory');
    const jobs = queue();
    let runs = 0;
    jobs.register('embed', { lane: 'compute', run: async () => (runs++, worker.calls.work({})) });
    const jobId = jobs.add('embed', 'Embedding', {});
    const job = await jobs.settled(jobId);
    expect(runs).toBe(3);
    expect(job.status).toBe('failed');
    expect(job.error).toMatch(
      /worker ended: .*tried 3 times at the same place\. What was finished is kept\. Close other programs/,
    );
    expect(jobs.errorOf(jobId)).toMatchObject({ code: 'OUT_OF_MEMORY' });
    always = false;
    jobs.retry(jobId);
    expect((await jobs.settled(jobId)).status).toBe('done');
  });

  it('is not begun again for failures of its own, nor when it was cancelled', async () => {
    const jobs = queue();
    let runs = 0;
    jobs.register('embed', {
      lane: 'compute',
      run: async () => {
        runs++;
        throw new EngineError('INTERNAL', 'a bug');
      },
    });
    expect(await jobs.settled(jobs.add('embed', 'x', {}))).toMatchObject({ status: 'failed', error: 'a bug' });
    expect(runs).toBe(1);
    const { worker } = mortal(() => true, 'exit code 1');
    jobs.register('predict', {
      lane: 'compute',
      run: async ({ jobId }: Context) => {
        runs++;
        jobs.cancel(jobId);
        return worker.calls.work({});
      },
    });
    expect((await jobs.settled(jobs.add('predict', 'y', {}))).status).toBe('cancelled');
    expect(runs).toBe(2);
  });

  it('tells a worker’s end from an error that only speaks of one', () => {
    expect(new EngineError('BAD_INPUT', 'the compute worker ended: x') instanceof WorkerExitError).toBe(false);
    expect(new EngineError('INTERNAL', 'the compute worker ended: x') instanceof WorkerExitError).toBe(false);
    expect(new WorkerStoppedError('compute', 'closed') instanceof WorkerExitError).toBe(false);
  });
});
