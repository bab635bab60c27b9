// The label queue: which kind, its clips with their reasons, how far one is, and a fresh continuation after every refit.
import { useDebounceFn, useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { QueueKind } from '../../../../shared/contract/queueKind.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { useClips } from '../../stores/clips.ts';
import { useCollection } from '../../stores/collection.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useLabelling } from '../../stores/labelling.ts';
import { useLayout } from '../../stores/layout.ts';
import { useSchemas } from '../../stores/schemas.ts';
import type { ClipList } from '../../stores/scope.ts';
import { useScope } from '../../stores/scope.ts';
import { useSelection } from '../../stores/selection.ts';
import { useToasts } from '../../stores/toasts.ts';
import { mergeQueue } from './mergeQueue.ts';
import { missingFor, queueKinds } from './queueKinds.ts';

const limit = 48;
const gatherMs = 700;

export const useQueue = defineStore('queue', () => {
  const [clips, collection, labelling, layout, schemas, scope, selection, toasts] = [
    useClips(),
    useCollection(),
    useLabelling(),
    useLayout(),
    useSchemas(),
    useScope(),
    useSelection(),
    useToasts(),
  ];
  const kind = useLocalStorage<QueueKind>('studio.queue', 'diverse');
  const classId = ref<number | null>(null);
  /** One clip at a time instead of the grid. */
  const single = useLocalStorage('studio.queue.single', false);
  const list = shallowRef<ClipList | null>(null);
  const loading = ref(false);
  const failure = shallowRef<Failure | null>(null);

  const info = computed(() => queueKinds.find((one) => one.value === kind.value) ?? queueKinds[0]!);
  const rare = computed(() => schemas.classes.find((c) => c.id === classId.value) ?? null);
  const missing = computed(() =>
    missingFor({
      kind: info.value.value,
      embedded: collection.summary?.embedded ?? 1,
      labels: schemas.classes.reduce((sum, c) => sum + c.count, 0),
      classId: rare.value?.id ?? null,
      classLabels: rare.value?.count ?? 0,
      refused: failure.value?.code === 'BAD_INPUT',
    }),
  );
  const own = computed(() => new Set(schemas.classes.map((c) => c.id)));
  const isLabelled = (clipId: number): boolean =>
    clips.get(clipId)?.labels.some((label) => own.value.has(label.classId)) ?? false;
  /** The moment of the labels this queue was first asked for. */
  const began = ref(0);
  /** Nothing more is asked of the clip: it has a label or, where every clip of a queue has one, was looked at and labelled since. */
  const isDone = (clipId: number): boolean =>
    info.value.ofLabelled ? labelling.saidSince(clipId, began.value) : isLabelled(clipId);
  const done = computed(() => list.value?.clipIds.filter(isDone).length ?? 0);
  const at = computed(() => (selection.current === null ? -1 : (list.value?.clipIds.indexOf(selection.current) ?? -1)));

  const ask = latest((schemaId: number) =>
    client.search.queue({
      kind: info.value.value,
      schemaId,
      limit,
      ...(kind.value === 'rare' && rare.value ? { classId: rare.value.id } : {}),
    }),
  );
  /** Where the present queue is kept up to, at the moment the new one is there: the open clip and what is selected, else the last that was labelled. */
  const place = (): number | null =>
    list.value?.clipIds.findLast((clipId) => clipId === selection.current || selection.ids.has(clipId)) ??
    list.value?.clipIds.findLast(isDone) ??
    null;

  /** `anew`: from its beginning, and the grid and J/K turn to it; else what lies behind stays, and they follow only if they are there already. */
  async function load(anew: boolean): Promise<boolean> {
    const [schema, of, asked] = [schemas.active, info.value, labelling.now()];
    if (!schema || (missing.value && !of.scores)) {
      loading.value = false;
      return false;
    }
    loading.value = true;
    try {
      const rows = await ask(schema.id);
      if (!rows || of !== info.value || schema.id !== schemas.active?.id) return false;
      if (anew) began.value = asked;
      // The engine may not have known yet of labels given while it answered; and a clip called uncertain in this sitting, which it offers again, is not asked about again.
      const open = rows.filter(
        ({ clipId }) => !labelling.saidSince(clipId, asked) && !(labelling.saidSince(clipId, 0) && isDone(clipId)),
      );
      const fresh: ClipList = {
        title: of.label,
        clipIds: open.map((row) => row.clipId),
        reasons: new Map(open.map((row) => [row.clipId, row.reason])),
      };
      const shown = scope.list !== null && scope.list === list.value;
      list.value = mergeQueue(list.value, fresh, anew ? null : place());
      failure.value = null;
      clips.want(list.value.clipIds);
      if (anew || shown) scope.show(list.value);
      loading.value = false;
      return true;
    } catch (error) {
      loading.value = false;
      // Who works through a queue keeps it.
      if (list.value) toasts.fail(error, 'Continuing the queue');
      else failure.value = failureFrom(error);
      return false;
    }
  }
  let filling: Promise<unknown> = Promise.resolve();
  /** A new queue. */
  function fill(): Promise<boolean> {
    list.value = null;
    failure.value = null;
    const work = load(true);
    filling = work;
    return work;
  }
  /** A new queue, whose first clip opens: not for one who has opened or selected something meanwhile and is at work there. */
  async function begin(): Promise<void> {
    const [open, chosen] = [selection.current, selection.ids];
    if (!(await fill())) return;
    const first = list.value?.clipIds[0];
    if (
      first !== undefined &&
      (layout.name === 'label' || single.value) &&
      selection.current === open &&
      selection.ids === chosen
    )
      selection.open(first);
  }
  /** The queue continued by what is known now: what was passed or labelled stays where it is. A queue on its way is not overtaken. */
  async function follow(): Promise<boolean> {
    await filling;
    return list.value !== null && load(false);
  }
  const soon = useDebounceFn(() => void follow(), gatherMs);
  onEngineEvent((event) => {
    if (
      event.type === 'predictionsChanged' ||
      event.type === 'classifiersChanged' ||
      event.type === 'embeddingsChanged' ||
      event.type === 'columnsChanged'
    )
      void soon();
  });

  // The list belongs to the layout it is worked through in.
  watch(
    () => layout.name,
    (now, before) => {
      if (before === 'label' && list.value !== null && scope.list === list.value) scope.showAll();
      else if (now === 'label' && list.value !== null && scope.list === null) scope.show(list.value);
    },
  );
  /** Opens the clip `by` places further; `false` at either end. */
  function walk(by: number): boolean {
    const to = list.value?.clipIds[at.value + by];
    if (to === undefined) return false;
    selection.open(to);
    return true;
  }
  /** The next clip of which something is to be said still. */
  const nextOpen = computed(() => list.value?.clipIds.find((clipId, k) => k > at.value && !isDone(clipId)));
  /** Opens where work goes on: the present clip if it is in the queue, else the first without a label. */
  function enter(): void {
    if (!list.value || at.value >= 0) return;
    const first = list.value.clipIds.find((clipId) => !isDone(clipId)) ?? list.value.clipIds[0];
    if (first !== undefined) selection.open(first);
  }
  return {
    kind,
    classId,
    single,
    list,
    loading,
    failure,
    info,
    missing,
    done,
    at,
    nextOpen,
    fill,
    begin,
    follow,
    walk,
    enter,
  };
});
