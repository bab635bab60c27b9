// The table of events over the whole collection: filter, order, and pages fetched as they are scrolled to.
import { useDebounceFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { EventFilter, EventSort, TimedEvent } from '../../../../../shared/contract/event.ts';
import { client } from '../../../engine/client.ts';
import { onEngineEvent } from '../../../stores/eventRouter.ts';
import { useLayout } from '../../../stores/layout.ts';
import { useToasts } from '../../../stores/toasts.ts';
import { useEvents } from '../eventsStore.ts';

const pageRows = 200;
/** Pages kept in memory: 1,000,000 events are scrolled through without holding them. */
const mostPages = 40;

export const useEventList = defineStore('eventList', () => {
  const [events, layout, toasts] = [useEvents(), useLayout(), useToasts()];
  const criteria = ref<Omit<EventFilter, 'schemaId'>>({});
  const sort = ref<EventSort>({ by: 'time', descending: false });
  const total = ref(0);
  const pages = shallowRef<ReadonlyMap<number, TimedEvent[]>>(new Map());
  const wanted = new Set<number>();
  /** Pages of an older filter or state of the events are dropped when they arrive. */
  let generation = 0;
  const filter = computed<EventFilter>(() => ({
    ...criteria.value,
    ...(events.schemaId === null ? {} : { schemaId: events.schemaId }),
  }));

  async function load(page: number): Promise<void> {
    const mine = generation;
    wanted.add(page);
    try {
      const answer = await client.events.list({
        filter: filter.value,
        sort: sort.value,
        offset: page * pageRows,
        limit: pageRows,
      });
      if (mine !== generation) return;
      total.value = answer.total;
      const kept = [...pages.value].filter(([number]) => number !== page).slice(-(mostPages - 1));
      pages.value = new Map([...kept, [page, answer.rows]]);
    } catch (error) {
      if (mine === generation) toasts.fail(error, 'The events could not be listed');
    } finally {
      if (mine === generation) wanted.delete(page);
    }
  }
  /** The row, or undefined while its page is on its way. */
  function row(index: number): TimedEvent | undefined {
    return pages.value.get(Math.floor(index / pageRows))?.[index % pageRows];
  }
  /** Fetches the pages of these rows that are not there. */
  function want(first: number, last: number): void {
    for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page++)
      if (!pages.value.has(page) && !wanted.has(page)) void load(page);
  }
  function reload(): void {
    generation++;
    wanted.clear();
    pages.value = new Map();
    void load(0);
  }
  const soon = useDebounceFn(reload, 200, { maxWait: 1000 });
  watch([filter, sort], reload, { deep: true, immediate: true });
  onEngineEvent((event) => {
    if (event.type === 'eventsChanged' || event.type === 'schemasChanged') void soon();
  });
  function showIds(ids: readonly number[]): void {
    criteria.value = { ids: [...ids] };
    layout.showPanel('eventList');
  }
  return { criteria, sort, total, filter, pages, row, want, reload, showIds };
});
