import { expect, test } from 'vitest';
import { WorkerHandle, serveHandlers, type Transport } from '../../../../../src/engine/workers/channel.ts';
import { fileLimitS, MediaGate } from '../../../../../src/engine/procedures/inputs/mediaGate.ts';

/** A worker in this process that dies with everything in it when asked to decode `poison`, and never answers `hang`. */
function frailWorker() {
  let starts = 0;
  const start = (): Transport => {
    starts++;
    let dead = false;
    let close: (reason: string) => void = () => undefined;
    const die = (reason: string) => {
      if (dead) return;
      dead = true;
      close(reason);
    };
    let toWorker: (message: unknown) => void = () => undefined;
    let toHost: (message: unknown) => void = () => undefined;
    queueMicrotask(() =>
      serveHandlers(
        {
          prepare: async ({ path }: { path: string }) => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            if (path === 'poison') die('killed by SIGSEGV');
            if (path === 'hang' || path === 'poison') await new Promise(() => undefined);
            return path.toUpperCase();
          },
        },
        {
          post: (message) => {
            if (!dead) queueMicrotask(() => toHost(message));
          },
          listen: (listener) => {
            toWorker = listener;
          },
        },
      ),
    );
    return {
      post: (message) =>
        setTimeout(() => {
          if (!dead) toWorker(message);
        }),
      listen: (listener) => {
        toHost = listener;
      },
      onClose: (listener) => {
        close = listener;
      },
      kill: () => {
        dead = true;
      },
    };
  };
  const worker = new WorkerHandle('media', start);
  return { gate: new MediaGate(worker as never), starts: () => starts };
}

const prepare = (gate: MediaGate, path: string, limitS = 5, signal = new AbortController().signal) =>
  gate.call(path, limitS, signal, (calls, own) =>
    (calls as unknown as { prepare(input: object, options: object): Promise<string> }).prepare(
      { path },
      { signal: own },
    ),
  );

test('a crash costs the file that causes it, not those beside it', async () => {
  const { gate, starts } = frailWorker();
  const outcomes = await Promise.allSettled(['a', 'b', 'poison', 'c'].map((path) => prepare(gate, path)));
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason))).toMatchObject([
    'A',
    'B',
    { code: 'DECODE_FAILED', message: expect.stringContaining('crashed'), detail: { path: 'poison' } },
    'C',
  ]);
  expect(starts()).toBeGreaterThan(1);
  expect(await prepare(gate, 'later')).toBe('LATER');
});

test('a hang is ended after its time, and named', async () => {
  const { gate } = frailWorker();
  const [hung, beside] = await Promise.allSettled([prepare(gate, 'hang', 0.05), prepare(gate, 'beside')]);
  expect(hung).toMatchObject({
    reason: { code: 'DECODE_FAILED', message: expect.stringContaining('took longer'), detail: { path: 'hang' } },
  });
  expect(beside).toMatchObject({ value: 'BESIDE' });
});

test("the caller's own stop is no fault of the file", async () => {
  const { gate } = frailWorker();
  await expect(prepare(gate, 'a', 5, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('large files may take longer', () => {
  expect(fileLimitS(0, {})).toBe(60);
  expect(fileLimitS(2000 * 1024 ** 2, {})).toBe(160);
  expect(fileLimitS(0, { CAVMAE_FILE_LIMIT_S: '5' })).toBe(5);
});
