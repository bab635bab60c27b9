import { describe, expect, it } from 'vitest';
import { rangeBetween, stepInGrid } from '../../../../src/renderer/src/components/gridSteps.ts';
import { durationText, sizeText, timeText } from '../../../../src/renderer/src/components/durationText.ts';

describe('stepInGrid', () => {
  const step = (key: string, at: number): number | null => stepInGrid(key, at, 10, 4, 2);
  it.each([
    ['ArrowRight', 2, 3],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 1, 5],
    ['ArrowDown', 7, 7],
    ['ArrowUp', 2, 2],
    ['ArrowUp', 6, 2],
    ['PageDown', 0, 8],
    ['PageDown', 5, 9],
    ['Home', 7, 0],
    ['End', 0, 9],
    ['ArrowRight', -1, 0],
    ['x', 3, null],
  ] as const)('%s from %i leads to %s', (key, at, to) => expect(step(key, at)).toBe(to));
  it('goes nowhere in an empty grid', () => expect(stepInGrid('End', -1, 0, 4, 2)).toBeNull());
  it('takes ranges in either direction', () => {
    expect(rangeBetween(['a', 'b', 'c', 'd'], 2, 1)).toEqual(['b', 'c']);
    expect(rangeBetween(['a', 'b'], 0, 0)).toEqual(['a']);
  });
});

describe('texts', () => {
  it.each([
    [4, '4 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [3599.6, '1 h'],
  ])('%d s is %s', (s, text) => expect(durationText(s)).toBe(text));
  it.each([
    [7.31, 1, '0:07.3'],
    [59.99, 1, '1:00.0'],
    [3723, 0, '1:02:03'],
  ] as const)('%d at %i decimals is %s', (s, decimals, text) => expect(timeText(s, decimals)).toBe(text));
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 kB'],
    [2_345_678, '2.2 MB'],
    [150 * 1024 ** 3, '150 GB'],
  ])('%d is %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));
});
