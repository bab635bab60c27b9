// Starts the queue, waits for one job with its progress shown, and says how it ended.
import { setTimeout } from 'node:timers/promises';
import type { ItemFailure } from '../../shared/contract/errors.ts';
import type { Job } from '../../shared/contract/job.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Terminal } from './command.ts';
import { createProgressView } from './jobProgress.ts';
import type { Session } from './session.ts';

const pauseMs = 15_000;

export interface FinishedJob<R> {
  job: Job;
  result: R;
  failed: ItemFailure[];
}

/** Until it is at a safe point, so that closing the engine does not find it running. */
async function pause({ client, engine }: Session, jobId: number): Promise<void> {
  await client.jobs.pause({ jobId }).catch(() => null); // it ended in the same moment
  const giveUpAt = Date.now() + pauseMs;
  while (engine.context.jobs.get(jobId)?.status === 'running' && Date.now() < giveUpAt) await setTimeout(20);
}

/** All failed items of a job, page by page. */
async function failuresOf({ client }: Session, jobId: number): Promise<ItemFailure[]> {
  const all: ItemFailure[] = [];
  for (;;) {
    const { items, failures } = await client.jobs.get({ jobId, offset: all.length });
    all.push(...items);
    if (items.length === 0 || all.length >= failures) return all;
  }
}

/**
 * Ctrl+C pauses the job, so that `cavmae jobs resume` continues it.
 * @throws CANCELLED when it was stopped, the job's own error when it failed.
 */
export async function runJob<R>(session: Session, terminal: Terminal, jobId: number): Promise<FinishedJob<R>> {
  const { context } = session.engine;
  const view = createProgressView(terminal);
  const unsubscribe = context.events.subscribe((event) => {
    // Whatever runs is shown: jobs left from an earlier run go first.
    if (event.type === 'jobChanged') view.show(event.job);
    if (event.type === 'notice') terminal.err(`${event.message}${event.hint ? ` ${event.hint}` : ''}\n`);
  });
  const stopped = new Promise<null>((resolve) =>
    session.signal.addEventListener('abort', () => resolve(null), { once: true }),
  );
  try {
    session.engine.startJobs();
    const settled = session.signal.aborted ? null : await Promise.race([context.jobs.settled(jobId), stopped]);
    if (!settled) {
      await pause(session, jobId);
      throw new EngineError('CANCELLED', `stopped; continue with: cavmae jobs resume ${jobId}`);
    }
    const items = await failuresOf(session, jobId);
    if (settled.status === 'cancelled') throw new EngineError('CANCELLED', `job ${jobId} was cancelled`);
    if (settled.status === 'failed')
      throw (
        session.engine.jobError(jobId) ??
        new EngineError('INTERNAL', settled.error ?? 'the job failed without a reason')
      );
    return { job: settled, result: settled.result as R, failed: items };
  } finally {
    unsubscribe();
    view.end();
  }
}

/** The same, and what follows from it by itself (embedding, map, predictions): the command is done when they are. */
export async function runJobAndFollowers<R>(
  session: Session,
  terminal: Terminal,
  jobId: number,
): Promise<FinishedJob<R>> {
  const finished = await runJob<R>(session, terminal, jobId);
  const failed = [...finished.failed];
  for (;;) {
    const waiting = await session.client.jobs.list({ active: true, limit: 500 });
    const next = waiting.filter((job) => job.id > jobId && job.status !== 'paused').toSorted((a, b) => a.id - b.id)[0];
    if (!next) return { ...finished, failed };
    failed.push(...(await runJob(session, terminal, next.id)).failed);
  }
}
