import { describe, expect, it } from 'vitest';
import { pointSizeOf, sizeAt } from '../../../../../../src/renderer/src/features/map/plot/pointSize.ts';

/** `n` points evenly over a square of side `2 * half`. */
function square(n: number, half: number): [Float32Array, Float32Array] {
  const side = Math.ceil(Math.sqrt(n));
  const at = (k: number): number => half * ((2 * (k + 0.5)) / side - 1);
  return [
    Float32Array.from({ length: n }, (_, i) => at(i % side)),
    Float32Array.from({ length: n }, (_, i) => at(Math.floor(i / side))),
  ];
}

describe('the size of points', () => {
  it('shrinks with their number, from discs to specks', () => {
    const sizes = [3, 50, 700, 20_000, 1_000_000].map((n) => pointSizeOf(...square(n, 0.9), 300));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[0]).toBeGreaterThan(8);
    expect(sizes.at(-1)).toBeLessThan(2);
  });
  it('is smaller where as many points lie in less room', () => {
    expect(pointSizeOf(...square(2000, 0.2), 300)).toBeLessThan(pointSizeOf(...square(2000, 0.9), 300));
  });
  it('grows a little when near, and never into discs of thirty px', () => {
    expect(sizeAt(4, 1)).toBe(4);
    expect(sizeAt(4, 4)).toBe(8);
    expect(sizeAt(11, 400)).toBeLessThanOrEqual(15);
  });
});
