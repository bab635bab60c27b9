import { expect, test } from 'vitest';
import {
  serveHandlers,
  WorkerHandle,
  type CallContext,
  type Transport,
} from '../../../../src/engine/workers/channel.ts';

function pair(handlers: Parameters<typeof serveHandlers>[0]): Transport {
  let toWorker: (message: unknown) => void = () => undefined;
  let toHost: (message: unknown) => void = () => undefined;
  serveHandlers(handlers, {
    post: (message) => queueMicrotask(() => toHost(message)),
    listen: (listener) => {
      toWorker = listener;
    },
  });
  return {
    post: (message) => queueMicrotask(() => toWorker(message)),
    listen: (listener) => {
      toHost = listener;
    },
    onClose: () => undefined,
    kill: () => undefined,
  };
}

test('a listener that throws fails its own call, which is cancelled in the worker; others go on', async () => {
  let cancelled = false;
  const handlers = {
    train: (_: unknown, { emit, signal }: CallContext<number>) =>
      new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          cancelled = true;
          reject(new Error('cancelled'));
        });
        emit(1);
      }),
    ping: (_: unknown) => Promise.resolve('pong'),
  };
  const worker = new WorkerHandle<typeof handlers>('compute', () => pair(handlers));
  const full = Object.assign(new Error('no room left'), { code: 'SQLITE_FULL' });
  await expect(
    worker.calls.train(
      {},
      {
        onEvent: () => {
          throw full;
        },
      },
    ),
  ).rejects.toMatchObject({ code: 'DISK_FULL' });
  await new Promise(setImmediate);
  expect(cancelled).toBe(true);
  expect(await worker.calls.ping({})).toBe('pong');
});
