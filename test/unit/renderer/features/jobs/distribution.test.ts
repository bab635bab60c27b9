// Distributed runs in the jobs tray: what the engine is asked for, what is kept of it, and what is shown of a run.
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp, nextTick, type App } from 'vue';
import { fakeRunStatus } from '../../../../page/fakeRunStatus.ts';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { distribution: { start: vi.fn(), status: vi.fn(), import: vi.fn() }, jobs: { get: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useDistribution } = await import('../../../../../src/renderer/src/features/jobs/distributionStore.ts');
const { workerCommand } = await import('../../../../../src/renderer/src/features/jobs/workerCommands.ts');
const { default: RunDetails } = await import('../../../../../src/renderer/src/features/jobs/RunDetails.vue');
const { useLayout } = await import('../../../../../src/renderer/src/stores/layout.ts');

beforeEach(() => {
  setActivePinia(createPinia());
  localStorage.clear();
  vi.mocked(client.distribution.start).mockReset();
  vi.mocked(client.jobs.get).mockResolvedValue({ id: 3, status: 'running' } as never);
});

describe('starting a run', () => {
  it('asks the engine, opens the tray, remembers addresses and no password', async () => {
    vi.mocked(client.distribution.start).mockResolvedValue({ jobId: 3 });
    const store = useDistribution();
    store.show('start');
    store.addresses = { store: ' s3://bucket/x ', queue: 'redis://host', withQueue: true };
    store.password = 'secret';
    await store.start();
    expect(client.distribution.start).toHaveBeenCalledExactlyOnceWith({
      store: 's3://bucket/x',
      queue: 'redis://host',
      queuePassword: 'secret',
      precision: 'auto',
    });
    expect([store.open, store.password, useLayout().trayOpen]).toEqual([null, '', true]);
    await nextTick();
    expect(localStorage.getItem('studio.distribution')).toContain('redis://host');
    expect(JSON.stringify({ ...localStorage })).not.toContain('secret');
  });

  it('stays open with the reason where store or queue cannot be had', async () => {
    const away = Object.assign(new Error('the store does not answer'), {
      code: 'BACKEND_UNAVAILABLE',
      data: { hint: 'is it on' },
    });
    vi.mocked(client.distribution.start).mockRejectedValue(away);
    const store = useDistribution();
    store.show('start');
    store.addresses = { store: 'file:///x', queue: '', withQueue: false };
    await store.start();
    expect(vi.mocked(client.distribution.start).mock.calls[0]![0]).toMatchObject({ queue: null });
    expect([store.open, store.problem, store.busy]).toEqual(['start', 'The store does not answer. Is it on.', false]);
  });

  it('gives the command for other machines, quoted where a shell needs it', () => {
    expect(workerCommand('s3://b/x?endpoint=https://h', 'redis://q')).toBe(
      "cavmae worker --queue redis://q --store 's3://b/x?endpoint=https://h'",
    );
    expect(workerCommand('file:///x', null)).toBe(
      'cavmae embed --shard $SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT --store file:///x',
    );
  });
});

describe('the workers of a run', () => {
  let app: App | null = null;
  afterEach(() => app?.unmount());
  const shown = async (): Promise<string> => {
    const root = document.createElement('div');
    app = createApp(RunDetails, { jobId: 3, running: true });
    app.mount(root);
    await vi.waitFor(() => expect(client.distribution.status).toHaveBeenCalled());
    await nextTick();
    await nextTick();
    return root.textContent.replaceAll(/\s+/g, ' ');
  };

  it('are listed with rate, time left, problems and failures by reason', async () => {
    vi.mocked(client.distribution.status).mockResolvedValue(fakeRunStatus({ store: 'file:///x', queue: null }));
    const text = await shown();
    expect(text).toContain('13 of 40 shards done · 1 split · 3 workers alive · 1.42 clips/s · 1 h 30 min left');
    expect(text).toContain('this machine has no folder /archive/2024');
    expect(text).toContain('2 clips cannot be decoded');
    expect(text).toContain('1 clip ended their worker and were set aside');
  });

  it('say what does not answer', async () => {
    const waiting = {
      ...fakeRunStatus({ store: 'file:///x', queue: null }),
      workers: [],
      waitingFor: 'the queue does not answer',
    };
    vi.mocked(client.distribution.status).mockResolvedValue(waiting);
    const text = await shown();
    expect(text).toContain('no worker is alive');
    expect(text).toContain('the queue does not answer. Work goes on once it answers.');
  });
});
