// A classifier is renamed where it is listed.
import { createPinia, setActivePinia } from 'pinia';
import { expect, it, vi } from 'vitest';
import { createApp, nextTick } from 'vue';
import type { Classifier } from '../../../../../src/shared/contract/model.ts';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { classifiers: { list: vi.fn(), rename: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { default: ClassifierList } =
  await import('../../../../../src/renderer/src/features/training/ClassifierList.vue');
const { useClassifiers } = await import('../../../../../src/renderer/src/stores/classifiers.ts');

it('asks the engine for the new name, and not for the same or none', async () => {
  setActivePinia(createPinia());
  const one = { id: 7, name: 'Birds', mode: 'multimodal', depth: 'head', metrics: { accuracy: 0.9 }, current: true };
  vi.mocked(client.classifiers.list).mockResolvedValue([one as never as Classifier]);
  await useClassifiers().refresh();
  const root = document.createElement('div');
  document.body.append(root);
  const app = createApp(ClassifierList);
  app.mount(root);
  await nextTick();
  const write = async (name: string): Promise<void> => {
    root.querySelector<HTMLElement>('[aria-label="Rename Birds"]')!.click();
    await nextTick();
    const input = root.querySelector<HTMLInputElement>('[aria-label="Name of the classifier"]')!;
    expect(input.value).toBe('Birds');
    input.value = name;
    input.dispatchEvent(new Event('input'));
    await nextTick();
    root.querySelector('form')!.dispatchEvent(new Event('submit'));
    await nextTick();
  };
  await write('Birds');
  await write('  ');
  expect(client.classifiers.rename).not.toHaveBeenCalled();
  await write('Birds at dawn');
  expect(client.classifiers.rename).toHaveBeenCalledExactlyOnceWith({ classifierId: 7, name: 'Birds at dawn' });
  app.unmount();
});
