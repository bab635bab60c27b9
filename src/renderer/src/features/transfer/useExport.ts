// One export: what, as what, where to, and the files it made.
import { computed, reactive, ref, shallowRef, watch } from 'vue';
import type { LabelFormat } from '../../../../shared/contract/annotation.ts';
import type { DatasetLayout } from '../../../../shared/contract/dataset.ts';
import type { Space } from '../../../../shared/contract/model.ts';
import { client } from '../../engine/client.ts';
import { failureFrom, failureText } from '../../engine/failure.ts';
import { useClassifiers } from '../../stores/classifiers.ts';
import { useCollection } from '../../stores/collection.ts';
import { isActive, useJobs } from '../../stores/jobs.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useScope } from '../../stores/scope.ts';
import { useSelection } from '../../stores/selection.ts';
import { exportFormats, exportName } from './exportPlan.ts';
import type { ExportedThing } from './transferStore.ts';

export interface ExportForm {
  what: ExportedThing;
  format: string;
  schemaId: number | null;
  classifierId: number | null;
  spaces: Space[];
  /** Which clips: all, those the filter or list shows, or the selected ones. */
  clips: 'all' | 'shown' | 'selected';
  /** A saved view instead, for everything of a subset. */
  viewId: number | null;
  path: string;
}

export function useExport() {
  const [classifiers, collection, jobs, schemas, scope, selection] = [
    useClassifiers(),
    useCollection(),
    useJobs(),
    useSchemas(),
    useScope(),
    useSelection(),
  ];
  const form = reactive<ExportForm>({
    what: 'labels',
    format: 'csv',
    schemaId: null,
    classifierId: null,
    spaces: ['joint', 'audio', 'visual'],
    clips: 'all',
    viewId: null,
    path: '',
  });
  const busy = ref(false);
  const problem = ref<string | null>(null);
  const files = shallowRef<readonly string[] | null>(null);
  const format = computed(
    () => exportFormats[form.what].find(({ value }) => value === form.format) ?? exportFormats[form.what][0]!,
  );
  const suggested = ref('');
  watch(() => [form.what, form.format] as const, suggest);

  /** A path in the workspace's own exports folder, unless one was typed. */
  function suggest(): void {
    form.format = format.value.value;
    const own = form.path === suggested.value;
    suggested.value = `${collection.exportsFolder}/${exportName(form.what, format.value, new Date())}`;
    if (own) form.path = suggested.value;
  }
  async function open(what: ExportedThing): Promise<void> {
    Object.assign(form, {
      what,
      format: exportFormats[what][0]!.value,
      schemaId: schemas.active?.id ?? null,
      path: '',
      viewId: null,
      clips: selection.size > 0 ? 'selected' : 'all',
    });
    [files.value, problem.value, suggested.value] = [null, null, ''];
    // Before anything is waited for: a suggestion that came while a path is being typed would be written into it.
    suggest();
    form.classifierId = null;
    const choose = (): void => {
      form.classifierId ??= classifiers.current?.id ?? classifiers.list[0]?.id ?? null;
    };
    choose();
    await classifiers.refresh().catch(() => undefined);
    choose();
  }
  const clipsText = (which: ExportForm['clips']): string =>
    which === 'selected' ? `${selection.size} selected clips` : `${scope.clipIds.length} clips shown in the grid`;
  const clipsOf = (which: ExportForm['clips']): { clipIds?: number[] } =>
    which === 'all' ? {} : { clipIds: which === 'selected' ? [...selection.ids] : [...scope.clipIds] };
  async function write(): Promise<readonly string[]> {
    const path = form.path.trim();
    if (form.what === 'labels')
      return (
        await client.annotations.export({
          path,
          format: form.format as LabelFormat,
          ...(form.schemaId === null ? {} : { schemaId: form.schemaId }),
          ...clipsOf(form.clips),
        })
      ).files;
    if (form.what === 'predictions')
      return (
        await client.classifiers.exportPredictions({
          classifierId: form.classifierId!,
          path,
          format: form.format as 'csv' | 'jsonl' | 'parquet',
          ...clipsOf(form.clips),
        })
      ).files;
    if (form.what === 'dataset') {
      const only = clipsOf(form.clips).clipIds;
      const { jobId } = await client.datasets.export({
        path,
        layout: form.format as DatasetLayout,
        ...(form.viewId === null ? {} : { viewId: form.viewId }),
        ...(form.viewId === null && only ? { filter: { clipIds: only }, scope: clipsText(form.clips) } : {}),
      });
      return filesOf(jobId);
    }
    return filesOf(
      (
        await client.embeddings.export({
          path,
          format: form.format as 'npy' | 'parquet',
          spaces: form.spaces,
          ...clipsOf(form.clips),
        })
      ).jobId,
    );
  }
  /** Waits for the job's end, which events bring. */
  async function filesOf(jobId: number): Promise<readonly string[]> {
    await jobs.ask(jobId);
    await new Promise<void>((resolve) => {
      const stop = watch(
        () => jobs.byId.get(jobId),
        (job) => {
          if (!job || isActive(job)) return;
          resolve();
          setTimeout(() => stop());
        },
        { immediate: true },
      );
    });
    const job = jobs.byId.get(jobId)!;
    if (job.status !== 'done') throw new Error(job.error ?? 'the export was stopped');
    return (job.result as { files: string[] }).files;
  }
  async function run(): Promise<void> {
    [busy.value, problem.value] = [true, null];
    try {
      files.value = await write();
    } catch (error) {
      problem.value = failureText(failureFrom(error));
    } finally {
      busy.value = false;
    }
  }
  const missing = computed(() => {
    if (form.what === 'labels' && schemas.list.length === 0) return 'There are no labels yet.';
    if (form.what === 'embeddings' && !collection.summary?.embedded) return 'No clip is embedded yet.';
    if (form.what === 'predictions' && classifiers.list.length === 0)
      return 'There is no classifier yet: train one first.';
    if (form.what === 'embeddings' && form.spaces.length === 0) return 'Choose at least one space.';
    return null;
  });
  return { form, format, files, busy, problem, missing, open, run };
}
