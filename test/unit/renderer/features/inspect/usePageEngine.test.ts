import { beforeEach, expect, it, vi } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import type { Model } from '../../../../../src/shared/contract/model.ts';
import { usePageEngine } from '../../../../../src/renderer/src/features/inspect/usePageEngine.ts';

const opened: string[] = [];
const closed: string[] = [];
vi.mock('../../../../../src/renderer/src/onnx/openGraph.ts', () => ({
  openGraph: async (url: string, signal: AbortSignal) => {
    opened.push(url);
    signal.addEventListener('abort', () => closed.push(url));
    return { provider: 'wasm', threads: 2, inputs: { audio: [1, 1024, 128], image: [1, 3, 224, 224] }, run: async () => ({}), close: () => undefined };
  },
}));
const model = (id: string, more: Partial<Model> = {}): Model => ({ id, name: id, state: 'ready', variant: 'cav-mae', hasDecoder: true, parameters: 5_000_000, audioLength: 1024, imgSize: 224, ...more }) as Model;
beforeEach(() => { [opened.length, closed.length] = [0, 0]; });

it('opens the graph once it is wanted, and not again at every stroke', async () => {
  const scope = effectScope();
  const request = shallowRef({ modelId: 'a', stroke: 0 });
  const models = shallowRef([model('a'), model('b'), model('large', { parameters: 200_000_000 })]);
  const { engine, want } = scope.run(() => usePageEngine(() => models.value.find(({ id }) => id === request.value.modelId)))!;
  await nextTick();
  expect([engine.value.state, opened.length]).toEqual(['off', 0]);
  want();
  await vi.waitFor(() => expect(engine.value.state).toBe('ready'));
  for (let stroke = 1; stroke < 5; stroke++) {
    request.value = { modelId: 'a', stroke };
    await nextTick();
  }
  // The catalogue is read again: the same model as before.
  models.value = models.value.map((one) => ({ ...one }));
  await nextTick();
  expect([engine.value.state, opened.length, closed.length]).toEqual(['ready', 1, 0]);

  request.value = { modelId: 'b', stroke: 5 };
  await vi.waitFor(() => expect(engine.value).toMatchObject({ state: 'ready', modelId: 'b' }));
  expect([opened.length, closed.length]).toEqual([2, 1]);
  request.value = { modelId: 'large', stroke: 6 };
  await nextTick();
  expect(engine.value).toEqual({ state: 'off', reason: 'the model is too large for the window' });
  scope.stop();
  expect([opened.length, closed.length]).toEqual([2, 2]);
});
