// State of the pretraining page: where to start from, by which recipe, and the runs with their live losses.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { EngineEvent } from '../../../../shared/contract/system.ts';
import type { Model, Run, Variant } from '../../../../shared/contract/model.ts';
import { client } from '../../engine/client.ts';
import { onEngineEvent } from '../../stores/eventRouter.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useToasts } from '../../stores/toasts.ts';
import type { Preset } from './useTraining.ts';

/** `modelId: null` begins from random weights of `variant`; else the model's own variant goes on. */
export interface PretrainPlan { modelId: string | null; variant: Variant; preset: string; steps: number | null; seed: number; name: string }

export const usePretraining = defineStore('pretraining', () => {
  const [jobs, toasts] = [useJobs(), useToasts()];
  const models = shallowRef<Model[]>([]);
  const presets = shallowRef<Preset[]>([]);
  const runs = shallowRef<Run[]>([]);
  const runId = ref<number | null>(null);
  const starting = ref(false);
  const plan = ref<PretrainPlan>({ modelId: 'shipped', variant: 'cav-mae', preset: 'small', steps: null, seed: 1, name: '' });

  const run = computed(() => runs.value.find((one) => one.id === runId.value) ?? null);
  const job = computed(() => (run.value?.jobId ? (jobs.byId.get(run.value.jobId) ?? null) : null));
  const underWay = computed(() => run.value?.status === 'running' || run.value?.status === 'paused');

  async function guarded(doing: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toasts.fail(error, doing);
    }
  }
  const refreshRuns = (): Promise<void> => guarded('Reading the runs', async () => {
    runs.value = (await client.runs.list()).filter((one) => one.kind === 'pretrain').sort((a, b) => b.id - a.id);
    runId.value ??= runs.value[0]?.id ?? null;
  });
  const refreshModels = (): Promise<void> => guarded('Reading the models', async () => { models.value = await client.models.list(); });
  const load = (): Promise<void> => guarded('Opening the pretraining page', async () => {
    presets.value = (await client.finetune.presets()).filter((one) => one.kind === 'pretrain');
    if (!presets.value.some((one) => one.id === plan.value.preset)) plan.value.preset = presets.value[0]?.id ?? plan.value.preset;
    await Promise.all([refreshRuns(), refreshModels()]);
  });
  const start = (): Promise<void> => guarded('Starting the pretraining', async () => {
    const { modelId, variant, preset, steps, seed, name } = plan.value;
    starting.value = true;
    try {
      const started = await client.pretrain.start({ variant, preset, seed, ...(modelId ? { modelId } : {}), ...(steps ? { steps } : {}), ...(name.trim() ? { name: name.trim() } : {}) });
      await refreshRuns();
      runId.value = started.runId;
    } finally {
      starting.value = false;
    }
  });

  onEngineEvent((event: EngineEvent) => {
    if (event.type === 'runProgressed') runs.value = runs.value.map((one) => (one.id === event.runId ? { ...one, curve: [...one.curve, ...event.points] } : one));
    else if (event.type === 'jobChanged' && event.job.kind === 'pretrain' && event.job.status !== 'running') void refreshRuns();
    else if (event.type === 'modelsChanged') void refreshModels();
  });
  return { models, presets, runs, runId, run, job, underWay, starting, plan, load, start };
});
