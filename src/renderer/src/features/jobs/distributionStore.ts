// The dialogs of distributed extraction: what was typed, what is wrong with it. Addresses are remembered, passwords are not.
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { failureFrom, failureText } from '../../engine/failure.ts';
import { client } from '../../engine/client.ts';
import { useJobs } from '../../stores/jobs.ts';
import { useLayout } from '../../stores/layout.ts';

export const useDistribution = defineStore('distribution', () => {
  const [jobs, layout] = [useJobs(), useLayout()];
  const open = ref<'start' | 'import' | null>(null);
  const addresses = useLocalStorage('studio.distribution', { store: '', queue: '', withQueue: true });
  const password = ref('');
  const precision = ref<'auto' | 'float32' | 'int8'>('auto');
  const where = ref('');
  const problem = ref<string | null>(null);
  const busy = ref(false);

  function show(which: 'start' | 'import'): void {
    [open.value, problem.value, password.value] = [which, null, ''];
  }
  function close(): void {
    [open.value, password.value] = [null, ''];
  }
  async function ask(work: () => Promise<{ jobId: number }>): Promise<void> {
    [busy.value, problem.value] = [true, null];
    try {
      const { jobId } = await work();
      await jobs.ask(jobId);
      close();
      layout.trayOpen = true;
    } catch (thrown) {
      problem.value = failureText(failureFrom(thrown));
    } finally {
      busy.value = false;
    }
  }
  const start = (): Promise<void> =>
    ask(() =>
      client.distribution.start({
        store: addresses.value.store.trim(),
        queue: addresses.value.withQueue ? addresses.value.queue.trim() : null,
        ...(password.value && { queuePassword: password.value }),
        precision: precision.value,
      }),
    );
  const importAll = (): Promise<void> =>
    ask(() =>
      client.distribution.import({
        url: addresses.value.store.trim(),
        ...(where.value.trim() && { where: where.value.trim() }),
      }),
    );
  return { open, addresses, password, precision, where, problem, busy, show, close, start, importAll };
});
