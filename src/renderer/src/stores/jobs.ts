// Long work as the tray shows it: newest first, kept current by events.
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { Job, JobDetail } from '../../../shared/contract/job.ts';
import { client } from '../engine/client.ts';
import { useToasts } from './toasts.ts';
import { plural } from '../../../shared/plural.ts';

export const isActive = (job: Job): boolean =>
  job.status === 'queued' || job.status === 'running' || job.status === 'paused';

export const useJobs = defineStore('jobs', () => {
  const toasts = useToasts();
  const byId = shallowRef<ReadonlyMap<number, Job>>(new Map());
  const list = computed<Job[]>(() => [...byId.value.values()].sort((a, b) => b.id - a.id));
  const active = computed<Job[]>(() => list.value.filter(isActive));
  const running = computed<Job | null>(
    () => active.value.find((job) => job.status === 'running') ?? active.value[0] ?? null,
  );

  /**
   * When the engine last told of a job by itself, as a count of such moments: an answer asked for before that may be of
   * before.
   */
  const told = new Map<number, number>();
  let moment = 0;
  const isOlder = (job: Job, asked: number): boolean => (told.get(job.id) ?? 0) > asked;

  async function refresh(): Promise<void> {
    const asked = moment;
    const answer = await client.jobs.list({});
    const known = byId.value;
    byId.value = new Map(
      [...known.values()]
        .filter((job) => isOlder(job, asked))
        .concat(answer.map((job) => (isOlder(job, asked) ? known.get(job.id)! : job)))
        .map((job) => [job.id, job]),
    );
  }
  /** Takes in what the engine tells of a job by itself. */
  function receive(job: Job): void {
    told.set(job.id, ++moment);
    put(job);
  }
  /** Asks for a job, or for a change of one that is answered with it, and takes it in. */
  async function take(ask: () => Promise<Job>): Promise<void> {
    const asked = moment;
    const job = await ask();
    if (!isOlder(job, asked)) put(job);
  }
  /** An end is told once. */
  function put(job: Job): void {
    const before = byId.value.get(job.id);
    byId.value = new Map(byId.value).set(job.id, job);
    if (!before || !isActive(before) || isActive(job)) return;
    const failures = job.failures > 0 ? `, ${plural(job.failures, 'item')} failed` : '';
    if (job.status === 'failed')
      toasts.show('error', `${job.title} failed: ${job.error ?? 'no reason given'}`, {
        hint: 'Open the jobs tray to see why and try again.',
      });
    // What starts by itself and ends well is no news.
    else if (job.status === 'done' && !(job.result as { quiet?: boolean } | null)?.quiet)
      toasts.show(job.failures > 0 ? 'warning' : 'success', `${job.title}: done${failures}`);
  }
  async function act(job: Job, action: 'pause' | 'resume' | 'first' | 'cancel' | 'retry'): Promise<void> {
    try {
      await take(() => client.jobs[action]({ jobId: job.id }));
    } catch (error) {
      toasts.fail(error, job.title);
    }
  }
  const detail = (jobId: number): Promise<JobDetail> => client.jobs.get({ jobId });
  const ask = (jobId: number): Promise<void> => take(() => client.jobs.get({ jobId }));
  /** Starts work that answers with a job; errors are shown. */
  async function start(work: Promise<{ jobId: number }>, doing: string): Promise<number | null> {
    try {
      const { jobId } = await work;
      await ask(jobId);
      return jobId;
    } catch (error) {
      toasts.fail(error, doing);
      return null;
    }
  }
  return { byId, list, active, running, refresh, receive, ask, act, detail, start };
});
