import { createPinia, setActivePinia } from 'pinia';
import { expect, it, vi } from 'vitest';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({ client: { classifiers: { list: vi.fn() } } }));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useClassifiers } = await import('../../../../../src/renderer/src/stores/classifiers.ts');
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
