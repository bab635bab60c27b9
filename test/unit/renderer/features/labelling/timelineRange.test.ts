import { describe, expect, it } from 'vitest';
import {
  runBetween,
  spanOf,
  windowsInRange,
} from '../../../../../src/renderer/src/features/labelling/timelineRange.ts';

const windows = Array.from({ length: 6 }, (_, i) => ({ clipId: i + 1, startS: i * 10, endS: i * 10 + 10 }));
const ids = (found: { clipId: number }[]): number[] => found.map(({ clipId }) => clipId);

describe('ranges of a timeline', () => {
  it('mean the windows that they cover at least half', () => {
    expect(ids(windowsInRange(windows, { fromS: 12, toS: 36 }))).toEqual([2, 3, 4]);
    expect(ids(windowsInRange(windows, { fromS: 16, toS: 34 }))).toEqual([3]);
    expect(ids(windowsInRange(windows, { fromS: 34, toS: 16 }))).toEqual([3]);
  });

  it('mean the window they lie in where they cover none', () => {
    expect(ids(windowsInRange(windows, { fromS: 23, toS: 24 }))).toEqual([3]);
    expect(ids(windowsInRange(windows, { fromS: 18, toS: 21 }))).toEqual([2]);
    expect(windowsInRange(windows, { fromS: 90, toS: 95 })).toEqual([]);
  });

  it('choose the window whose middle is nearest where windows overlap', () => {
    const overlapping = [
      { clipId: 1, startS: 0, endS: 10 },
      { clipId: 2, startS: 5, endS: 15 },
    ];
    expect(ids(windowsInRange(overlapping, { fromS: 8.9, toS: 9.1 }))).toEqual([2]);
  });

  it('span from first to last, and run between two', () => {
    expect(spanOf(windows.slice(1, 3))).toEqual({ fromS: 10, toS: 30 });
    expect(spanOf([])).toBeNull();
    expect(ids(runBetween(windows, 4, 2))).toEqual([2, 3, 4]);
    expect(runBetween(windows, 4, 99)).toEqual([]);
  });
});
