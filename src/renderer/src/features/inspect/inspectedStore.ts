// What the panels of this feature look at: the open clip, or a file dropped on one of them until another clip is
// opened.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { bridge } from '../../engine/bridge.ts';
import { uploadFile } from '../../engine/uploadFile.ts';
import { useClips } from '../../stores/clips.ts';
import { useSelection } from '../../stores/selection.ts';
import { useToasts } from '../../stores/toasts.ts';
import type { Seen } from './workbench/shown.ts';

export const useInspected = defineStore('inspected', () => {
  const [selection, clips, toasts] = [useSelection(), useClips(), useToasts()];
  const file = shallowRef<{ file: string; name: string } | null>(null);
  const sending = ref<string | null>(null);
  const seen = computed<Seen | null>(
    () => file.value ?? (selection.current === null ? null : { clipId: selection.current }),
  );
  const clip = computed(() => (seen.value && 'clipId' in seen.value ? clips.get(seen.value.clipId) : undefined));
  const name = computed(() =>
    file.value
      ? file.value.name
      : (clip.value?.name ?? (selection.current === null ? '' : `Clip ${selection.current}`)),
  );
  watch(
    () => selection.current,
    (clipId) => {
      file.value = null;
      if (clipId !== null) clips.want([clipId]);
    },
    { immediate: true },
  );

  /** Opens a file that is not imported. */
  async function take(given: File): Promise<void> {
    sending.value = given.name;
    try {
      const real = bridge().pathForFile?.(given);
      file.value = {
        file: real || (await uploadFile(given, () => {}, new AbortController().signal, 'search')),
        name: given.name,
      };
    } catch (error) {
      toasts.fail(error, `Opening ${given.name}`);
    }
    sending.value = null;
  }
  const closeFile = (): void => {
    file.value = null;
  };
  return { file, sending, seen, clip, name, take, closeFile };
});
