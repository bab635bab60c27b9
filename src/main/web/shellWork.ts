// How far the jobs of a workspace are, for the dock or task bar: told when it changes, at most a few times a second.
import type { Engine } from '../../engine/host/engine.ts';
import type { Job } from '../../shared/contract/job.ts';
import type { EngineMessage } from '../../shared/shellMessages.ts';

type Work = Extract<EngineMessage, { type: 'work' }>;
const everyMs = 250;

/** Jobs of unknown length count as begun: the bar then shows that something is under way, not how far it is. */
export function workOf(jobs: readonly Pick<Job, 'status' | 'done' | 'total'>[]): Work {
  const running = jobs.filter((job) => job.status === 'running');
  const shares = running.flatMap(({ done, total }) => (total ? [Math.min(1, done / total)] : []));
  const known = shares.length === running.length && running.length > 0;
  return {
    type: 'work',
    running: running.length,
    progress: known ? shares.reduce((sum, share) => sum + share, 0) / shares.length : null,
  };
}

/** Returns its end. */
export function shellWork({ context: { events, jobs } }: Engine, send: (work: Work) => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  let last = '';
  const tell = (): void => {
    timer = null;
    const work = workOf(jobs.list({ active: true }));
    if (JSON.stringify(work) === last) return;
    last = JSON.stringify(work);
    send(work);
  };
  tell();
  const forget = events.subscribe((event) => {
    if (event.type === 'jobChanged') timer ??= setTimeout(tell, everyMs);
  });
  return () => {
    forget();
    if (timer) clearTimeout(timer);
  };
}
