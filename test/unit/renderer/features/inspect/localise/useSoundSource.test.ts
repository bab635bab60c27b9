import { expect, it, vi } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import type { Seen } from '../../../../../../src/renderer/src/features/inspect/workbench/shown.ts';
import { useSoundSource } from '../../../../../../src/renderer/src/features/inspect/localise/useSoundSource.ts';

const located = vi.fn(async () => ({ dataUrl: 'cosines' }));
vi.mock('../../../../../../src/renderer/src/engine/client.ts', () => ({
  client: { inspect: { localise: () => located() } },
}));
const [fbank, frames] = [
  { shape: [2, 128], data: new Float32Array(256) },
  { shape: [1, 2, 2, 3], data: new Uint8Array(12) },
];
const inputs: Record<string, object> = {
  'sound.wav': { fbank },
  'mute.mp4': { frames },
  'both.mp4': { fbank, frames },
};
vi.mock('../../../../../../src/renderer/src/features/inspect/clipInput.ts', () => ({
  clipInput: async ({ name }: { name: string }) => ({ tensors: inputs[name], metadata: {} }),
}));
vi.mock('../../../../../../src/renderer/src/engine/safetensorsFetch.ts', () => ({
  fetchSafetensors: async () => ({
    tensors: {
      frames: { shape: [1, 1, 1], data: Float32Array.of(0.5) },
      audio: { shape: [1, 2], data: Float32Array.of(0, 1) },
    },
  }),
}));

const file = (name: string): Seen => ({ file: `/somewhere/${name}`, name });

it('asks nothing of a file that lacks sound or picture, and says which', async () => {
  const scope = effectScope();
  const [seen, visible] = [shallowRef<Seen | null>(file('mute.mp4')), shallowRef(false)];
  const source = scope.run(() =>
    useSoundSource(
      () => seen.value,
      () => 'shipped',
      () => visible.value,
    ),
  )!;
  await nextTick();
  expect([source.lacks.value, source.busy.value]).toEqual([null, false]);
  visible.value = true;
  await vi.waitFor(() => expect(source.lacks.value).toBe('sound'));
  seen.value = file('sound.wav');
  await vi.waitFor(() => expect(source.lacks.value).toBe('picture'));
  expect([source.failure.value, source.located.value, located.mock.calls.length]).toEqual([null, null, 0]);
  seen.value = file('both.mp4');
  await vi.waitFor(() => expect(source.located.value?.source).toMatchObject({ count: 1, steps: 2 }));
  expect([source.lacks.value, source.busy.value, located.mock.calls.length]).toEqual([null, false, 1]);
  scope.stop();
});
