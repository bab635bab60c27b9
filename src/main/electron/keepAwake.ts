// While jobs run the machine does not fall asleep by itself (the screen may); put to sleep by hand, jobs go on when it wakes.
import { powerSaveBlocker } from 'electron';
import type { Engine } from '../../engine/host/engine.ts';

/** Watches one engine's jobs. Returns its end. */
export function keepAwake({ context: { events, jobs } }: Engine): () => void {
  let blocker: number | null = null;
  const release = (): void => {
    if (blocker !== null) powerSaveBlocker.stop(blocker);
    blocker = null;
  };
  const forget = events.subscribe((event) => {
    if (event.type !== 'jobChanged') return;
    const busy =
      event.job.status === 'running' || jobs.list({ active: true }).some(({ status }) => status === 'running');
    if (!busy) release();
    else blocker ??= powerSaveBlocker.start('prevent-app-suspension');
  });
  return () => {
    forget();
    release();
  };
}
