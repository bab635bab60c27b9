// A graph running in a worker of its own, as the page calls it.
import { GpuFailure } from './graphMessages.ts';
import type { GraphAnswer, GraphCall, GraphCompute, GraphTensor, OpenedGraph } from './graphMessages.ts';

export interface Graph extends OpenedGraph {
  /** @throws what the runtime says (the graph stays open); GpuFailure where it was the graphics adapter */
  run(feeds: Record<string, GraphTensor>): Promise<Record<string, GraphTensor>>;
  /** Resolves with the reason when the graphics adapter is gone; the graph is closed then. Never otherwise. */
  lost: Promise<string>;
  close(): void;
}

/** Fetches the graph at `url` in a new worker and opens it there. @throws when it cannot be fetched or run here; GpuFailure where wasm may do */
export async function openGraph(url: string, compute: GraphCompute, signal: AbortSignal): Promise<Graph> {
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
  worker.addEventListener('error', (event) => close(new Error(event.message || 'the worker of the model could not start')));
  signal.addEventListener('abort', () => close(), { once: true });
  const ask = <R>(request: GraphCall): Promise<R> => new Promise<R>((resolve, reject) => {
    if (closed) throw closed;
    const call = ++calls;
    waiting.set(call, { resolve, reject });
    worker.postMessage({ ...request, call });
  });
  try {
    const opened = await ask<OpenedGraph>({ kind: 'open', url: new URL(url, location.href).href, compute });
    return { ...opened, run: (feeds) => ask({ kind: 'run', feeds }), lost, close: () => close() };
  } catch (error) {
    close();
    throw error;
  }
}
