import { describe, expect, it } from 'vitest';
import { JobQueue } from '../../../../../src/engine/collection/jobs/jobQueue.ts';
import type { EngineEvent } from '../../../../../src/shared/contract/system.ts';
import { openWorkspace } from '../openWorkspace.ts';

function queueOn(workspace = openWorkspace()) {
  const events: EngineEvent[] = [];
  const queue = new JobQueue(workspace, { publish: (event) => events.push(event) });
  return { workspace, queue, events };
}

describe('the job queue after crashes and failures', () => {
  const nothing = { lane: 'io', run: () => Promise.resolve('done') } as const;

  it('begins no job whose transaction is rolled back, and the process goes on', async () => {
    const { workspace, queue, events } = queueOn();
    queue.register('embed', nothing);
    queue.start();
    expect(() =>
      workspace.atomically(() => {
        queue.add('embed', 'never', {});
        throw new Error('the disk is full');
      }),
    ).toThrow('full');
    const kept = workspace.atomically(() => queue.add('embed', 'kept', {}));
    expect((await queue.settled(kept)).status).toBe('done');
    expect(queue.list()).toHaveLength(1);
    expect(events.some((event) => event.type === 'jobChanged' && event.job.title === 'never')).toBe(false);
  });

  it('cancels and lists what a killed process left running, without being started', async () => {
    const { workspace, queue } = queueOn();
    let begun = 0;
    const endless = { lane: 'io', run: () => new Promise<never>(() => void begun++) } as const;
    queue.register('embed', endless);
    queue.start();
    const jobId = queue.add('embed', 'killed', {});
    await Promise.resolve();
    expect(workspace.db.prepare('SELECT status FROM job').pluck().get()).toBe('running');
    const { queue: next } = queueOn(workspace);
    next.register('embed', endless);
    expect(next.get(jobId)?.status).toBe('queued');
    next.cancel(jobId);
    expect(next.get(jobId)?.status).toBe('cancelled');
    next.start();
    expect(begun).toBe(1);
  });

  it('gives up a job under which the process died three times at the same place, and tries it again when asked', async () => {
    const { workspace } = queueOn();
    const killed = (state: unknown) => {
      const { queue } = queueOn(workspace);
      queue.register('embed', {
        lane: 'io',
        run: ({ saveState }) => {
          saveState(state as never);
          return new Promise<never>(() => undefined);
        },
      });
      return queue;
    };
    const first = killed({ at: 1 });
    const jobId = first.add('embed', 'deadly', {});
    first.start();
    await new Promise(setImmediate);
    for (const at of [2, 2, 2]) {
      const queue = killed({ at });
      queue.start();
      await new Promise(setImmediate);
      expect(queue.get(jobId)?.status).toBe('running');
    }
    const last = killed({ at: 2 });
    last.start();
    expect(last.get(jobId)).toMatchObject({ status: 'failed', error: expect.stringContaining('ended 3 times') });
    last.retry(jobId);
    await new Promise(setImmediate);
    expect(last.get(jobId)?.status).toBe('running');
  });

  it('writes failed items with the next state, in one commit, and shows them before', async () => {
    const { workspace, queue } = queueOn();
    const commits: number[] = [];
    let seen: unknown;
    queue.register('embed', {
      lane: 'io',
      run: (job) => {
        job.progress({ done: 0, total: 1000 });
        for (let n = 0; n < 1000; n++) job.itemFailed({ path: `/f${n}`, code: 'DECODE_FAILED', message: 'broken' });
        seen = [queue.get(job.jobId)?.failures, queue.detail(job.jobId, { offset: 995, limit: 3 }).items.length];
        commits.push(workspace.db.prepare('SELECT count(*) FROM job_failure').pluck().get() as number);
        job.saveState({} as never);
        commits.push(workspace.db.prepare('SELECT count(*) FROM job_failure').pluck().get() as number);
        return Promise.resolve();
      },
    });
    queue.start();
    const jobId = queue.add('embed', 'Embed', {});
    await queue.settled(jobId);
    expect(seen).toEqual([1000, 3]);
    expect(commits).toEqual([0, 1000]);
    expect(queue.detail(jobId, { offset: 998, limit: 10 }).items.map(({ path }) => path)).toEqual(['/f998', '/f999']);
  });
});
