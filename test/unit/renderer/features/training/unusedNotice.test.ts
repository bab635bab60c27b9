import { createPinia, setActivePinia } from 'pinia';
import { createApp, h, nextTick } from 'vue';
import { expect, it, vi } from 'vitest';

vi.mock('../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { classifiers: { use: vi.fn().mockResolvedValue({}), list: vi.fn().mockResolvedValue([]) } },
}));
const { client } = await import('../../../../../src/renderer/src/engine/client.ts');
const { useClassifiers } = await import('../../../../../src/renderer/src/stores/classifiers.ts');
const { useTraining } = await import('../../../../../src/renderer/src/features/training/useTraining.ts');
const { default: UnusedNotice } = await import('../../../../../src/renderer/src/features/training/UnusedNotice.vue');

it('says which classifier predicts and on how many clips each was measured, and lets the shown one take over', async () => {
  const pinia = createPinia();
  setActivePinia(pinia);
  const place = document.body.appendChild(document.createElement('div'));
  const app = createApp({ render: () => h(UnusedNotice) });
  app.use(pinia).mount(place);
  const classifiers = useClassifiers();
  classifiers.list = [
    { id: 2, name: 'Mine', current: false, metrics: { testCount: 4 } },
    { id: 1, name: 'Automatic', current: true, metrics: { testCount: 29 } },
  ] as never;
  await nextTick();
  expect(place.textContent).not.toContain('Not in use');
  useTraining().chosenId = 2;
  await nextTick();
  expect(place.textContent).toMatch(
    /Not in use yet.*“Automatic” \(measured on 29 clips; *this one: measured on 4 clips\)/s,
  );
  place.querySelector('button')!.click();
  await vi.waitFor(() => expect(client.classifiers.use).toHaveBeenCalledWith({ classifierId: 2 }));
  app.unmount();
});
