// What is about to be imported: paths, files on their way up, and the options.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Job } from '../../../../shared/contract/job.ts';
import { bridge } from '../../engine/bridge.ts';
import { client } from '../../engine/client.ts';
import { failureFrom } from '../../engine/failure.ts';
import { useCollection } from '../../stores/collection.ts';
import { useJobs } from '../../stores/jobs.ts';
import { uploadFile } from '../../engine/uploadFile.ts';

export interface Upload {
  name: string;
  sizeBytes: number;
  sentBytes: number;
  state: 'waiting' | 'sending' | 'sent' | 'failed';
  reason: string | null;
}

export const useImport = defineStore('import', () => {
  const [collection, jobs] = [useCollection(), useJobs()];
  const open = ref(false);
  const paths = ref<string[]>([]);
  const options = useLocalStorage(
    'studio.import',
    { windowS: 10, hopS: 10, folderLabels: false, embed: true, watch: false },
    { mergeDefaults: true },
  );
  const uploads = shallowRef<Upload[]>([]);
  const sending = computed(() => uploads.value.some((one) => one.state === 'sending' || one.state === 'waiting'));
  const ownJobs = new Set<number>();
  const reported = shallowRef<Job | null>(null);
  let stop = new AbortController();

  function add(more: readonly string[]): void {
    paths.value = [...new Set([...paths.value, ...more])];
  }
  const removePath = (path: string): void => {
    paths.value = paths.value.filter((one) => one !== path);
  };
  const change = (i: number, what: Partial<Upload>): void => {
    uploads.value = uploads.value.map((one, at) => (at === i ? { ...one, ...what } : one));
  };

  /** Takes dropped or chosen files: by their real paths where the shell knows them, else sent one by one. */
  async function take(files: readonly File[]): Promise<void> {
    open.value = true;
    const { pathForFile } = bridge();
    if (pathForFile) return add(files.map((file) => pathForFile(file)).filter(Boolean));
    const limit = collection.capabilities?.maxUploadBytes ?? Infinity;
    const start = uploads.value.length;
    uploads.value = [
      ...uploads.value,
      ...files.map((file): Upload => ({
        name: file.webkitRelativePath || file.name,
        sizeBytes: file.size,
        sentBytes: 0,
        state: 'waiting',
        reason: null,
      })),
    ];
    for (const [k, file] of files.entries()) {
      const i = start + k;
      if (stop.signal.aborted) break;
      if (file.size > limit) {
        change(i, {
          state: 'failed',
          reason: 'too large to send; import it from its folder on the machine that runs the engine',
        });
        continue;
      }
      change(i, { state: 'sending' });
      try {
        add([await uploadFile(file, (sentBytes) => change(i, { sentBytes }), stop.signal)]);
        change(i, { state: 'sent', sentBytes: file.size });
      } catch (error) {
        change(i, { state: 'failed', reason: failureFrom(error).message });
      }
    }
  }
  async function start(): Promise<void> {
    const jobId = await jobs.start(client.collection.import({ paths: paths.value, ...options.value }), 'Importing');
    if (jobId === null) return;
    ownJobs.add(jobId);
    reset();
    // A short one may have ended before its number was known here.
    tellEnds(jobs.list);
  }
  function reset(): void {
    stop.abort();
    stop = new AbortController();
    [open.value, paths.value, uploads.value] = [false, [], []];
  }
  // The report of an import begun here opens when something in it failed.
  function tellEnds(list: readonly Job[]): void {
    for (const job of list) {
      if (!ownJobs.has(job.id) || job.status === 'queued' || job.status === 'running' || job.status === 'paused')
        continue;
      ownJobs.delete(job.id);
      if (job.failures > 0 || job.status === 'failed') reported.value = job;
    }
  }
  watch(() => jobs.list, tellEnds);
  return { open, paths, options, uploads, sending, reported, add, removePath, take, start, reset };
});
