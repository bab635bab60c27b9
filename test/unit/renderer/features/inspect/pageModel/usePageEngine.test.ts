import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import type { Model } from '../../../../../../src/shared/contract/model.ts';
import { usePageCompute } from '../../../../../../src/renderer/src/features/inspect/pageModel/pageCompute.ts';
import { GpuFailure } from '../../../../../../src/renderer/src/onnx/graphMessages.ts';
import { useToasts } from '../../../../../../src/renderer/src/stores/toasts.ts';
import { usePageEngine } from '../../../../../../src/renderer/src/features/inspect/pageModel/usePageEngine.ts';

const opened: string[] = [];
const closed: string[] = [];
/** What was asked for at each opening; whether the graphics adapter fails at it; how it is lost later. */
const asked: string[] = [];
let gpuRefuses = false;
let lose: (reason: string) => void = () => undefined;
vi.mock('../../../../../../src/renderer/src/onnx/openGraph.ts', () => ({
  openGraph: async (urls: Record<string, string>, compute: string, signal: AbortSignal) => {
    const url = Object.values(urls).join();
    opened.push(url);
    asked.push(compute);
    signal.addEventListener('abort', () => closed.push(url));
    if (compute !== 'wasm' && gpuRefuses) throw new GpuFailure('no such shader');
    const lost = new Promise<string>((resolve) => {
      lose = resolve;
    });
    return {
      provider: compute === 'wasm' ? 'wasm' : 'webgpu',
      threads: 2,
      whyWasm: null,
      lost,
      inputs: { audio: [1, 1024, 128], image: [1, 3, 224, 224] },
      run: async () => ({}),
      close: () => undefined,
    };
  },
}));
const model = (id: string, more: Partial<Model> = {}): Model =>
  ({
    id,
    name: id,
    state: 'ready',
    variant: 'cav-mae',
    hasDecoder: true,
    parameters: 5_000_000,
    audioLength: 1024,
    imgSize: 224,
    ...more,
  }) as Model;
beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  [opened.length, closed.length, asked.length, gpuRefuses] = [0, 0, 0, false];
});
/** Two of them, as when two models are compared. */
function twoWanted() {
  const scope = effectScope();
  const engines = scope.run(() =>
    ['a', 'b'].map((id) => {
      const given = shallowRef<Model | undefined>();
      const page = usePageEngine(() => given.value);
      given.value = model(id);
      page.want();
      return page;
    }),
  )!;
  const ready = (provider: string) =>
    vi.waitFor(() => {
      for (const { engine } of engines) expect(engine.value).toMatchObject({ state: 'ready', graph: { provider } });
    });
  return { scope, engines, ready };
}

it('opens the graph once it is wanted, and not again at every stroke', async () => {
  const scope = effectScope();
  const request = shallowRef({ modelId: 'a', stroke: 0 });
  const models = shallowRef([model('a'), model('b'), model('large', { parameters: 200_000_000 })]);
  const { engine, want } = scope.run(() =>
    usePageEngine(() => models.value.find(({ id }) => id === request.value.modelId)),
  )!;
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

it('goes on in wasm when the graphics adapter cannot open the graph, and tells it once', async () => {
  gpuRefuses = true;
  const { scope, ready } = twoWanted();
  await ready('wasm');
  expect(useToasts().toasts.map(({ message, hint }) => [message, hint])).toEqual([
    ['The graphics adapter failed; the model goes on in wasm.', 'no such shader'],
  ]);
  expect(asked.filter((one) => one === 'wasm')).toHaveLength(2);
  scope.stop();
});

it('goes on in wasm when the graphics adapter is lost or gives another picture; chosen anew, it is tried anew', async () => {
  const { scope, engines, ready } = twoWanted();
  await ready('webgpu');
  lose('the driver was reset');
  await ready('wasm');
  expect([useToasts().toasts.length, usePageCompute().gpuFailure]).toEqual([1, 'the driver was reset']);
  usePageCompute().choose('webgpu');
  await ready('webgpu');
  engines[0]!.giveUp('the window painted other pictures than the engine');
  await ready('wasm');
  // Nothing is left to go on with.
  engines[0]!.giveUp('no answer in 20 s');
  expect(engines.map(({ engine }) => engine.value.state)).toEqual(['off', 'ready']);
  scope.stop();
});

it('opens nothing while the engine is chosen, also in the next session', async () => {
  const { scope, engines, ready } = twoWanted();
  await ready('webgpu');
  usePageCompute().choose('engine');
  await nextTick();
  for (const { engine } of engines) expect(engine.value).toEqual({ state: 'off', reason: 'that was chosen' });
  expect([opened.length, closed.length]).toEqual([2, 2]);
  setActivePinia(createPinia());
  expect(usePageCompute().compute).toBe('engine');
  localStorage.setItem('studio.inspect.compute', 'no such');
  setActivePinia(createPinia());
  expect(usePageCompute().compute).toBe('automatic');
  scope.stop();
});
