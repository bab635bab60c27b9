// Where a clip's sound comes from, asked for as clips are opened while somebody looks; the newest answer wins.
import { ref, shallowRef, watch } from 'vue';
import { client } from '../../../engine/client.ts';
import { failureFrom } from '../../../engine/failure.ts';
import type { Failure } from '../../../engine/failure.ts';
import { latest } from '../../../../../shared/async/latest.ts';
import { fetchSafetensors } from '../../../engine/safetensorsFetch.ts';
import type { TensorFile } from '../../../../../shared/wire/safetensors.ts';
import { clipInput } from '../clipInput.ts';
import { keyOf, subjectOf } from '../workbench/shown.ts';
import type { Seen } from '../workbench/shown.ts';
import { soundSource } from './soundSource.ts';
import type { SoundSource } from './soundSource.ts';

/** `file`: the model's input, whose pictures lie under the heat. */
export interface LocatedSound {
  modelId: string;
  source: SoundSource;
  file: TensorFile;
}
type Lacking = 'sound' | 'picture';

export function useSoundSource(seen: () => Seen | null, modelId: () => string, visible: () => boolean) {
  const located = shallowRef<LocatedSound | null>(null);
  const failure = shallowRef<Failure | null>(null);
  /**
   * What the clip or file lacks, seen in the model's input of it: a file outside the collection has no badges that say
   * so.
   */
  const lacks = ref<Lacking | null>(null);
  const busy = ref(false);
  const key = (): string | null => {
    const now = seen();
    return now && keyOf(now);
  };
  const ask = latest(async (what: Seen, model: string): Promise<LocatedSound | Lacking> => {
    const file = await clipInput(what);
    if (!file.tensors.fbank || !file.tensors.frames) return file.tensors.fbank ? 'picture' : 'sound';
    const { dataUrl } = await client.inspect.localise({ ...subjectOf(what), modelId: model });
    return { modelId: model, source: soundSource((await fetchSafetensors(dataUrl)).tensors), file };
  });
  async function run(): Promise<void> {
    const [what, model] = [seen(), modelId()];
    if (what === null || !visible()) return;
    [busy.value, failure.value] = [true, null];
    try {
      const answer = await ask(what, model);
      if (answer === undefined) return;
      if (typeof answer === 'string') lacks.value = answer;
      else located.value = answer;
    } catch (error) {
      failure.value = failureFrom(error);
    }
    busy.value = false;
  }
  watch([key, modelId], () => {
    [located.value, failure.value, lacks.value, busy.value] = [null, null, null, false];
  });
  watch(
    [key, modelId, visible],
    () => {
      if (!located.value && !lacks.value) void run();
    },
    { immediate: true },
  );
  return { located, failure, lacks, busy, run };
}
