// Where a clip's sound comes from, asked for as clips are opened while somebody looks; the newest answer wins.
import { ref, shallowRef, watch } from 'vue';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { latest } from '../../engine/latest.ts';
import { fetchSafetensors } from '../../engine/safetensorsFetch.ts';
import { soundSource } from './soundSource.ts';
import type { SoundSource } from './soundSource.ts';

export interface LocatedSound { clipId: number; modelId: string; source: SoundSource }

export function useSoundSource(clipId: () => number | null, modelId: () => string, visible: () => boolean) {
  const located = shallowRef<LocatedSound | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const busy = ref(false);
  const ask = latest(async (clip: number, model: string): Promise<LocatedSound> => {
    const { dataUrl } = await client.inspect.localise({ clipId: clip, modelId: model });
    return { clipId: clip, modelId: model, source: soundSource((await fetchSafetensors(dataUrl)).tensors) };
  });
  async function run(): Promise<void> {
    const [clip, model] = [clipId(), modelId()];
    if (clip === null || !visible()) return;
    [busy.value, failure.value] = [true, null];
    try {
      const answer = await ask(clip, model);
      if (answer === undefined) return;
      located.value = answer;
    } catch (error) {
      failure.value = failureFrom(error);
    }
    busy.value = false;
  }
  watch([clipId, modelId], () => { [located.value, failure.value, busy.value] = [null, null, false]; });
  watch([clipId, modelId, visible], () => { if (!located.value) void run(); }, { immediate: true });
  return { located, failure, busy, run };
}
