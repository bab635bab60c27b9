// State of the training page: what would be trained, the run under way with its live curve, and the classifiers that came of it.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { LabelSchema } from '../../../../shared/contract/annotation.ts';
import type { Classifier } from '../../../../shared/contract/model.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import type { Failure } from '../../engine/failure.ts';
import { inOrder } from '../../../../shared/async/inOrder.ts';
import { useClassifiers } from '../../stores/classifiers.ts';
import { isActive, useJobs } from '../../stores/jobs.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useToasts } from '../../stores/toasts.ts';
import { useRuns } from './useRuns.ts';

export type Preset = Awaited<ReturnType<typeof client.finetune.presets>>[number];
export type Preview = Awaited<ReturnType<typeof client.finetune.preview>>;
export type Mode = 'multimodal' | 'audioonly' | 'videoonly';
export type Depth = 'head' | 'last' | 'full';
export interface Plan {
  mode: Mode;
  depth: Depth;
  preset: string;
  testShare: number;
  seed: number;
  epochs: number | null;
  learningRate: number | null;
  name: string;
}

export const useTraining = defineStore('training', () => {
  const [schemas, classifiers, jobs, toasts] = [useSchemas(), useClassifiers(), useJobs(), useToasts()];
  const presets = shallowRef<Preset[]>([]);
  const preview = shallowRef<Preview | null>(null);
  const plan = ref<Plan>({
    mode: 'multimodal',
    depth: 'head',
    preset: 'head',
    testShare: 0.2,
    seed: 1,
    epochs: null,
    learningRate: null,
    name: '',
  });
  const { runs, runId, run, refreshRuns } = useRuns('finetune', (error) => toasts.fail(error, 'Reading the runs'));
  const starting = ref(false);
  /** The classifier that the export dialog is open for. */
  const exporting = shallowRef<Classifier | null>(null);
  /** The classifier laid beside the chosen one. */
  const besideId = ref<number | null>(null);
  /** The classifier whose results are shown; the current one unless another was chosen. */
  const chosenId = ref<number | null>(null);

  /** Before the first answer nothing is said of what there is; when there was none, why. */
  const loaded = ref(false);
  const failure = shallowRef<Failure | null>(null);

  const job = computed(() => (run.value?.jobId ? (jobs.byId.get(run.value.jobId) ?? null) : null));
  const training = computed(
    () =>
      (run.value?.status === 'running' || run.value?.status === 'paused') &&
      (job.value === null || isActive(job.value)),
  );
  const paused = computed(() => job.value?.status === 'paused');
  const chosen = computed(
    () =>
      classifiers.list.find((one) => one.id === chosenId.value) ?? classifiers.current ?? classifiers.list[0] ?? null,
  );
  const beside = computed(
    () => classifiers.list.find((one) => one.id === besideId.value && one.id !== chosen.value?.id) ?? null,
  );

  /** A training that was started here. Its classifier is shown once it is there, also where it does not take over. */
  const awaitedRunId = ref<number | null>(null);
  watch([runs, () => classifiers.list], () => {
    const made = runs.value.find((one) => one.id === awaitedRunId.value)?.classifierId;
    if (!made || !classifiers.list.some((one) => one.id === made)) return;
    [chosenId.value, awaitedRunId.value] = [made, null];
  });

  async function guarded(doing: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toasts.fail(error, doing);
    }
  }
  /** The page stands on the screen. Counting thousands of labels after each new one would keep the engine from what people wait for. */
  const shown = ref(false);
  let due = false;
  const readPreview = inOrder(
    async (schema: LabelSchema | null) =>
      schema
        ? client.finetune.preview({ schemaId: schema.id, testShare: plan.value.testShare, seed: plan.value.seed })
        : null,
    (answer) => {
      preview.value = answer;
    },
  );
  const refreshPreview = (): Promise<void> =>
    guarded('Reading the labels', async () => {
      const schema = schemas.active;
      due = !shown.value;
      if (due) return;
      // Asked again, by the watch below, when the list of schemas is there.
      if (schema && schemas.stale) return;
      await readPreview(schema);
    });
  async function load(): Promise<void> {
    try {
      presets.value = (await client.finetune.presets()).filter((one) => one.kind === 'finetune');
      await Promise.all([refreshRuns(), refreshPreview(), classifiers.refresh()]);
      failure.value = null;
      loaded.value = true;
    } catch (error) {
      failure.value = failureFrom(error);
    }
  }
  const start = (): Promise<void> =>
    guarded('Starting the training', async () => {
      if (!schemas.active) return;
      const { mode, depth, preset, testShare, seed, epochs, learningRate, name } = plan.value;
      starting.value = true;
      try {
        const options = { testShare, ...(epochs ? { epochs } : {}), ...(learningRate ? { learningRate } : {}) };
        const started = await client.finetune.start({
          schemaId: schemas.active.id,
          mode,
          depth,
          preset,
          seed,
          options,
          ...(name.trim() ? { name: name.trim() } : {}),
        });
        [awaitedRunId.value, runId.value] = [started.runId, started.runId];
        [chosenId.value, besideId.value] = [null, null];
        await refreshRuns();
      } finally {
        starting.value = false;
      }
    });
  /** A paused training goes on where it was; one on stored embeddings, which takes a second, begins anew. */
  const pause = (): Promise<void> =>
    guarded('Pausing the training', async () => {
      if (job.value) await jobs.act(job.value, job.value.status === 'paused' ? 'resume' : 'pause');
    });
  const use = (classifier: Classifier): Promise<void> =>
    guarded('Choosing the classifier', () => classifiers.use(classifier.id));
  const stop = (): Promise<void> =>
    guarded('Stopping the training', async () => {
      if (runId.value !== null) await client.finetune.stop({ runId: runId.value });
    });

  // After every change of labels, too, the schemas are read anew.
  watch(
    () => schemas.list,
    () => void refreshPreview(),
  );
  watch(shown, () => {
    if (due) void refreshPreview();
  });
  return {
    presets,
    preview,
    plan,
    runs,
    runId,
    run,
    job,
    training,
    starting,
    chosenId,
    chosen,
    paused,
    exporting,
    loaded,
    failure,
    shown,
    besideId,
    beside,
    pause,
    load,
    refreshPreview,
    refreshRuns,
    start,
    use,
    stop,
  };
});
