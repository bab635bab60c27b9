// Which two models are compared, what is known of the pair, and how it is computed. Maps and the Models panel share it.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { latest } from '../../../shared/async/latest.ts';
import type { Model } from '../../../shared/contract/model.ts';
import type { ModelComparison } from '../../../shared/contract/modelComparison.ts';
import { client } from '../engine/client.ts';
import { failureFrom } from '../engine/failure.ts';
import type { Failure } from '../engine/failure.ts';
import { onEngineEvent } from './eventRouter.ts';
import { useJobs } from './jobs.ts';
import { useLayout } from './layout.ts';
import { useModels } from './models.ts';
import { useSchemas } from './schemas.ts';

export const useModelComparison = defineStore('modelComparison', () => {
  const [jobs, layout, models, schemas] = [useJobs(), useLayout(), useModels(), useSchemas()];
  const chosen = ref<[string | null, string | null]>([null, null]);
  const result = shallowRef<ModelComparison | null>(null);
  /** Per clip of the pair: the share of neighbours that both models give it. */
  const shares = shallowRef<ReadonlyMap<number, number>>(new Map());
  const loaded = ref(false);
  const failure = shallowRef<Failure | null>(null);

  /** Models that have embedded something here: only these can be compared. */
  const candidates = computed<Model[]>(() => models.list.filter(({ clips }) => clips > 0));
  /** What was chosen, where it still can be compared; else the current model and the one that has embedded most besides. */
  const pair = computed<[Model, Model] | null>(() => {
    const named = (id: string | null): Model | undefined => candidates.value.find((model) => model.id === id);
    const byClips = [...candidates.value].sort((a, b) => Number(b.current) - Number(a.current) || b.clips - a.clips);
    const taken = chosen.value[1];
    const one = named(chosen.value[0]) ?? byClips.find(({ id }) => id !== taken);
    const other = named(taken) ?? byClips.find(({ id }) => id !== one?.id);
    return one && other && one.id !== other.id ? [one, other] : null;
  });
  const pairKey = computed(() => pair.value?.map(({ id, sets }) => `${id}:${sets[0]?.id}`).join(' ') ?? '');
  const job = computed(() => jobs.active.find(({ kind }) => kind === 'compareModels') ?? null);
  /** Clips were embedded since: the figures are of fewer. */
  const outdated = computed(
    () =>
      result.value !== null &&
      pair.value !== null &&
      Math.min(...pair.value.map(({ clips }) => clips)) > result.value.clips,
  );

  const ask = latest(async ([one, other]: readonly [Model, Model]) => {
    const found = await client.models.comparison({ modelId: one.id, otherId: other.id });
    if (!found) return { found, values: new Map<number, number>() };
    const { clipIds, columns } = await client.clips.columns({ names: ['commonNeighbours'], modelId: one.id });
    const values = columns.commonNeighbours ?? [];
    return {
      found,
      values: new Map(clipIds.flatMap((id, i) => (typeof values[i] === 'number' ? [[id, values[i]] as const] : []))),
    };
  });
  async function refresh(): Promise<void> {
    if (!pair.value) return void ([result.value, shares.value, loaded.value] = [null, new Map(), true]);
    try {
      const answer = await ask(pair.value);
      if (!answer) return;
      [result.value, shares.value, failure.value] = [answer.found, answer.values, null];
    } catch (error) {
      failure.value = failureFrom(error);
    }
    loaded.value = true;
  }
  watch(
    pairKey,
    () => {
      [result.value, shares.value, loaded.value] = [null, new Map(), false];
      void refresh();
    },
    { immediate: true },
  );
  onEngineEvent((event) => {
    if (event.type === 'columnsChanged' && event.columns.includes('commonNeighbours')) void refresh();
  });

  function choose(at: 0 | 1, modelId: string): void {
    const now = pair.value?.map(({ id }) => id) ?? [null, null];
    // Choosing the other side's model exchanges them.
    if (now[1 - at] === modelId) chosen.value = [now[1] ?? null, now[0] ?? null];
    else chosen.value = at === 0 ? [modelId, now[1] ?? null] : [now[0] ?? null, modelId];
  }
  /** Opens the comparison of a model with the current one; of the current one, with another. */
  function open(modelId?: string): void {
    const current = models.current?.id ?? null;
    if (modelId !== undefined) chosen.value = modelId === current ? [modelId, null] : [current, modelId];
    layout.showPanel('compareModels');
  }
  async function compare(): Promise<void> {
    if (!pair.value) return;
    const [one, other] = pair.value;
    const schemaId = schemas.active?.id;
    await jobs.start(
      client.models.compare({ modelId: one.id, otherId: other.id, ...(schemaId !== undefined && { schemaId }) }),
      `Comparing ${one.name} with ${other.name}`,
    );
  }
  /** A wish for the workbench: reconstructions of the two side by side. */
  const beside = shallowRef<{ modelId: string; otherId: string } | null>(null);
  function reconstruct(): void {
    if (!pair.value) return;
    beside.value = { modelId: pair.value[0].id, otherId: pair.value[1].id };
    layout.use('inspect');
    layout.showPanel('reconstruct');
  }
  return {
    candidates,
    pair,
    result,
    shares,
    loaded,
    failure,
    job,
    outdated,
    beside,
    refresh,
    choose,
    open,
    compare,
    reconstruct,
  };
});
