import { describe, expect, it } from 'vitest';
import { isBetterFounded } from '../../../../../src/engine/procedures/classifiers/betterFounded.ts';

const inUse = (testCount: number, change: object = {}) =>
  ({ schemaId: 1, stale: false, metrics: { testCount }, ...change }) as never;
const made = (testCount: number) => ({ schemaId: 1, metrics: { testCount } });

describe('the classifier in use', () => {
  it('stays where the new one was measured on a handful of clips', () => {
    expect(isBetterFounded(inUse(29), made(2))).toBe(true);
    expect(isBetterFounded(inUse(29), made(9))).toBe(true);
  });
  it('gives way to one measured on enough, or where it rests on as little itself', () => {
    expect(isBetterFounded(inUse(29), made(12))).toBe(false);
    expect(isBetterFounded(inUse(8), made(3))).toBe(false);
    expect(isBetterFounded(inUse(12), made(8))).toBe(false);
    expect(isBetterFounded(null, made(2))).toBe(false);
  });
  it('gives way where it answers another question or is stale', () => {
    expect(isBetterFounded(inUse(29, { schemaId: 2 }), made(2))).toBe(false);
    expect(isBetterFounded(inUse(29, { stale: true }), made(2))).toBe(false);
  });
});
