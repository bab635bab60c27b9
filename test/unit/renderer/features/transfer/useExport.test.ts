import { createPinia, setActivePinia } from 'pinia';
import { expect, it, vi } from 'vitest';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { classifiers: { list: vi.fn(), exportPredictions: vi.fn() }, embeddings: { export: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useClassifiers } = await import('../../../../../src/renderer/src/stores/classifiers.ts');
const { useSelection } = await import('../../../../../src/renderer/src/stores/selection.ts');
const { useExport } = await import('../../../../../src/renderer/src/features/transfer/useExport.ts');

it('keeps the classifier that a person chose before the list of them was read anew', async () => {
  setActivePinia(createPinia());
  const late = Promise.withResolvers<never>();
  vi.mocked(client.classifiers.list).mockReturnValue(late.promise);
  useClassifiers().list = [{ id: 1 }, { id: 2, current: true }] as never;
  const { form, open } = useExport();
  const opening = open('predictions');
  expect(form.classifierId).toBe(2);
  form.classifierId = 1;
  late.resolve([{ id: 1 }, { id: 2, current: true }] as never);
  await opening;
  expect(form.classifierId).toBe(1);
});

it('exports predictions and embeddings of the selected clips only where that is chosen', async () => {
  setActivePinia(createPinia());
  vi.mocked(client.classifiers.list).mockResolvedValue([{ id: 1, current: true }] as never);
  vi.mocked(client.classifiers.exportPredictions).mockResolvedValue({ files: ['p.csv'] });
  vi.mocked(client.embeddings.export).mockRejectedValue(new Error('asked'));
  useSelection().select([4, 7]);
  const { form, open, run } = useExport();
  await open('predictions');
  expect(form.clips).toBe('selected');
  form.path = '/p.csv';
  await run();
  const sent = { path: '/p.csv', format: 'csv', clipIds: [4, 7] };
  expect(client.classifiers.exportPredictions).toHaveBeenCalledWith({ classifierId: 1, ...sent });
  form.clips = 'all';
  await run();
  expect(vi.mocked(client.classifiers.exportPredictions).mock.lastCall![0]).not.toHaveProperty('clipIds');
  await open('embeddings');
  form.path = '/e';
  await run();
  expect(vi.mocked(client.embeddings.export).mock.lastCall![0]).toMatchObject({ path: '/e', clipIds: [4, 7] });
});
