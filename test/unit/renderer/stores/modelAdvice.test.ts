import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Model } from '../../../../src/shared/contract/model.ts';

vi.mock('../../../../src/renderer/src/engine/client.ts', () => ({ client: { models: { list: vi.fn() } } }));
const { client } = await import('../../../../src/renderer/src/engine/client.ts');
const { useCollection } = await import('../../../../src/renderer/src/stores/collection.ts');
const { useModelAdvice } = await import('../../../../src/renderer/src/stores/modelAdvice.ts');
const { useModels } = await import('../../../../src/renderer/src/stores/models.ts');
const { followCurrentModel } = await import('../../../../src/renderer/src/features/inspect/useModels.ts');
const { nextTick } = await import('vue');

const model = (id: string, change: Partial<Model> = {}): Model =>
  ({
    id,
    name: id,
    state: 'ready',
    current: false,
    trained: true,
    trainedOn: 'real',
    hasDecoder: true,
    sets: [],
    ...change,
  }) as Model;
const listed = async (...models: Model[]): Promise<void> => {
  vi.mocked(client.models.list).mockResolvedValue(models);
  await useModels().refresh();
};
const roots = (...paths: string[]): void => {
  const collection = useCollection();
  collection.capabilities = { workspace: { path: '/w', name: 'w' } } as never;
  collection.summary = { clips: 9, roots: paths.map((path) => ({ path, mediaCount: 1 })) } as never;
};
beforeEach(() => setActivePinia(createPinia()));

describe('advice on the model', () => {
  it('is given where recorded media are embedded by a model that knows drawn scenes only', async () => {
    await listed(
      model('shipped', { current: true, trainedOn: 'drawn' }),
      model('scale-plus-plus', { state: 'not-downloaded' }),
    );
    roots('/w/demo');
    const advice = useModelAdvice();
    expect(advice.value).toBeNull();
    roots('/w/demo', '/home/ada/field');
    expect(advice.value!.better!.id).toBe('scale-plus-plus');
    await listed(model('shipped', { trainedOn: 'drawn' }), model('scale-plus-plus', { current: true }));
    expect(advice.value).toBeNull();
  });

  it('prefers a fitting model that is there to one that has to be downloaded', async () => {
    await listed(
      model('shipped', { current: true, trainedOn: 'drawn' }),
      model('scale-plus-plus', { state: 'not-downloaded' }),
      model('as2m-av', { hasDecoder: false }),
      model('base'),
    );
    roots('/home/ada/field');
    expect(useModelAdvice().value!.better!.id).toBe('base');
  });
});

describe('the model that a panel begins with', () => {
  it('is the current one, also after it changed, until another is chosen', async () => {
    await listed(model('shipped', { current: true }), model('mine'));
    const chosen = followCurrentModel();
    expect(chosen.value).toBe('shipped');
    await listed(model('shipped'), model('mine', { current: true }));
    await nextTick();
    expect(chosen.value).toBe('mine');
    chosen.value = 'other';
    await listed(model('shipped', { current: true }), model('mine'));
    await nextTick();
    expect(chosen.value).toBe('other');
  });

  it('passes over a current model that it cannot use', async () => {
    await listed(model('shipped'), model('finetuned', { current: true, hasDecoder: false }));
    expect(followCurrentModel(({ hasDecoder }) => hasDecoder).value).toBe('shipped');
    expect(followCurrentModel().value).toBe('finetuned');
  });
});
