// The label queue: which kind, its clips with their reasons, how far one is, and a fresh continuation after every refit.
import { useDebounceFn, useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { latest } from '../../engine/latest.ts';
import { useClips } from '../../stores/clips.ts';
import { useCollection } from '../../stores/collection.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useSchemas } from '../../stores/schemas.ts';
import type { ClipList } from '../../stores/scope.ts';
import { useScope } from '../../stores/scope.ts';
import { useSelection } from '../../stores/selection.ts';
import { mergeQueue } from './mergeQueue.ts';
import { missingFor, queueKinds } from './queueKinds.ts';
import type { QueueKind } from './queueKinds.ts';

const limit = 48;
const gatherMs = 700;

export const useQueue = defineStore('queue', () => {
  const [clips, collection, schemas, scope, selection] = [useClips(), useCollection(), useSchemas(), useScope(), useSelection()];
  const kind = useLocalStorage<QueueKind>('studio.queue', 'diverse');
  const classId = ref<number | null>(null);
  /** One clip at a time instead of the grid. */
  const single = useLocalStorage('studio.queue.single', false);
  const list = shallowRef<ClipList | null>(null);
  const loading = ref(false);
  const failure = shallowRef<Failure | null>(null);

  const info = computed(() => queueKinds.find((one) => one.value === kind.value) ?? queueKinds[0]!);
  const rare = computed(() => schemas.classes.find((c) => c.id === classId.value) ?? null);
  const missing = computed(() => missingFor({
    kind: info.value.value, embedded: collection.summary?.embedded ?? 1, labels: schemas.classes.reduce((sum, c) => sum + c.count, 0), classId: rare.value?.id ?? null, classLabels: rare.value?.count ?? 0, refused: failure.value?.code === 'BAD_INPUT',
  }));
  const own = computed(() => new Set(schemas.classes.map((c) => c.id)));
  const isLabelled = (clipId: number): boolean => clips.get(clipId)?.labels.some((label) => own.value.has(label.classId)) ?? false;
  const done = computed(() => list.value?.clipIds.filter(isLabelled).length ?? 0);
  const at = computed(() => (selection.current === null ? -1 : list.value?.clipIds.indexOf(selection.current) ?? -1));

  const ask = latest((schemaId: number) => client.search.queue({ kind: info.value.value, schemaId, limit, ...(kind.value === 'rare' && rare.value ? { classId: rare.value.id } : {}) }));
  /** `place`: the clip up to which the present queue is kept. `show`: the grid and J/K turn to it; else only if they are there already. */
  async function load(place: number | null, show: boolean): Promise<boolean> {
    const schema = schemas.active;
    if (!schema || (missing.value && !info.value.scores)) return false;
    loading.value = true;
    try {
      const rows = await ask(schema.id);
      if (!rows) return false;
      const fresh: ClipList = { title: info.value.label, clipIds: rows.map((row) => row.clipId), reasons: new Map(rows.map((row) => [row.clipId, row.reason])) };
      const shown = scope.list !== null && scope.list === list.value;
      list.value = mergeQueue(list.value, fresh, place);
      failure.value = null;
      clips.want(list.value.clipIds);
      if (show || shown) scope.show(list.value);
      loading.value = false;
      return true;
    } catch (error) {
      failure.value = failureFrom(error);
      if (place === null) list.value = null;
      loading.value = false;
      return false;
    }
  }
  /** A new queue from its beginning. */
  async function fill(): Promise<boolean> {
    list.value = null;
    failure.value = null;
    return load(null, true);
  }
  /** The queue continued by what is known now: what was passed or labelled stays where it is. */
  const follow = (): Promise<boolean> => load(at.value >= 0 ? selection.current : list.value?.clipIds.findLast(isLabelled) ?? null, false);
  const soon = useDebounceFn(() => void follow(), gatherMs);
  onEngineEvent((event) => {
    if (event.type === 'predictionsChanged' || event.type === 'classifiersChanged' || event.type === 'embeddingsChanged' || event.type === 'columnsChanged') void soon();
  });

  /** Opens the clip `by` places further; `false` at either end. */
  function walk(by: number): boolean {
    const to = list.value?.clipIds[at.value + by];
    if (to === undefined) return false;
    selection.open(to);
    return true;
  }
  /** Opens where work goes on: the present clip if it is in the queue, else the first without a label. */
  function enter(): void {
    if (!list.value || at.value >= 0) return;
    const first = list.value.clipIds.find((clipId) => !isLabelled(clipId)) ?? list.value.clipIds[0];
    if (first !== undefined) selection.open(first);
  }
  return { kind, classId, single, list, loading, failure, info, missing, done, at, isLabelled, fill, follow, walk, enter };
});
