// Events of the open recording: those in view, the selected ones, and every change to them as a step of the journal.
import { useDebounceFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { EventChange, EventModality, NewEvent, TimedEvent } from '../../../../shared/contract/event.ts';
import { client } from '../../engine/client.ts';
import { latest } from '../../engine/latest.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useUndo } from '../../stores/undo.ts';
import { useRecording } from './recordingStore.ts';

/** More events in view than this are drawn as counts. */
const mostDrawn = 4000;
const densityBins = 512;

export interface Density {
  fromS: number;
  toS: number;
  classes: { classId: number; counts: number[] }[];
}

export const useEvents = defineStore('events', () => {
  const [recording, schemas, toasts, undo] = [useRecording(), useSchemas(), useToasts(), useUndo()];
  const rows = shallowRef<TimedEvent[]>([]);
  /** Counts per bin in place of single events, where there are too many in view. */
  const density = shallowRef<Density | null>(null);
  const total = ref(0);
  const complete = ref(false);
  const loading = ref(false);
  const selectedIds = ref<ReadonlySet<number>>(new Set());
  const modality = ref<EventModality>('heard');
  const value = ref<NewEvent['value']>('positive');
  /** Changes shown before the engine has confirmed them, by event id. */
  const pending = shallowRef<ReadonlyMap<number, EventChange>>(new Map());
  const shown = computed(() =>
    pending.value.size === 0 ? rows.value : rows.value.map((row) => ({ ...row, ...pending.value.get(row.id) })),
  );
  const selected = computed(() => shown.value.filter(({ id }) => selectedIds.value.has(id)));
  const schemaId = computed(() => schemas.active?.id ?? null);

  const ask = latest(
    async ({ mediaId, schema, fromS, toS }: { mediaId: number; schema: number; fromS: number; toS: number }) => {
      const filter = { mediaIds: [mediaId], schemaId: schema };
      const margin = (toS - fromS) / 2;
      const timeS: [number, number] = [Math.max(0, fromS - margin), toS + margin];
      const [page, state] = await Promise.all([
        client.events.list({ filter: { ...filter, timeS }, limit: mostDrawn }),
        client.events.recordings({ schemaId: schema, mediaIds: [mediaId] }),
      ]);
      const counts =
        page.total > mostDrawn
          ? await client.events.overview({ mediaId, startS: fromS, endS: toS, bins: densityBins, filter })
          : null;
      return { page, state, counts, fromS, toS, schema };
    },
  );

  async function refresh(): Promise<void> {
    const [media, schema] = [recording.media, schemaId.value];
    if (!media || schema === null) {
      [rows.value, density.value, total.value, complete.value] = [[], null, 0, false];
      return;
    }
    loading.value = true;
    try {
      const answer = await ask({ mediaId: media.id, schema, ...recording.view });
      if (!answer) return;
      const { page, state, counts, fromS, toS } = answer;
      rows.value = counts ? [] : page.rows;
      density.value = counts ? { fromS, toS, classes: counts.classes } : null;
      total.value = state.rows[0]?.events ?? 0;
      complete.value = state.rows[0]?.completeSchemaIds.includes(answer.schema) ?? false;
    } catch (error) {
      toasts.fail(error, 'The events of this recording could not be read');
    }
    loading.value = false;
  }
  const soon = useDebounceFn(refresh, 120, { maxWait: 400 });
  watch(
    [() => recording.media?.id, schemaId],
    () => {
      selectedIds.value = new Set();
      void refresh();
    },
    { immediate: true },
  );
  watch(
    () => recording.view,
    () => void soon(),
  );
  onEngineEvent((event) => {
    if (event.type === 'eventsChanged') {
      undo.engine = event.undo;
      const mediaId = recording.media?.id;
      if (event.mediaIds === null || (mediaId !== undefined && event.mediaIds.includes(mediaId))) void soon();
    }
  });

  /** Writes one step after all earlier ones, and remembers it for undo. Null when it failed, which has been said. */
  async function write<T extends { changed: number; undo: typeof undo.engine }>(
    text: string,
    work: () => Promise<T>,
    failure = 'The events were not saved',
  ): Promise<T | null> {
    try {
      return await undo.inTurn(async () => {
        const answer = await work();
        undo.engine = answer.undo;
        if (answer.changed > 0) undo.pushAnnotation(text, answer.undo.undoText);
        return answer;
      });
    } catch (error) {
      toasts.fail(error, failure);
      return null;
    } finally {
      await refresh();
    }
  }
  const className = (classId: number): string => schemas.classById.get(classId)?.name ?? 'event';
  const countText = (count: number): string => (count === 1 ? 'event' : `${count.toLocaleString('en')} events`);

  async function add(
    event: Pick<NewEvent, 'classId' | 'onsetS' | 'offsetS'> & Partial<NewEvent>,
  ): Promise<number | null> {
    const media = recording.media;
    if (!media) return null;
    const full: NewEvent = {
      mediaId: media.id,
      modality: modality.value,
      value: value.value,
      lowHz: null,
      highHz: null,
      annotator: null,
      ...event,
    };
    const answer = await write(`mark ${className(event.classId)}`, () => client.events.set({ events: [full] }));
    const made = answer?.ids[0] ?? null;
    if (made !== null) selectedIds.value = new Set([made]);
    return made;
  }
  async function change(changes: EventChange[], text = `change ${countText(changes.length)}`): Promise<boolean> {
    if (changes.length === 0) return false;
    pending.value = new Map([...pending.value, ...changes.map((one) => [one.id, one] as const)]);
    const answer = await write(text, () => client.events.update({ changes }));
    pending.value = new Map([...pending.value].filter(([id]) => !changes.some((one) => one.id === id)));
    return answer !== null;
  }
  const changeSelected = (fields: Omit<EventChange, 'id'>, text?: string): Promise<boolean> =>
    change(
      selected.value.map(({ id }) => ({ id, ...fields })),
      text,
    );
  async function removeSelected(): Promise<void> {
    const ids = [...selectedIds.value];
    if (ids.length === 0) return;
    selectedIds.value = new Set();
    await write(`remove ${countText(ids.length)}`, () => client.events.remove({ filter: { ids } }));
  }
  async function splitAt(atS: number): Promise<void> {
    const cut = selected.value.filter(({ onsetS, offsetS }) => offsetS !== null && atS > onsetS && atS < offsetS);
    const event = cut[0];
    if (!event) return void toasts.show('info', 'Select an event that contains the playhead to split it there.');
    await write(`split ${event.class}`, () => client.events.split({ id: event.id, atS }));
  }
  async function mergeSelected(): Promise<void> {
    const ids = [...selectedIds.value];
    if (ids.length < 2) return void toasts.show('info', 'Select two or more events of one class to merge them.');
    const answer = await write(`merge ${countText(ids.length)}`, () => client.events.merge({ ids }));
    if (answer?.ids[0] !== undefined) selectedIds.value = new Set([answer.ids[0]]);
  }
  async function setComplete(now: boolean): Promise<void> {
    const [media, schema] = [recording.media, schemaId.value];
    if (!media || schema === null) return;
    await write(now ? 'mark recording complete' : 'mark recording incomplete', () =>
      client.events.setComplete({ mediaIds: [media.id], schemaId: schema, complete: now }),
    );
  }
  function select(ids: readonly number[], mode: 'replace' | 'toggle' = 'replace'): void {
    const next = new Set(mode === 'replace' ? [] : selectedIds.value);
    for (const id of ids) if (!next.delete(id)) next.add(id);
    selectedIds.value = next;
  }
  return {
    rows,
    shown,
    density,
    total,
    complete,
    loading,
    selectedIds,
    selected,
    modality,
    value,
    schemaId,
    refresh,
    add,
    change,
    changeSelected,
    removeSelected,
    splitAt,
    mergeSelected,
    setComplete,
    select,
  };
});
