// Which two models are compared, what is known of the pair, and how it is computed. Maps and the Models panel share it.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { ComputedRef } from 'vue';
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

type Pair = [Model, Model];

/** The pair of models, as chosen or as offered. */
function usePair() {
  const models = useModels();
  const chosen = ref<[string | null, string | null]>([null, null]);
  /** Models that have embedded something here: only these can be compared. */
  const candidates = computed<Model[]>(() => models.list.filter(({ clips }) => clips > 0));
  /** What was chosen, where it still can be compared; else the current model and the one that has embedded most besides. */
  const pair = computed<Pair | null>(() => {
    const named = (id: string | null): Model | undefined => candidates.value.find((model) => model.id === id);
    const byClips = [...candidates.value].sort((a, b) => Number(b.current) - Number(a.current) || b.clips - a.clips);
    const taken = chosen.value[1];
    const one = named(chosen.value[0]) ?? byClips.find(({ id }) => id !== taken);
    const other = named(taken) ?? byClips.find(({ id }) => id !== one?.id);
    return one && other && one.id !== other.id ? [one, other] : null;
  });
  function choose(at: 0 | 1, modelId: string): void {
    const now = pair.value?.map(({ id }) => id) ?? [null, null];
    // Choosing the other side's model exchanges them.
    if (now[1 - at] === modelId) chosen.value = [now[1] ?? null, now[0] ?? null];
    else chosen.value = at === 0 ? [modelId, now[1] ?? null] : [now[0] ?? null, modelId];
  }
  /** A model with the current one; the current one with another. */
  function chooseWithCurrent(modelId: string): void {
    const current = models.current?.id ?? null;
    chosen.value = modelId === current ? [modelId, null] : [current, modelId];
  }
  return { candidates, pair, choose, chooseWithCurrent };
}

/** What the engine knows of a pair. */
function useFound(pair: ComputedRef<Pair | null>) {
  const result = shallowRef<ModelComparison | null>(null);
  /** Per clip of the pair: the share of neighbours that both models give it. */
  const shares = shallowRef<ReadonlyMap<number, number>>(new Map());
  const loaded = ref(false);
  const failure = shallowRef<Failure | null>(null);

  const ask = latest(async ([one, other]: Readonly<Pair>) => {
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
    () => pair.value?.map(({ id, sets }) => `${id}:${sets[0]?.id}`).join(' ') ?? '',
    () => {
      [result.value, shares.value, loaded.value] = [null, new Map(), false];
      void refresh();
    },
    { immediate: true },
  );
  onEngineEvent((event) => {
    if (event.type === 'columnsChanged' && event.columns.includes('commonNeighbours')) void refresh();
  });
  return { result, shares, loaded, failure, refresh };
}

export const useModelComparison = defineStore('modelComparison', () => {
  const [jobs, layout, schemas] = [useJobs(), useLayout(), useSchemas()];
  const { candidates, pair, choose, chooseWithCurrent } = usePair();
  const found = useFound(pair);
  const job = computed(() => jobs.active.find(({ kind }) => kind === 'compareModels') ?? null);
  /** Clips were embedded since: the figures are of fewer. */
  const outdated = computed(
    () =>
      found.result.value !== null &&
      pair.value !== null &&
      Math.min(...pair.value.map(({ clips }) => clips)) > found.result.value.clips,
  );
  function open(modelId?: string): void {
    if (modelId !== undefined) chooseWithCurrent(modelId);
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
  /** Masks fit both only where both take the same sound and picture. */
  const reconstructable = computed(() => {
    const [one, other] = pair.value ?? [null, null];
    return (
      one !== null &&
      one.hasDecoder &&
      other.hasDecoder &&
      one.audioLength === other.audioLength &&
      one.imgSize === other.imgSize
    );
  });
  /** A wish for the workbench: reconstructions of the two side by side. */
  const beside = shallowRef<{ modelId: string; otherId: string } | null>(null);
  function reconstruct(): void {
    if (!pair.value) return;
    beside.value = { modelId: pair.value[0].id, otherId: pair.value[1].id };
    layout.use('inspect');
    layout.showPanel('reconstruct');
  }
  return { candidates, pair, ...found, job, outdated, reconstructable, beside, choose, open, compare, reconstruct };
});
