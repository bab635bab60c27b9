// One subscriber's view of the event bus as an async iterator, for streamed answers.
import type { EngineEvent } from '../../shared/contract/system.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { EventBus } from '../procedures/engineContext.ts';

/** How many events may wait for a slow reader before the oldest progress messages are dropped. */
export const maxWaiting = 2000;

/** Streams that are read beside each other; each costs a little at every event. */
export const mostStreams = 1000;
const open = new WeakMap<EventBus, number>();

/** Events whose newer twin says everything the older one said: only the newest of a kind and number waits. */
function supersedes(event: EngineEvent): string | null {
  if (event.type === 'jobChanged') return `job ${event.job.id}`;
  if (event.type === 'projectionMoved') return `projection ${event.projectionId}`;
  return null;
}

/**
 * Yields events from now on until `signal` aborts. A slow reader costs no memory: what newer events supersede is
 * replaced in place, and past `maxWaiting` waiting events the reader is ended, so that it connects again and asks
 * afresh.
 */
export async function* eventStream(bus: EventBus, signal?: AbortSignal): AsyncGenerator<EngineEvent, void, void> {
  const others = open.get(bus) ?? 0;
  if (others >= mostStreams)
    throw new EngineError('CONFLICT', `${mostStreams} windows and programs follow this workspace already`, {
      hint: 'Close some of them.',
    });
  open.set(bus, others + 1);
  const waiting: EngineEvent[] = [];
  let wake: (() => void) | null = null;
  let overrun = false;
  const unsubscribe = bus.subscribe((event) => {
    const key = supersedes(event);
    const older = key === null ? -1 : waiting.findIndex((other) => supersedes(other) === key);
    if (older >= 0) waiting.splice(older, 1);
    if (waiting.length >= maxWaiting) overrun = true;
    else waiting.push(event);
    wake?.();
  });
  const stop = () => wake?.();
  signal?.addEventListener('abort', stop);
  try {
    while (!signal?.aborted) {
      const event = waiting.shift();
      if (event) {
        yield event;
        continue;
      }
      if (overrun) return;
      await new Promise<void>((resolve) => (wake = resolve));
      wake = null;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    unsubscribe();
    open.set(bus, open.get(bus)! - 1);
  }
}
