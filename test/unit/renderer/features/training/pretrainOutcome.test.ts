import { createPinia, setActivePinia } from 'pinia';
import { createApp, h, nextTick } from 'vue';
import { expect, it, vi } from 'vitest';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { models: { use: vi.fn().mockResolvedValue({ jobId: null }), list: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useJobs } = await import('../../../../../src/renderer/src/stores/jobs.ts');
const { useModels } = await import('../../../../../src/renderer/src/stores/models.ts');
const { usePretraining } = await import('../../../../../src/renderer/src/features/training/usePretraining.ts');
const { default: PretrainOutcome } =
  await import('../../../../../src/renderer/src/features/training/PretrainOutcome.vue');

const models = (current: string) =>
  [
    { id: 'shipped', name: 'Small', sets: [] },
    { id: 'mine', name: 'Mine', sets: [] },
  ].map((one) => ({ ...one, current: one.id === current }));
const retrieval = {
  clips: 50,
  a2v: { r1: 0.3, r5: 0.5, r10: 0.62, medianRank: 4 },
  v2a: { r1: 0.26, r5: 0.5, r10: 0.6, medianRank: 4 },
};

it('offers the model of a finished pretraining for the collection, and tells what is known of it', async () => {
  const pinia = createPinia();
  setActivePinia(pinia);
  const place = document.body.appendChild(document.createElement('div'));
  const app = createApp({ render: () => h(PretrainOutcome) });
  app.use(pinia).mount(place);
  const pretraining = usePretraining();
  useModels().list = models('shipped') as never;
  useJobs().byId = new Map([[3, { id: 3, kind: 'pretrain', result: { modelId: 'mine', retrieval } }]]) as never;
  pretraining.runs = [{ id: 7, jobId: 3, status: 'running', title: 'Mine', curve: [] }] as never;
  pretraining.runId = 7;
  await nextTick();
  expect(place.textContent).toBe('');
  pretraining.runs = [{ id: 7, jobId: 3, status: 'done', title: 'Mine', curve: [] }] as never;
  await nextTick();
  expect(place.textContent).toMatch(/Mine\s*is ready.*still follow “Small”.*finds its own picture first in 30 %/s);
  vi.mocked(client.models.list).mockResolvedValue(models('mine') as never);
  [...place.querySelectorAll('button')].find((one) => one.textContent?.includes('Use it'))!.click();
  await vi.waitFor(() => expect(place.textContent).toContain('It is the current model'));
  expect(client.models.use).toHaveBeenCalledWith({ modelId: 'mine', embed: true });
  expect(place.textContent).not.toContain('Use it');
  app.unmount();
});
