import { expect, it, vi } from 'vitest';
import { lastOf } from '../../../../../../src/renderer/src/features/inspect/pageModel/lastOf.ts';

it('makes anew for another object or another key, and keeps the last of each object', () => {
  const make = vi.fn((of: { n: number }, key: number) => ({ sum: of.n + key }));
  const sumOf = lastOf(make);
  const [one, two] = [{ n: 1 }, { n: 10 }];
  const first = sumOf(one, 5);
  expect([first.sum, sumOf(two, 5).sum]).toEqual([6, 15]);
  expect(sumOf(one, 5)).toBe(first);
  expect(make).toHaveBeenCalledTimes(2);
  expect([sumOf(one, 6).sum, sumOf(one, 5).sum]).toEqual([7, 6]);
  expect(make).toHaveBeenCalledTimes(4);
});
