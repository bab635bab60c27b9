// What the grid shows and J/K walk through: the filtered collection, or a named list of clips (a lasso, neighbours, a
// queue, a cell of a matrix).
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { useFilter } from './filter.ts';
import { useSelection } from './selection.ts';

/** `reasons`: per clip, why it is in the list, where the list knows. */
export interface ClipList {
  title: string;
  clipIds: readonly number[];
  reasons?: ReadonlyMap<number, string>;
  /** The list is about this classifier: predictions of another one are not shown beside it. */
  classifierId?: number;
}

export const useScope = defineStore('scope', () => {
  const filter = useFilter();
  const selection = useSelection();
  const list = shallowRef<ClipList | null>(null);

  const clipIds = computed<readonly number[]>(() => list.value?.clipIds ?? filter.ids);
  const title = computed(() => list.value?.title ?? (filter.active ? 'Filtered clips' : 'All clips'));
  function show(next: ClipList): void {
    list.value = next;
  }
  function showAll(): void {
    list.value = null;
  }
  /** Opens the clip `by` places further in the list; stays at its ends. */
  function walk(by: number): number | null {
    const all = clipIds.value;
    if (all.length === 0) return null;
    const at = selection.current === null ? -1 : all.indexOf(selection.current);
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    const clipId = all[to]!;
    selection.open(clipId);
    return clipId;
  }
  return { list, clipIds, title, show, showAll, walk };
});
