// Recordings with their values, page by page: of the whole collection, or of the selected clips.
import { computed, ref, shallowRef, watch } from 'vue';
import type { MetadataRow } from '../../../../shared/contract/metadata.ts';
import { client } from '../../engine/client.ts';
import { failureFrom, type Failure } from '../../engine/failure.ts';
import { useFilter } from '../../stores/filter.ts';
import { useMetadata } from '../../stores/metadata/metadata.ts';
import { useSelection } from '../../stores/selection.ts';

export type RowScope = 'all' | 'filtered' | 'selected';
const pageRows = 200;

export function useRecordingRows() {
  const [filter, metadata, selection] = [useFilter(), useMetadata(), useSelection()];
  const scope = ref<RowScope>('all');
  const total = ref(0);
  const rows = shallowRef<ReadonlyMap<number, MetadataRow>>(new Map());
  const loaded = ref(false);
  const failure = shallowRef<Failure | null>(null);
  const wanted = new Set<number>();
  /** Pages of another scope or an older state are dropped when they arrive. */
  let generation = 0;
  const clipIds = computed<number[] | null>(() => {
    if (scope.value === 'selected') return [...selection.ids];
    return scope.value === 'filtered' && filter.active ? [...filter.ids] : null;
  });

  async function load(page: number): Promise<void> {
    const mine = generation;
    wanted.add(page);
    try {
      const answer = await client.metadata.rows({
        offset: page * pageRows,
        limit: pageRows,
        ...(clipIds.value ? { clipIds: clipIds.value } : {}),
      });
      if (mine !== generation) return;
      total.value = answer.total;
      rows.value = new Map([...rows.value, ...answer.rows.map((row, i) => [page * pageRows + i, row] as const)]);
      [failure.value, loaded.value] = [null, true];
    } catch (error) {
      if (mine === generation) failure.value = failureFrom(error);
    }
  }
  function reload(): void {
    generation++;
    wanted.clear();
    rows.value = new Map();
    void load(0);
  }
  watch([clipIds, () => metadata.version], reload, { immediate: true });
  /** Fetches the pages of these rows that are not there. */
  function want(first: number, last: number): void {
    for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page++)
      if (!wanted.has(page)) void load(page);
  }
  return { scope, total, rows, loaded, failure, clipIds, want, reload };
}
