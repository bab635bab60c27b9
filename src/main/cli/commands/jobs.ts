// cavmae jobs: the persistent queue.
import type { Command } from 'commander';
import { session, type Answer, type Terminal } from '../command.ts';
import { integer } from '../optionTypes.ts';
import { runJob } from '../runJob.ts';
import { table } from '../table.ts';
import type { Job } from '../../../shared/contract/job.ts';
import type { Session } from '../session.ts';

const listed = (jobs: readonly Job[]): Answer => ({
  document: jobs,
  text:
    jobs.length === 0
      ? 'No jobs.'
      : table(
          ['id', 'kind', 'status', 'done', 'of', 'failed', 'title'],
          jobs.map((job) => [job.id, job.kind, job.status, job.done, job.total, job.failures, job.title]),
        ),
});

/** Continues jobs to their end, in order; what stays queued of a killed run counts as stopped. */
async function resume(opened: Session, terminal: Terminal, jobId: number | undefined): Promise<Answer> {
  const { client } = opened;
  const all = await client.jobs.list({ limit: 500 });
  const waiting =
    jobId === undefined
      ? all.filter((job) => ['queued', 'running', 'paused'].includes(job.status)).toSorted((a, b) => a.id - b.id)
      : [await client.jobs.get({ jobId })];
  const ended: Job[] = [];
  for (const job of waiting) {
    if (job.status === 'paused') await client.jobs.resume({ jobId: job.id });
    if (job.status === 'failed' || job.status === 'cancelled') await client.jobs.retry({ jobId: job.id });
    if (job.status !== 'done') ended.push((await runJob(opened, terminal, job.id)).job);
  }
  return { ...listed(ended), exitCode: ended.some((job) => job.failures > 0) ? 1 : 0 };
}

export function addJobsCommands(program: Command, terminal: Terminal): void {
  const jobs = program.command('jobs').description('the persistent queue');
  session<{ active?: boolean; limit: number }, []>(
    jobs
      .command('list')
      .description('jobs, newest first')
      .option('--active', 'only those not ended')
      .option('--limit <n>', 'at most so many', integer(1, 500), 100),
    terminal,
    {
      writes: false,
      run: async ({ client }, options) =>
        listed(await client.jobs.list({ active: options.active ?? false, limit: options.limit })),
    },
  );
  session<object, [number | undefined]>(
    jobs
      .command('resume')
      .description('continue a job, or all that were stopped')
      .argument('[job]', 'its number', integer(1)),
    terminal,
    {
      writes: true,
      run: (opened, _, jobId) => resume(opened, terminal, jobId),
    },
  );
  session<object, [number]>(
    jobs
      .command('first')
      .description('let a waiting job go before all others')
      .argument('<job>', 'its number', integer(1)),
    terminal,
    {
      writes: true,
      run: async ({ client }, _, jobId) => listed([await client.jobs.first({ jobId })]),
    },
  );
  session<object, [number]>(
    jobs
      .command('cancel')
      .description('give a job up; what it stored stays')
      .argument('<job>', 'its number', integer(1)),
    terminal,
    {
      writes: true,
      run: async ({ client }, _, jobId) => listed([await client.jobs.cancel({ jobId })]),
    },
  );
}
