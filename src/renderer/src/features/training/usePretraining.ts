// State of the pretraining page: where to start from, by which recipe, and the runs with their live losses.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Model, Variant } from '../../../../shared/contract/model.ts';
import { client } from '../../engine/client.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useModels } from '../../stores/models.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useRuns } from './useRuns.ts';
import type { Preset } from './useTraining.ts';

/** `modelId: null` begins from random weights of `variant`; else the model's own variant goes on. */
export interface PretrainPlan {
  modelId: string | null;
  variant: Variant;
  size: string;
  preset: string;
  steps: number | null;
  seed: number;
  name: string;
}

export const usePretraining = defineStore('pretraining', () => {
  const [jobs, toasts] = [useJobs(), useToasts()];
  const catalogue = useModels();
  const models = computed<Model[]>(() => catalogue.list);
  const presets = shallowRef<Preset[]>([]);
  const { runs, runId, run, refreshRuns } = useRuns('pretrain', (error) => toasts.fail(error, 'Reading the runs'));
  const starting = ref(false);
  const startModel = (): string =>
    catalogue.current?.state === 'ready' && catalogue.current.hasDecoder ? catalogue.current.id : 'shipped';
  const plan = ref<PretrainPlan>({
    modelId: startModel(),
    variant: 'cav-mae',
    size: 'small',
    preset: 'small',
    steps: null,
    seed: 1,
    name: '',
  });

  const job = computed(() => (run.value?.jobId ? (jobs.byId.get(run.value.jobId) ?? null) : null));
  const underWay = computed(() => run.value?.status === 'running' || run.value?.status === 'paused');

  async function guarded(doing: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toasts.fail(error, doing);
    }
  }
  const load = (): Promise<void> =>
    guarded('Opening the pretraining page', async () => {
      presets.value = (await client.finetune.presets()).filter((one) => one.kind === 'pretrain');
      if (!presets.value.some((one) => one.id === plan.value.preset))
        plan.value.preset = presets.value[0]?.id ?? plan.value.preset;
      await Promise.all([refreshRuns(), catalogue.refresh()]);
    });
  const start = (): Promise<void> =>
    guarded('Starting the pretraining', async () => {
      const { modelId, variant, size, preset, steps, seed, name } = plan.value;
      starting.value = true;
      try {
        const started = await client.pretrain.start({
          preset,
          seed,
          // A model brings its own variant and size.
          ...(modelId ? { modelId } : { variant, size }),
          ...(steps ? { steps } : {}),
          ...(name.trim() ? { name: name.trim() } : {}),
        });
        await refreshRuns();
        runId.value = started.runId;
      } finally {
        starting.value = false;
      }
    });

  // The plan starts from the current model until another start is chosen.
  watch(startModel, (now, before) => {
    if (plan.value.modelId === before) plan.value.modelId = now;
  });
  return { models, presets, runs, runId, run, job, underWay, starting, plan, load, start };
});
