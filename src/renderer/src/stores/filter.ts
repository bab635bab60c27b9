// Which clips of the collection are asked for, in what order, and the counts beside every criterion.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { InferContractRouterOutputs } from '@orpc/contract';
import type { z } from 'zod';
import type { ClipFilter, clipSort, ScoreName } from '../../../shared/contract/clip.ts';
import type { Contract } from '../../../shared/contract/index.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { latest } from '../engine/latest.ts';
import { useSchemas } from './schemas.ts';

export type Facets = InferContractRouterOutputs<Contract>['clips']['facets'];
export type SortBy = z.infer<typeof clipSort>['by'];
type ListField = 'badges' | 'classIds' | 'predictedClassIds' | 'rootIds' | 'kinds' | 'clusters' | 'mediaIds' | 'clipIds';

const isEmpty = (value: unknown): boolean => value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

export const useFilter = defineStore('filter', () => {
  const schemas = useSchemas();
  const criteria = shallowRef<ClipFilter>({});
  const sortBy = ref<SortBy>('id');
  const descending = ref(false);
  const ids = shallowRef<number[]>([]);
  const facets = shallowRef<Facets | null>(null);
  const loading = ref(false);
  const loaded = ref(false);
  const failure = shallowRef<Failure | null>(null);

  const active = computed(() => Object.keys(criteria.value).length > 0);
  const idSet = computed<ReadonlySet<number>>(() => new Set(ids.value));
  /** Criteria as the engine wants them: classes and labelled-ness belong to the active schema. */
  const request = computed<ClipFilter>(() => {
    const needsSchema = criteria.value.classIds || criteria.value.labelled !== undefined || criteria.value.uncertain !== undefined;
    return needsSchema && schemas.active ? { ...criteria.value, schemaId: schemas.active.id } : criteria.value;
  });

  const ask = latest(async () => Promise.all([
    client.clips.ids({ filter: request.value, sort: { by: sortBy.value, descending: descending.value } }),
    client.clips.facets({ filter: request.value, ...(schemas.active ? { schemaId: schemas.active.id } : {}) }),
  ]));
  async function refresh(): Promise<void> {
    loading.value = true;
    try {
      const answer = await ask();
      if (!answer) return;
      ids.value = answer[0].clipIds;
      facets.value = answer[1];
      failure.value = null;
      loaded.value = true;
      loading.value = false;
    } catch (error) {
      failure.value = failureFrom(error);
      loading.value = false;
    }
  }
  function set(change: Partial<ClipFilter>): void {
    const merged = { ...criteria.value, ...change };
    criteria.value = Object.fromEntries(Object.entries(merged).filter(([, value]) => !isEmpty(value)));
    void refresh();
  }
  /** Adds or removes one value of a list criterion. */
  function toggle(field: ListField, value: number | string): void {
    const before = (criteria.value[field] ?? []) as (number | string)[];
    set({ [field]: before.includes(value) ? before.filter((other) => other !== value) : [...before, value] });
  }
  /** Narrows down to a range of a score; `null` lets every value pass again. */
  function setScore(name: ScoreName, ends: [number, number] | null): void {
    const { [name]: _before, ...others } = criteria.value.scores ?? {};
    const scores = ends ? { ...others, [name]: ends } : others;
    set({ scores: Object.keys(scores).length ? scores : undefined });
  }
  /** Takes over filter and order together. */
  function use(next: ClipFilter, by: SortBy, down: boolean): void {
    [criteria.value, sortBy.value, descending.value] = [next, by, down];
    void refresh();
  }
  const has = (field: ListField, value: number | string): boolean => ((criteria.value[field] ?? []) as (number | string)[]).includes(value);
  function clear(): void {
    criteria.value = {};
    void refresh();
  }
  function sort(by: SortBy, down: boolean): void {
    sortBy.value = by;
    descending.value = down;
    void refresh();
  }
  return { criteria, sortBy, descending, ids, idSet, facets, loading, loaded, failure, active, request, refresh, set, setScore, use, toggle, has, clear, sort };
});
