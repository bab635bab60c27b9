import { expect, it } from 'vitest';
import { latest } from '../../../../src/shared/async/latest.ts';

it('answers only the newest call, and drops errors of stale ones', async () => {
  const waiting: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const ask = latest((_: string) => new Promise<string>((resolve, reject) => waiting.push({ resolve, reject })));
  const [stale, failed, newest] = [ask('a'), ask('b'), ask('c')];
  waiting[2]!.resolve('c');
  waiting[0]!.resolve('a');
  waiting[1]!.reject(new Error('b'));
  expect(await Promise.all([stale, failed, newest])).toEqual([undefined, undefined, 'c']);
  const alone = ask('d');
  waiting[3]!.reject(new Error('d'));
  await expect(alone).rejects.toThrow('d');
});
