import { describe, expect, it } from 'vitest';
import { auditSample } from '../../../../../src/renderer/src/features/learning/auditSample.ts';
import { wilson } from '../../../../../src/renderer/src/components/wilson.ts';

describe('the Wilson interval', () => {
  it('gives the published values', () => {
    // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (const [yes, n, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilson(yes, n)!;
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });
  it('is unsure after twelve of twelve, and silent without answers', () => {
    expect(wilson(12, 12)).toMatchObject({ share: 1, high: 1, low: expect.closeTo(0.7575, 3) });
    expect(wilson(0, 0)).toBeNull();
  });
});

describe('the audit sample', () => {
  const ids = Array.from({ length: 300 }, (_, i) => 1000 + i);
  it('is the same for a seed, another for the next, without repeats', () => {
    expect(auditSample(ids, 12, 1)).toEqual(auditSample([...ids].reverse(), 12, 1));
    expect(auditSample(ids, 12, 2)).not.toEqual(auditSample(ids, 12, 1));
    expect(new Set(auditSample(ids, 12, 1)).size).toBe(12);
    expect(auditSample(ids.slice(0, 5), 12, 1)).toHaveLength(5);
  });
  it('keeps the checked clips that are still candidates when the cut moves', () => {
    const wide = auditSample(ids, 12, 7);
    const narrow = ids.slice(0, 200);
    const kept = wide.filter((clipId) => narrow.includes(clipId));
    expect(kept.length).toBeGreaterThan(0);
    expect(auditSample(narrow, 12, 7).slice(0, kept.length)).toEqual(kept);
  });
  it('favours no candidate', () => {
    const drawn = new Map<number, number>();
    for (let seed = 0; seed < 2000; seed++)
      for (const clipId of auditSample(ids.slice(0, 60), 12, seed)) drawn.set(clipId, (drawn.get(clipId) ?? 0) + 1);
    // 2000 draws of 12 of 60: each is expected 400 times, with a standard deviation of 18.
    for (const count of drawn.values()) expect(Math.abs(count - 400)).toBeLessThan(90);
    expect(drawn.size).toBe(60);
  });
});
