// A model's graphs running in a worker of their own, as the page calls them.
import { GpuFailure } from './graphMessages.ts';
import type { GraphAnswer, GraphCall, GraphCompute, GraphTensor, OpenedGraph } from './graphMessages.ts';

export interface Graph extends OpenedGraph {
  /**
   * Runs the graph that was opened under that name.
   * @throws what the runtime says (the graph stays open); GpuFailure where it was the graphics adapter
   */
  run(part: string, feeds: Record<string, GraphTensor>): Promise<Record<string, GraphTensor>>;
  /** Resolves with the reason when the graphics adapter is gone; the graph is closed then. Never otherwise. */
  lost: Promise<string>;
  close(): void;
}

/**
 * Fetches the graphs at `urls` in a new worker and opens them there.
 * @throws when one cannot be fetched or run here; GpuFailure where wasm may do
 */
export async function openGraph(
  urls: Record<string, string>,
  compute: GraphCompute,
  signal: AbortSignal,
): Promise<Graph> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./graphWorker.ts', import.meta.url), { type: 'module', name: 'graph' });
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>();
  let calls = 0;
  let closed: Error | null = null;
  function close(error = new Error('the graph was closed')): void {
    closed ??= error;
    worker.terminate();
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }
  worker.addEventListener('message', ({ data }: MessageEvent<GraphAnswer>) => {
    if ('lost' in data) {
      close(new GpuFailure(data.lost));
      lose(data.lost);
      return;
    }
    const asked = waiting.get(data.call);
    waiting.delete(data.call);
    if ('error' in data) asked?.reject(data.gpu ? new GpuFailure(data.error) : new Error(data.error));
    else asked?.resolve(data.result as never);
  });
  worker.addEventListener('error', (event) =>
    close(new Error(event.message || 'the worker of the model could not start')),
  );
  signal.addEventListener('abort', () => close(), { once: true });
  const ask = <R>(request: GraphCall): Promise<R> =>
    new Promise<R>((resolve, reject) => {
      if (closed) throw closed;
      const call = ++calls;
      waiting.set(call, { resolve, reject });
      worker.postMessage({ ...request, call });
    });
  try {
    const opened = await ask<OpenedGraph>({
      kind: 'open',
      urls: Object.fromEntries(Object.entries(urls).map(([part, url]) => [part, new URL(url, location.href).href])),
      compute,
    });
    return { ...opened, run: (part, feeds) => ask({ kind: 'run', part, feeds }), lost, close: () => close() };
  } catch (error) {
    close();
    throw error;
  }
}
