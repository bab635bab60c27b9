import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../../../../src/shared/contract/job.ts';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({
  client: { jobs: { get: vi.fn(), list: vi.fn(), resume: vi.fn() } },
}));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { useJobs } = await import('../../../../src/renderer/src/stores/jobs.ts');
const { useToasts } = await import('../../../../src/renderer/src/stores/toasts.ts');
const { progressText } = await import('../../../../src/renderer/src/features/jobs/progressText.ts');

const job = (change: Partial<Job> = {}): Job => ({
  id: 1,
  kind: 'embed',
  title: 'Embed clips',
  status: 'running',
  done: 240,
  total: 1200,
  note: null,
  ratePerS: 3.42,
  etaS: 280,
  failures: 0,
  error: null,
  createdAt: '',
  startedAt: null,
  endedAt: null,
  result: null,
  ...change,
});
beforeEach(() => setActivePinia(createPinia()));

describe('jobs', () => {
  it('tells the end of a job once, and only of those seen running', () => {
    const [jobs, toasts] = [useJobs(), useToasts()];
    jobs.receive(job({ id: 2, status: 'done' }));
    expect(toasts.toasts).toHaveLength(0);
    jobs.receive(job());
    jobs.receive(job({ status: 'done', failures: 2 }));
    jobs.receive(job({ status: 'done', failures: 2 }));
    expect(toasts.toasts.map((toast) => [toast.level, toast.message])).toEqual([
      ['warning', 'Embed clips: done, 2 items failed'],
    ]);
  });
  it('says why a job failed', () => {
    const [jobs, toasts] = [useJobs(), useToasts()];
    jobs.receive(job());
    jobs.receive(job({ status: 'failed', error: 'the disk is full' }));
    expect(toasts.toasts[0]?.message).toBe('Embed clips failed: the disk is full');
  });
  it('lists newest first and knows which one runs', () => {
    const jobs = useJobs();
    jobs.receive(job({ id: 1, status: 'queued' }));
    jobs.receive(job({ id: 2, status: 'running' }));
    expect(jobs.list.map((one) => one.id)).toEqual([2, 1]);
    expect(jobs.running?.id).toBe(2);
  });
});

describe('answers that the engine’s own news of a job overtook', () => {
  it.each([
    [
      'of a job just started',
      client.jobs.get,
      (jobs: ReturnType<typeof useJobs>) => jobs.start(Promise.resolve({ jobId: 1 }), 'Embedding'),
    ],
    ['of one resumed', client.jobs.resume, (jobs: ReturnType<typeof useJobs>) => jobs.act(job(), 'resume')],
    ['of all', client.jobs.list, (jobs: ReturnType<typeof useJobs>) => jobs.refresh()],
  ])('%s do not set it back', async (_, procedure, act) => {
    const answer = Promise.withResolvers<never>();
    vi.mocked(procedure).mockReset().mockReturnValue(answer.promise);
    const jobs = useJobs();
    jobs.receive(job({ done: 10 }));
    const acted = act(jobs);
    await vi.waitFor(() => expect(procedure).toHaveBeenCalled());
    jobs.receive(job({ status: 'done' }));
    answer.resolve((procedure === client.jobs.list ? [job({ done: 20 }), job({ id: 2 })] : job({ done: 20 })) as never);
    await acted;
    expect(jobs.byId.get(1)?.status).toBe('done');
    expect(jobs.byId.has(2)).toBe(procedure === client.jobs.list);
  });
  it('count again once nothing was told meanwhile', async () => {
    const jobs = useJobs();
    jobs.receive(job({ status: 'paused' }));
    vi.mocked(client.jobs.resume)
      .mockReset()
      .mockResolvedValue(job({ status: 'running' }));
    await jobs.act(job(), 'resume');
    expect(jobs.byId.get(1)?.status).toBe('running');
    vi.mocked(client.jobs.list)
      .mockReset()
      .mockResolvedValue([job({ id: 2 })]);
    await jobs.refresh();
    expect([...jobs.byId.keys()]).toEqual([2]);
  });
});

describe('progressText', () => {
  it.each([
    [job(), '240 of 1,200 · 3.4/s'],
    [job({ ratePerS: 0.5 }), '240 of 1,200 · 30/min'],
    [job({ status: 'queued', done: 0, total: null }), 'waiting'],
    [job({ status: 'paused' }), 'paused · 240 of 1,200'],
    [job({ status: 'done', done: 1200, note: '/a/b.mp4' }), 'done · 1,200'],
  ])('%#', (given, text) => expect(progressText(given)).toBe(text));
});
