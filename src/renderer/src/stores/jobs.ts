// Long work as the tray shows it: newest first, kept current by events.
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Job, JobDetail } from '../../../shared/contract/job.ts';
import { client } from '../engine/client.ts';
import { useToasts } from './toasts.ts';
import { plural } from '../components/plural.ts';

export const isActive = (job: Job): boolean => job.status === 'queued' || job.status === 'running' || job.status === 'paused';

export const useJobs = defineStore('jobs', () => {
  const toasts = useToasts();
  const byId = shallowRef<ReadonlyMap<number, Job>>(new Map());
  const list = computed<Job[]>(() => [...byId.value.values()].sort((a, b) => b.id - a.id));
  const active = computed<Job[]>(() => list.value.filter(isActive));
  const running = computed<Job | null>(() => active.value.find((job) => job.status === 'running') ?? active.value[0] ?? null);

  async function refresh(): Promise<void> {
    byId.value = new Map((await client.jobs.list({})).map((job) => [job.id, job]));
  }
  /** Takes a changed job in; an end is told once. */
  function receive(job: Job): void {
    const before = byId.value.get(job.id);
    byId.value = new Map(byId.value).set(job.id, job);
    if (!before || !isActive(before) || isActive(job)) return;
    const failures = job.failures > 0 ? `, ${plural(job.failures, 'item')} failed` : '';
    if (job.status === 'failed') toasts.show('error', `${job.title} failed: ${job.error ?? 'no reason given'}`, { hint: 'Open the jobs tray to see why and try again.' });
    // What starts by itself and ends well is no news.
    else if (job.status === 'done' && !(job.result as { quiet?: boolean } | null)?.quiet) toasts.show(job.failures > 0 ? 'warning' : 'success', `${job.title}: done${failures}`);
  }
  async function act(job: Job, action: 'pause' | 'resume' | 'first' | 'cancel' | 'retry'): Promise<void> {
    try {
      receive(await client.jobs[action]({ jobId: job.id }));
    } catch (error) {
      toasts.fail(error, job.title);
    }
  }
  const detail = (jobId: number): Promise<JobDetail> => client.jobs.get({ jobId });
  /** Starts work that answers with a job; errors are shown. */
  async function start(work: Promise<{ jobId: number }>, doing: string): Promise<number | null> {
    try {
      const { jobId } = await work;
      receive(await client.jobs.get({ jobId }));
      return jobId;
    } catch (error) {
      toasts.fail(error, doing);
      return null;
    }
  }
  return { byId, list, active, running, refresh, receive, act, detail, start };
});
