import { expect, it } from 'vitest';
import { serialQueue } from '../../../../src/shared/async/serialQueue.ts';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('runs work in the order it was asked for, one at a time', async () => {
  const run = serialQueue();
  const seen: string[] = [];
  const work = (name: string, ms: number) => async () => {
    seen.push(`${name} begins`);
    await later(ms);
    seen.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all([run(work('a', 20)), run(work('b', 0)), run(work('c', 5))])).toEqual(['a', 'b', 'c']);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

it('passes a failure to its caller and goes on', async () => {
  const run = serialQueue();
  const failed = run(() => Promise.reject(new Error('no')));
  const next = run(() => Promise.resolve(2));
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe(2);
});

it('lets nothing wait once its gate is open', async () => {
  let open = (): void => {};
  const run = serialQueue(new Promise<void>((resolve) => (open = resolve)));
  void run(() => new Promise(() => {}));
  const next = run(() => Promise.resolve('ran'));
  open();
  expect(await next).toBe('ran');
});
