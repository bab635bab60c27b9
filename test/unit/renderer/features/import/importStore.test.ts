import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { collection: { import: vi.fn() }, jobs: { get: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useImport } = await import('../../../../../src/renderer/src/features/import/importStore.ts');
const { useJobs } = await import('../../../../../src/renderer/src/stores/jobs.ts');

const job = (change: object): never =>
  ({ id: 7, kind: 'import', title: 'Import', status: 'running', failures: 0, ...change }) as never;

describe('the report of an import', () => {
  beforeEach(() => {
    setActivePinia(createPinia());
    vi.mocked(client.collection.import)
      .mockReset()
      .mockResolvedValue({ jobId: 7 } as never);
  });

  it('opens when it ends with failures, once', async () => {
    vi.mocked(client.jobs.get).mockReset().mockResolvedValue(job({}));
    const [store, jobs] = [useImport(), useJobs()];
    await store.start();
    expect(store.reported).toBeNull();
    jobs.receive(job({ status: 'done', failures: 2 }));
    await nextTick();
    expect(store.reported?.failures).toBe(2);
    store.reported = null;
    jobs.receive(job({ status: 'done', failures: 2 }));
    await nextTick();
    expect(store.reported).toBeNull();
  });
  it('opens, too, where it had ended before the window knew its number', async () => {
    const answer = Promise.withResolvers<never>();
    vi.mocked(client.jobs.get).mockReset().mockReturnValue(answer.promise);
    const [store, jobs] = [useImport(), useJobs()];
    const starting = store.start();
    await vi.waitFor(() => expect(client.jobs.get).toHaveBeenCalled());
    jobs.receive(job({ status: 'done', failures: 1 }));
    await nextTick();
    answer.resolve(job({}));
    await starting;
    expect(store.reported?.failures).toBe(1);
  });
  it('stays closed where nothing failed, and for imports begun elsewhere', async () => {
    vi.mocked(client.jobs.get).mockReset().mockResolvedValue(job({}));
    const [store, jobs] = [useImport(), useJobs()];
    await store.start();
    jobs.receive(job({ status: 'done' }));
    jobs.receive(job({ id: 8, status: 'failed' }));
    await nextTick();
    expect(store.reported).toBeNull();
  });
});
