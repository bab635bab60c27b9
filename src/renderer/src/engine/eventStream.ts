// The engine's events, for as long as the window lives: reconnects with growing pauses and says when it does.
import type { EngineEvent } from '../../../shared/contract/system.ts';

export interface EventStreamOptions {
  /** Opens one stream, e.g. `client.system.events`. */
  open: (signal: AbortSignal) => Promise<AsyncIterable<EngineEvent>>;
  onEvent: (event: EngineEvent) => void;
  /** `true` once a stream is open (again), `false` when it broke. */
  onConnection: (connected: boolean) => void;
  /** The host answers, and no longer knows this window: it was started again, or the session ended. Reading stops. */
  onRefused?: () => void;
  pause?: (ms: number) => Promise<void>;
}

const wait = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms);
  });

const isUnauthorized = (thrown: unknown): boolean => {
  const { code, status } = (thrown ?? {}) as { code?: unknown; status?: unknown };
  return code === 'UNAUTHORIZED' || status === 401;
};

/** Starts reading; the returned function stops it for good. */
export function readEvents({ open, onEvent, onConnection, onRefused, pause = wait }: EventStreamOptions): () => void {
  const stop = new AbortController();
  void (async () => {
    let failures = 0;
    while (!stop.signal.aborted) {
      try {
        const stream = await open(stop.signal);
        failures = 0;
        onConnection(true);
        for await (const event of stream) {
          if (stop.signal.aborted) return;
          onEvent(event);
        }
      } catch (thrown) {
        if (onRefused && isUnauthorized(thrown)) {
          onConnection(false);
          return onRefused();
        }
        // Told through onConnection: the window shows that it is reconnecting.
      }
      if (stop.signal.aborted) return;
      onConnection(false);
      await pause(Math.min(8000, 500 * 2 ** failures++));
    }
  })();
  return () => stop.abort();
}
