import { describe, expect, it } from 'vitest';
import { JobQueue } from '../../../../../src/engine/collection/jobs/jobQueue.ts';
import type { JobContext } from '../../../../../src/engine/collection/jobs/jobTypes.ts';
import { ProgressMeter } from '../../../../../src/engine/collection/jobs/progressMeter.ts';
import { EngineError } from '../../../../../src/shared/engineError.ts';
import type { EngineEvent } from '../../../../../src/shared/contract/system.ts';
import { openWorkspace } from '../openWorkspace.ts';

type Context = JobContext<{ n?: number }, { at: number }>;
const stopped = ({ signal }: Context) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });

function queueOn(workspace = openWorkspace()) {
  const events: EngineEvent[] = [];
  const queue = new JobQueue(workspace, { publish: (event) => events.push(event) });
  return {
    workspace,
    queue,
    events,
    statuses: (jobId: number) =>
      events.flatMap((event) => (event.type === 'jobChanged' && event.job.id === jobId ? event.job.status : [])),
  };
}

describe('the job queue', () => {
  it('runs one job per lane at a time, by priority, lanes beside each other', async () => {
    const { queue } = queueOn();
    const order: string[] = [];
    let busy = 0;
    queue.register('embed', {
      lane: 'compute',
      async run({ params }: JobContext<{ name: string }, null>) {
        busy += 1;
        expect(busy).toBe(1);
        order.push(params.name);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        busy -= 1;
        return params.name;
      },
    });
    let release = () => {};
    queue.register('import', {
      lane: 'media',
      run: () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    });
    const slow = queue.add('import', 'Import', {});
    const ids = [
      queue.add('embed', 'a', { name: 'a' }),
      queue.add('embed', 'b', { name: 'b' }),
      queue.add('embed', 'urgent', { name: 'urgent' }, { priority: 5 }),
    ];
    queue.start();
    const jobs = await Promise.all(ids.map((id) => queue.settled(id)));
    expect(order).toEqual(['urgent', 'a', 'b']);
    expect(jobs.map(({ status, result }) => [status, result])).toEqual([
      ['done', 'a'],
      ['done', 'b'],
      ['done', 'urgent'],
    ]);
    expect(queue.get(slow)?.status).toBe('running');
    release();
    expect((await queue.settled(slow)).status).toBe('done');
  });

  it('takes a waiting job to the front, with what it waits for; what ran goes on after it from its saved state', async () => {
    const { queue, statuses } = queueOn();
    const order: string[] = [];
    let started = () => {};
    const long = new Promise<void>((resolve) => {
      started = resolve;
    });
    queue.register('embed', {
      lane: 'compute',
      async run(context: JobContext<{ name: string }, { at: number }>) {
        order.push(`${context.params.name} from ${context.state?.at ?? 0}`);
        if (context.params.name !== 'long' || context.state) return;
        context.saveState({ at: 7 });
        started();
        await stopped(context as unknown as Context);
      },
    });
    queue.register('import', { lane: 'media', run: async () => undefined });
    const ids = [
      queue.add('embed', 'long', { name: 'long' }),
      queue.add('embed', 'other', { name: 'other' }),
      queue.add('embed', 'needed', { name: 'needed' }),
    ];
    const wanted = queue.add('embed', 'wanted', { name: 'wanted' }, { after: ids[2]! });
    queue.start();
    await long;
    queue.first(wanted);
    await Promise.all([...ids, wanted].map((id) => queue.settled(id)));
    expect(order).toEqual(['long from 0', 'needed from 0', 'wanted from 0', 'long from 7', 'other from 0']);
    expect(statuses(ids[0]!)).not.toContain('cancelled');
    expect(() => queue.first(wanted)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
  });

  it('waits for the job named by `after`, and is cancelled with it; a retry brings both back', async () => {
    const { queue } = queueOn();
    let fail = true;
    queue.register('embed', {
      lane: 'compute',
      async run() {
        if (fail) throw new EngineError('OUT_OF_MEMORY', 'too big');
        return { embedded: 1 };
      },
    });
    queue.register('project', { lane: 'projection', run: async () => ({ points: 1 }) });
    queue.register('cluster', { lane: 'projection', run: async () => ({}) });
    const embed = queue.add('embed', 'Embed', {});
    const project = queue.add('project', 'Map', {}, { after: embed });
    const cluster = queue.add('cluster', 'Cluster', {}, { after: project });
    queue.start();
    expect(await queue.settled(cluster)).toMatchObject({
      status: 'cancelled',
      error: `it waited for job ${embed}, which failed`,
    });
    expect(queue.get(embed)).toMatchObject({ status: 'failed', error: 'too big' });
    fail = false;
    queue.retry(embed);
    expect((await queue.settled(cluster)).status).toBe('done');
    expect(queue.get(project)).toMatchObject({ status: 'done', result: { points: 1 } });
  });

  it('pauses and goes on from the saved state', async () => {
    const { queue, statuses } = queueOn();
    const seen: (number | null)[] = [];
    queue.register('embed', {
      lane: 'compute',
      async run(context: Context) {
        seen.push(context.state?.at ?? null);
        context.saveState({ at: (context.state?.at ?? 0) + 1 });
        context.progress({ done: seen.length, total: 2 });
        if (seen.length === 1) await stopped(context);
        return {};
      },
    });
    const jobId = queue.add('embed', 'Embed', {});
    queue.start();
    await expect.poll(() => seen.length).toBe(1);
    queue.pause(jobId);
    await expect.poll(() => queue.get(jobId)?.status).toBe('paused');
    expect(queue.get(jobId)).toMatchObject({ done: 1, total: 2 });
    queue.resume(jobId);
    expect((await queue.settled(jobId)).done).toBe(2);
    expect(seen).toEqual([null, 1]);
    expect(statuses(jobId).filter((status, i, all) => status !== all[i - 1])).toEqual([
      'queued',
      'running',
      'paused',
      'queued',
      'running',
      'done',
    ]);
  });

  it('cancels queued and running jobs, and refuses what makes no sense', async () => {
    const { queue } = queueOn();
    queue.register('embed', { lane: 'compute', run: stopped });
    const [running, waiting] = [queue.add('embed', 'a', {}), queue.add('embed', 'b', {})];
    queue.start();
    queue.cancel(waiting);
    queue.cancel(running);
    expect((await queue.settled(running)).status).toBe('cancelled');
    expect((await queue.settled(waiting)).status).toBe('cancelled');
    expect(() => queue.pause(running)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
    expect(() => queue.resume(running)).toThrowError(expect.objectContaining({ code: 'CONFLICT' }));
    expect(() => queue.get(99)).not.toThrow();
    expect(() => queue.detail(99)).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('keeps failed items and does those again', async () => {
    const { queue } = queueOn();
    const runs: (string[] | null)[] = [];
    queue.register('import', {
      lane: 'media',
      async run(context: JobContext<object, { done: number }>) {
        runs.push(context.retryItems?.map(({ path }) => path) ?? null);
        context.saveState({ done: 1 });
        if (context.retryItems) {
          expect(context.state).toBeNull();
        } else {
          for (let i = 0; i < 2; i++)
            context.itemFailed({ path: '/broken.mp4', code: 'DECODE_FAILED', message: 'no header' });
          context.itemFailed({ path: '/gone.mp4', clipId: 7, code: 'NOT_FOUND', message: 'gone' });
        }
        return {};
      },
    });
    const jobId = queue.add('import', 'Import', {});
    queue.start();
    expect(await queue.settled(jobId)).toMatchObject({ status: 'done', failures: 2 });
    expect(queue.detail(jobId).items).toEqual([
      { path: '/broken.mp4', code: 'DECODE_FAILED', message: 'no header' },
      { path: '/gone.mp4', clipId: 7, code: 'NOT_FOUND', message: 'gone' },
    ]);
    queue.retry(jobId);
    expect(await queue.settled(jobId)).toMatchObject({ status: 'done', failures: 0 });
    expect(runs).toEqual([null, ['/broken.mp4', '/gone.mp4']]);
  });

  it('queues again what a killed host left running, with its state and progress', async () => {
    const { workspace, queue } = queueOn();
    queue.register('embed', {
      lane: 'compute',
      async run(context: Context) {
        context.saveState({ at: 41 });
        context.progress({ done: 41, total: 100 });
        await new Promise(() => {});
      },
    });
    const jobId = queue.add('embed', 'Embed', { n: 3 });
    queue.start();
    await expect.poll(() => queue.get(jobId)?.done).toBe(41);
    // As after a kill: nobody tells the first queue that it is over.
    const next = queueOn(workspace).queue;
    next.register('embed', { lane: 'compute', run: async (context: Context) => [context.params, context.state] });
    next.start();
    expect(await next.settled(jobId)).toMatchObject({ status: 'done', result: [{ n: 3 }, { at: 41 }] });
  });

  it('leaves running jobs queued when it closes', async () => {
    const { queue } = queueOn();
    queue.register('embed', { lane: 'compute', run: stopped });
    const jobId = queue.add('embed', 'Embed', {});
    queue.start();
    await queue.close();
    expect(queue.get(jobId)).toMatchObject({ status: 'queued', error: null });
    expect(() => queue.add('embed', 'late', {})).toThrowError(expect.objectContaining({ code: 'CANCELLED' }));
  });

  it('tells of progress about ten times a second, not for every item', async () => {
    const { queue, events } = queueOn();
    queue.register('embed', {
      lane: 'compute',
      async run({ progress }: Context) {
        for (let i = 1; i <= 2000; i++) progress({ done: i, total: 2000, note: 'fast' });
        return {};
      },
    });
    queue.start();
    const job = await queue.settled(queue.add('embed', 'Embed', {}));
    expect(job).toMatchObject({ done: 2000, total: 2000, note: 'fast' });
    expect(events.length).toBeLessThan(50);
  });
});

describe('the progress meter', () => {
  it('tells rate and time left from what this run did, smoothed', () => {
    const meter = new ProgressMeter(500, 1000);
    meter.update({ done: 500 }, 0);
    expect([meter.ratePerS, meter.etaS]).toEqual([null, null]);
    for (let t = 100; t <= 10_000; t += 100) meter.update({ done: 500 + t / 100 }, t);
    expect(meter.ratePerS).toBeCloseTo(10, 6);
    expect(meter.etaS).toBeCloseTo(40, 6);
    for (let t = 10_100; t <= 100_000; t += 100) meter.update({ done: 600 + (t - 10_000) / 250 }, t);
    expect(meter.ratePerS).toBeCloseTo(4, 1);
  });

  it('ends a job whose end a full disk does not take, with what waited for it, for all who look and wait; with room it is tried again', async () => {
    const { queue, workspace, events } = queueOn();
    let full = true;
    queue.register('import', {
      lane: 'media',
      async run() {
        if (full)
          workspace.db.pragma(`max_page_count = ${workspace.db.pragma('page_count', { simple: true }) as number}`);
        return { text: 'x'.repeat(full ? 3_000_000 : 1) };
      },
    });
    queue.register('embed', { lane: 'compute', run: async () => 'embedded' });
    const first = queue.add('import', 'Import', {});
    const second = queue.add('embed', 'Embed', {}, { after: first });
    queue.start();
    expect(await queue.settled(first)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('the disk is full') as string,
    });
    expect(await queue.settled(second)).toMatchObject({ status: 'cancelled' });
    expect(queue.list({ active: true })).toEqual([]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'notice', hint: expect.stringContaining('Free some space') as string }),
    );
    full = false;
    workspace.db.pragma('max_page_count = 1000000');
    queue.retry(first);
    expect(await queue.settled(first)).toMatchObject({ status: 'done', error: null });
    expect(await queue.settled(second)).toMatchObject({ status: 'done', result: 'embedded' });
    expect(workspace.check().ok).toBe(true);
    await queue.close();
  });

  it('takes a beginning that a full disk refuses as that job’s own failure: the one before it stays done, those after it go on', async () => {
    const { queue, workspace } = queueOn();
    const begun: string[] = [];
    queue.register('import', {
      lane: 'compute',
      run: async () => {
        workspace.db.exec(
          "CREATE TEMP TRIGGER full BEFORE UPDATE OF status ON job WHEN NEW.status = 'running' AND NEW.title = 'Second' BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
        );
        return 'imported';
      },
    });
    queue.register('embed', { lane: 'compute', run: async ({ jobId }) => void begun.push(queue.get(jobId)!.title) });
    const first = queue.add('import', 'First', {});
    const second = queue.add('embed', 'Second', {}, { after: first });
    const third = queue.add('embed', 'Third', {});
    queue.start();
    expect(await queue.settled(first)).toMatchObject({ status: 'done', result: 'imported' });
    expect(await queue.settled(second)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('full') as string,
    });
    expect(queue.errorOf(second)?.message).toContain('full');
    expect(await queue.settled(third)).toMatchObject({ status: 'done' });
    expect(begun).toEqual(['Third']);
    workspace.db.exec('DROP TRIGGER full');
    queue.retry(second);
    expect(await queue.settled(second)).toMatchObject({ status: 'done', error: null });
    expect(queue.errorOf(second)).toBeNull();
    await queue.close();
  });

  it('begins nothing again and again while the disk stays full, and tells each job’s end', async () => {
    const { queue, workspace } = queueOn();
    queue.register('embed', { lane: 'compute', run: async () => 'embedded' });
    const ids = [1, 2, 3].map((n) => queue.add('embed', `Job ${n}`, {}));
    workspace.db.exec(
      "CREATE TEMP TRIGGER full BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    );
    queue.start();
    for (const id of ids) expect(await queue.settled(id)).toMatchObject({ status: 'failed' });
    expect(queue.list({ active: true })).toEqual([]);
    workspace.db.exec('DROP TRIGGER full');
    for (const id of ids) queue.retry(id);
    for (const id of ids) expect(await queue.settled(id)).toMatchObject({ status: 'done', result: 'embedded' });
    await queue.close();
  });
});
