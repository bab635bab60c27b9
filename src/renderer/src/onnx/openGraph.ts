// A graph running in a worker of its own, as the page calls it.
import type { GraphAnswer, GraphCall, GraphTensor, OpenedGraph } from './graphMessages.ts';

export interface Graph extends OpenedGraph {
  /** @throws what the runtime says; the graph stays open */
  run(feeds: Record<string, GraphTensor>): Promise<Record<string, GraphTensor>>;
  close(): void;
}

/** Fetches the graph at `url` in a new worker and opens it there. @throws when it cannot be fetched or run here */
export async function openGraph(url: string, signal: AbortSignal): Promise<Graph> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./graphWorker.ts', import.meta.url), { type: 'module', name: 'graph' });
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  let calls = 0;
  function close(reason = 'the graph was closed'): void {
    worker.terminate();
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  }
  worker.addEventListener('message', ({ data }: MessageEvent<GraphAnswer>) => {
    const asked = waiting.get(data.call);
    waiting.delete(data.call);
    if ('error' in data) asked?.reject(new Error(data.error));
    else asked?.resolve(data.result as never);
  });
  worker.addEventListener('error', (event) => close(event.message || 'the worker of the model could not start'));
  signal.addEventListener('abort', () => close(), { once: true });
  const ask = <R>(request: GraphCall): Promise<R> => new Promise<R>((resolve, reject) => {
    const call = ++calls;
    waiting.set(call, { resolve, reject });
    worker.postMessage({ ...request, call });
  });
  try {
    const opened = await ask<OpenedGraph>({ kind: 'open', url: new URL(url, location.href).href });
    return { ...opened, run: (feeds) => ask({ kind: 'run', feeds }), close: () => close() };
  } catch (error) {
    close();
    throw error;
  }
}
