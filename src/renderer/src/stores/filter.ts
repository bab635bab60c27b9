// Which clips of the collection are asked for, in what order, and the counts beside every criterion.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { InferContractRouterOutputs } from '@orpc/contract';
import type { z } from 'zod';
import type { LabelStep } from '../../../shared/contract/annotation.ts';
import type { ClipFilter, clipSort, ScoreName } from '../../../shared/contract/clip.ts';
import type { Contract } from '../../../shared/contract/index.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { latest } from '../../../shared/async/latest.ts';
import { classDeltas, labelledDelta } from './labelDeltas.ts';
import { useSchemas } from './schemas.ts';
import { useUndo } from './undo.ts';

export type Facets = InferContractRouterOutputs<Contract>['clips']['facets'];
export type SortBy = z.infer<typeof clipSort>['by'];
type ListField =
  'badges' | 'classIds' | 'predictedClassIds' | 'rootIds' | 'kinds' | 'clusters' | 'mediaIds' | 'clipIds';

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

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
  /** The counts could not be read; the clips may stand there all the same. */
  const countFailure = shallowRef<Failure | null>(null);

  const active = computed(() => Object.keys(criteria.value).length > 0);
  const idSet = computed<ReadonlySet<number>>(() => new Set(ids.value));
  /** Criteria as the engine wants them: classes and labelled-ness belong to the active schema. */
  const request = computed<ClipFilter>(() => {
    const needsSchema =
      criteria.value.classIds || criteria.value.labelled !== undefined || criteria.value.uncertain !== undefined;
    return needsSchema && schemas.active ? { ...criteria.value, schemaId: schemas.active.id } : criteria.value;
  });

  const askIds = latest(() =>
    client.clips.ids({ filter: request.value, sort: { by: sortBy.value, descending: descending.value } }),
  );
  const askFacets = latest(() =>
    client.clips.facets({ filter: request.value, ...(schemas.active ? { schemaId: schemas.active.id } : {}) }),
  );
  /** The clips; `true` unless the engine was asked again meanwhile or could not say. */
  async function list(): Promise<boolean> {
    loading.value = true;
    try {
      const answer = await askIds();
      if (!answer) return false;
      ids.value = answer.clipIds;
      [failure.value, loaded.value, loading.value] = [null, true, false];
      return true;
    } catch (error) {
      [failure.value, loading.value] = [failureFrom(error), false];
      return false;
    }
  }
  async function count(): Promise<void> {
    try {
      facets.value = (await askFacets()) ?? facets.value;
      countFailure.value = null;
    } catch (error) {
      countFailure.value = failureFrom(error);
    }
  }
  /** The clips first: counting them by every criterion takes the engine longer, and nobody waits for that. */
  async function refresh(): Promise<void> {
    if (await list()) await count();
  }
  /**
   * Takes a step of the journal into the counts; `false` where the clips themselves depend on labels and have to be
   * asked for.
   */
  function patch(step: LabelStep): boolean {
    const { text, query, classIds, labelled, uncertain, mistaken } = criteria.value;
    if (text || query || classIds || mistaken || labelled !== undefined || uncertain !== undefined) return false;
    if (!facets.value) return true;
    const among = active.value ? (clipId: number) => idSet.value.has(clipId) : undefined;
    const own = new Set(schemas.active?.classes.map(({ id }) => id));
    const counts = new Map(facets.value.classes.map(({ value, count }) => [Number(value), count]));
    for (const [classId, delta] of classDeltas(step, among))
      if (own.has(classId)) counts.set(classId, (counts.get(classId) ?? 0) + delta);
    facets.value = {
      ...facets.value,
      labelled: facets.value.labelled + labelledDelta(step, own, among),
      classes: [...counts].map(([value, count]) => ({ value, count })),
    };
    return true;
  }
  /** Filters otherwise, as a step that undo takes back. */
  function filterBy(next: ClipFilter): void {
    const before = criteria.value;
    const show = (shown: ClipFilter) => (): void => {
      criteria.value = shown;
      void refresh();
    };
    if (JSON.stringify(before) !== JSON.stringify(next))
      useUndo().push({
        text: Object.keys(next).length ? 'change the filter' : 'clear the filter',
        kind: 'page',
        undo: show(before),
        redo: show(next),
      });
    show(next)();
  }
  function set(change: Partial<ClipFilter>): void {
    const merged = { ...criteria.value, ...change };
    filterBy(Object.fromEntries(Object.entries(merged).filter(([, value]) => !isEmpty(value))));
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
  const has = (field: ListField, value: number | string): boolean =>
    ((criteria.value[field] ?? []) as (number | string)[]).includes(value);
  const clear = (): void => filterBy({});
  function sort(by: SortBy, down: boolean): void {
    sortBy.value = by;
    descending.value = down;
    void refresh();
  }
  return {
    criteria,
    sortBy,
    descending,
    ids,
    idSet,
    facets,
    loading,
    loaded,
    failure,
    countFailure,
    active,
    request,
    list,
    count,
    refresh,
    patch,
    set,
    setScore,
    use,
    toggle,
    has,
    clear,
    sort,
  };
});
