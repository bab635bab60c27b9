// Histograms and the map of sites over the collection: their columns, the ranges that the query says, and what passes meanwhile.
import { useDebounceFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { ClipFilter, ColumnName } from '../../../../shared/contract/clip.ts';
import { parseQuery } from '../../../../shared/query/parseQuery.ts';
import type { QueryTree } from '../../../../shared/query/queryTree.ts';
import { rangeOf, withRange } from '../../../../shared/query/queryRange.ts';
import { writeQuery } from '../../../../shared/query/writeQuery.ts';
import { client } from '../../engine/client.ts';
import { failureFrom, type Failure } from '../../engine/failure.ts';
import { latest } from '../../../../shared/async/latest.ts';
import { useFilter } from '../../stores/filter.ts';
import { useMetadata } from '../../stores/metadata/metadata.ts';
import { crossColumn, endText, endValue, useCrossChoices, type CrossChoice } from './crossChoices.ts';
import { CrossFilter } from './crossFilter.ts';

type Range = readonly [number, number];

function parsed(query: string | undefined): QueryTree | null {
  try {
    return parseQuery(query ?? '');
  } catch {
    return null;
  }
}
const said = (tree: QueryTree | null, { field, time }: CrossChoice): [number, number] | null => {
  const range = rangeOf(tree, field);
  return range && [endValue(range[0], time), endValue(range[1], time)];
};

/** The filter without the ranges that are drawn. */
function withoutRanges(
  { query: _query, ...others }: ClipFilter,
  tree: QueryTree | null,
  drawn: readonly CrossChoice[],
): ClipFilter {
  const left = drawn.reduce<QueryTree | null>((query, { field }) => withRange(query, field, null), tree);
  return left ? { ...others, query: writeQuery(left) } : others;
}

interface RangeChange {
  choice: CrossChoice;
  range: Range | null;
}
/** The query with other ranges, as text. */
function withRanges(tree: QueryTree | null, changes: readonly RangeChange[]): string {
  const next = changes.reduce<QueryTree | null>(
    (left, { choice: { field, time }, range }) =>
      withRange(left, field, range && [endText(range[0], time), endText(range[1], time)]),
    tree,
  );
  return next ? writeQuery(next) : '';
}

export const useCrossFilter = defineStore('crossFilter', () => {
  const [filter, metadata] = [useFilter(), useMetadata()];
  const { shown, choices, chosen, hasPlaces, drawn } = useCrossChoices();
  const cross = shallowRef<CrossFilter | null>(null);
  const loading = ref(false);
  const failure = shallowRef<Failure | null>(null);
  /** Counts up when bits change. */
  const version = ref(0);
  const tree = computed(() => parsed(filter.criteria.query));
  const rest = computed(() => withoutRanges(filter.request, tree.value, drawn.value));
  const askColumns = latest((names: ColumnName[]) => client.clips.columns({ names }));
  const askBase = latest(() => client.clips.ids({ filter: rest.value }));

  /** Ranges as the query says them. */
  function applyQuery(): void {
    for (const choice of drawn.value) cross.value?.setRange(choice.name, said(tree.value, choice));
    version.value++;
  }
  async function rebase(): Promise<void> {
    const others = Object.keys(rest.value).length > 0 ? await askBase() : { clipIds: null };
    if (!others || !cross.value) return;
    cross.value.setBase(others.clipIds ? new Set(others.clipIds) : null);
    applyQuery();
  }
  async function load(): Promise<void> {
    const names = drawn.value.map(({ name }) => name);
    loading.value = true;
    try {
      const answer = names.length > 0 ? await askColumns(names) : { clipIds: [], columns: {} };
      if (!answer) return;
      const columns = names.flatMap((name) => crossColumn(name, answer.columns[name] ?? []) ?? []);
      cross.value = new CrossFilter(Int32Array.from(answer.clipIds), columns);
      failure.value = null;
      await rebase();
    } catch (error) {
      failure.value = failureFrom(error);
    } finally {
      loading.value = false;
    }
  }
  /** While a hand moves: histograms, grid and map follow without a question to the engine. */
  function preview(name: string, range: Range | null): void {
    if (!cross.value) return;
    cross.value.setRange(name, range);
    filter.ids = cross.value.passing();
    version.value++;
  }
  /** The ranges become part of the query, as one step that undo takes back. */
  function commit(changes: readonly RangeChange[]): void {
    filter.set({ query: withRanges(tree.value, changes) });
  }
  const range = (choice: CrossChoice): [number, number] | null => said(tree.value, choice);
  const soon = useDebounceFn(() => void load(), 100);
  watch([drawn, () => metadata.version], () => void soon());
  watch(rest, () => void rebase().catch((error: unknown) => (failure.value = failureFrom(error))));
  watch(() => filter.criteria.query, applyQuery);
  return { choices, chosen, shown, cross, version, loading, failure, hasPlaces, load, preview, commit, range };
});
