// Search by example: the query, something from outside the collection, and the ranked answers. A change of the query
// searches again.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { bridge } from '../../engine/bridge.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { uploadFile } from '../../engine/uploadFile.ts';
import { useClips } from '../../stores/clips.ts';
import { useFilter } from '../../stores/filter.ts';
import { useSelection } from '../../stores/selection.ts';
import { useToasts } from '../../stores/toasts.ts';
import {
  canGoAcross,
  mostExamples,
  queryTitle,
  retrieveInput,
  settled,
  similarInput,
  withExamples,
  withoutExample,
} from './searchQuery.ts';
import type { CompareBy, SearchQuery, Side } from './searchQuery.ts';

/** A file from outside. The engine deletes an upload once it is embedded and keeps its vectors in memory only. */
export interface Outside {
  file: File;
  name: string;
  from: 'file' | 'microphone' | 'camera';
  previewUrl: string;
}
export interface Hit {
  clipId: number;
  score: number;
}

export const useSearch = defineStore('search', () => {
  const [clips, filter, selection, toasts] = [useClips(), useFilter(), useSelection(), useToasts()];
  const by = useLocalStorage<CompareBy>('studio.search.by', 'joint');
  const query = shallowRef<SearchQuery>({ like: [], unlike: [], by: by.value, blend: 0.5 });
  const outside = shallowRef<Outside | null>(null);
  const withinFilter = ref(false);
  const count = ref(60);
  const hits = shallowRef<readonly Hit[] | null>(null);
  const running = ref(false);
  const failure = shallowRef<Failure | null>(null);
  const recording = ref<'microphone' | 'camera' | null>(null);
  /** Where the engine knows `outside`; asked for again after a failure, since the engine may have forgotten it. */
  let path: string | null = null;
  let again = false;

  const empty = computed(() => query.value.like.length === 0 && outside.value === null);
  const across = computed(() => canGoAcross(query.value, outside.value !== null));
  const title = computed(() =>
    queryTitle(query.value, outside.value?.name ?? null, (clipId) => clips.get(clipId)?.name),
  );
  const examples = computed(
    () =>
      new Map<number, Side>([
        ...query.value.like.map((clipId) => [clipId, 'like'] as const),
        ...query.value.unlike.map((clipId) => [clipId, 'unlike'] as const),
      ]),
  );

  async function pathOf({ file, from }: Outside): Promise<string> {
    const real = from === 'file' ? bridge().pathForFile?.(file) : undefined;
    return real || uploadFile(file, () => {}, new AbortController().signal, 'search');
  }
  async function once(): Promise<void> {
    const asked = outside.value;
    try {
      if (asked && path === null) path = await pathOf(asked);
      if (asked !== outside.value) return;
      const across = retrieveInput(query.value, path, count.value);
      const input = similarInput(query.value, path, count.value, withinFilter.value ? filter.request : null);
      const answer = across
        ? await client.search.retrieve(across)
        : input === null
          ? null
          : await client.search.similar(input);
      if (asked !== outside.value) return;
      hits.value = answer;
      failure.value = null;
      if (answer) clips.want(answer.map((hit) => hit.clipId));
    } catch (error) {
      if (asked !== outside.value) return;
      path = null;
      failure.value = failureFrom(error);
      hits.value = null;
    }
  }
  /** One search at a time, since a file is embedded once; what changed meanwhile is searched for afterwards. */
  async function run(): Promise<void> {
    if (running.value) {
      again = true;
      return;
    }
    running.value = true;
    do {
      again = false;
      await once();
    } while (again);
    running.value = false;
  }
  function change(next: SearchQuery): void {
    query.value = settled(next, outside.value !== null);
    by.value = query.value.by;
    clips.want([...next.like, ...next.unlike]);
    void run();
  }
  function add(side: Side, clipIds: readonly number[]): void {
    if (query.value[side].length + clipIds.length > mostExamples)
      toasts.show('info', `The first ${mostExamples} clips are used as examples`);
    change(withExamples(query.value, side, clipIds));
  }
  const remove = (clipId: number): void => change(withoutExample(query.value, clipId));
  const compareBy = (value: CompareBy): void => change({ ...query.value, by: value });
  const setBlend = (blend: number): void => change({ ...query.value, blend });
  /** Searches by the selection alone, or by the open clip when nothing is selected. */
  const start = (): void => change(withExamples({ ...query.value, like: [], unlike: [] }, 'like', selection.targets));

  function dropOutside(): void {
    if (outside.value) URL.revokeObjectURL(outside.value.previewUrl);
    outside.value = null;
    path = null;
    change(query.value);
  }
  /** Searches by a file, a recording or a picture. Recordings have one modality, so they are compared by it. */
  function take(file: File, from: Outside['from']): void {
    if (outside.value) URL.revokeObjectURL(outside.value.previewUrl);
    path = null;
    outside.value = {
      file,
      from,
      name: from === 'microphone' ? 'your recording' : from === 'camera' ? 'your picture' : file.name,
      previewUrl: URL.createObjectURL(file),
    };
    const only: CompareBy | null =
      file.type.startsWith('audio/') || from === 'microphone'
        ? 'audio'
        : file.type.startsWith('image/')
          ? 'visual'
          : null;
    change(only ? { ...query.value, by: only } : query.value);
  }
  function clear(): void {
    query.value = { ...query.value, like: [], unlike: [] };
    failure.value = null;
    dropOutside();
  }
  watch([withinFilter, count], () => void run());
  watch(
    () => filter.request,
    () => {
      if (withinFilter.value) void run();
    },
  );
  return {
    query,
    outside,
    withinFilter,
    count,
    hits,
    running,
    failure,
    recording,
    empty,
    across,
    title,
    examples,
    run,
    add,
    remove,
    compareBy,
    setBlend,
    start,
    take,
    dropOutside,
    clear,
  };
});
