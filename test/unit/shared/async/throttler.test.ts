import { expect, test } from 'vitest';
import { throttler } from '../../../../src/shared/async/throttler.ts';

/** A queue whose runs end when told to. */
function controlled() {
  const [began, ends, aborted]: [number[], (() => void)[], number[]] = [[], [], []];
  const queue = throttler<number>(async (request, signal) => {
    began.push(request);
    signal.addEventListener('abort', () => aborted.push(request));
    await new Promise<void>((end) => ends.push(end));
  });
  const finish = async (k: number): Promise<void> => {
    ends[k]!();
    await new Promise((done) => {
      setTimeout(done);
    });
  };
  return { queue, began, aborted, finish };
}

test('one runs, the newest waits, those between are skipped', async () => {
  const { queue, began, finish } = controlled();
  for (const request of [1, 2, 3, 4]) queue.ask(request);
  expect(began).toEqual([1]);
  await finish(0);
  expect(began).toEqual([1, 4]);
  await finish(1);
  queue.ask(5);
  expect(began).toEqual([1, 4, 5]);
});

test('cancel aborts what runs, drops what waits, and frees the place', async () => {
  const { queue, began, aborted, finish } = controlled();
  queue.ask(1);
  queue.ask(2);
  queue.cancel();
  expect(aborted).toEqual([1]);
  queue.ask(3);
  queue.ask(4);
  await finish(0);
  expect(began).toEqual([1, 3]);
  await finish(1);
  expect(began).toEqual([1, 3, 4]);
});
