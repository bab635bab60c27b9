// The import offers the window that the current model hears.
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createApp, nextTick } from 'vue';
import type { App } from 'vue';
import type { Model } from '../../../../../src/shared/contract/model.ts';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { models: { list: vi.fn() }, jobs: { get: vi.fn() } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { default: WindowHint } = await import('../../../../../src/renderer/src/features/import/WindowHint.vue');
const { useImport } = await import('../../../../../src/renderer/src/features/import/importStore.ts');
const { useModels } = await import('../../../../../src/renderer/src/stores/models.ts');
const { useLayout } = await import('../../../../../src/renderer/src/stores/layout.ts');

let app: App;
let root: HTMLElement;
async function shown(windowS: number | null): Promise<void> {
  vi.mocked(client.models.list).mockResolvedValue([
    { id: 'm', name: 'Short', current: true, windowS, sets: [] } as never as Model,
  ]);
  await useModels().refresh();
  root = document.createElement('div');
  app = createApp(WindowHint);
  app.mount(root);
  await nextTick();
}
const press = (name: string): void =>
  [...root.querySelectorAll('button')].find((one) => one.textContent!.includes(name))!.click();
beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
});
afterEach(() => app.unmount());

it('offers the length that the model hears, and takes it', async () => {
  await shown(5);
  expect(root.textContent).toContain('hears 5 s: of a longer clip it hears the beginning only.');
  press('Use windows of 5 s');
  await nextTick();
  expect(useImport().options).toMatchObject({ windowS: 5, hopS: 5 });
  expect(root.textContent).toBe('');
});

it('leads to the model that is named', async () => {
  await shown(20);
  expect(root.textContent).toContain('filled up with silence');
  useImport().open = true;
  press('Short');
  expect(useModels().chosenId).toBe('m');
  expect(useLayout().requestedPanel).toBe('models');
  expect(useImport().open).toBe(false);
});

it.each([10, null])('says nothing where the length fits or is not known: %s', async (windowS) => {
  await shown(windowS);
  expect(root.textContent).toBe('');
});
