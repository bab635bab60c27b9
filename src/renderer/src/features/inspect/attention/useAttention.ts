// Attention of one layer and head for what is looked at, asked for while somebody looks; the newest answer wins.
import { ref, shallowRef, watch } from 'vue';
import type { AttentionAnswer, AttentionStream } from '../../../../../shared/contract/inspect.ts';
import type { TensorFile } from '../../../../../shared/wire/safetensors.ts';
import { client } from '../../../engine/client.ts';
import { failureFrom } from '../../../engine/failure.ts';
import type { Failure } from '../../../engine/failure.ts';
import { latest } from '../../../../../shared/async/latest.ts';
import { fetchSafetensors } from '../../../engine/safetensorsFetch.ts';
import { clipInput } from '../clipInput.ts';
import { keyOf, subjectOf } from '../workbench/shown.ts';
import type { Seen } from '../workbench/shown.ts';

export interface AttentionWish {
  seen: Seen;
  modelId: string;
  frame: number;
  stream: AttentionStream;
  layer: number;
  head: number | null;
}
/** `weights` [L, L], row = the token that looks. */
export interface AttentionShown {
  wish: AttentionWish;
  answer: AttentionAnswer;
  weights: Float32Array;
  file: TensorFile;
}

const wishKey = ({ seen, ...rest }: AttentionWish): string => JSON.stringify([keyOf(seen), rest]);

export function useAttention(wish: () => AttentionWish | null, visible: () => boolean) {
  const shown = shallowRef<AttentionShown | null>(null);
  const failure = shallowRef<Failure | null>(null);
  const busy = ref(false);
  const ask = latest(async (asked: AttentionWish): Promise<AttentionShown> => {
    const { seen, ...rest } = asked;
    const answer = await client.inspect.attention({ ...subjectOf(seen), ...rest });
    const [
      {
        tensors: { weights },
      },
      file,
    ] = await Promise.all([fetchSafetensors(answer.dataUrl), clipInput(seen)]);
    if (!(weights?.data instanceof Float32Array)) throw new Error('The answer holds no attention.');
    return { wish: asked, answer, weights: weights.data, file };
  });
  async function run(): Promise<void> {
    const asked = wish();
    if (!asked || !visible()) return;
    busy.value = true;
    try {
      const answer = await ask(asked);
      if (answer === undefined) return;
      [shown.value, failure.value] = [answer, null];
    } catch (error) {
      [shown.value, failure.value] = [null, failureFrom(error)];
    }
    busy.value = false;
  }
  watch(
    [
      () => {
        const now = wish();
        return now && wishKey(now);
      },
      visible,
    ],
    () => {
      const now = wish();
      if (!now || (shown.value && keyOf(shown.value.wish.seen) !== keyOf(now.seen)))
        [shown.value, failure.value] = [null, null];
      if (now && !(shown.value && wishKey(shown.value.wish) === wishKey(now))) void run();
    },
    { immediate: true },
  );
  return { shown, failure, busy, run };
}
