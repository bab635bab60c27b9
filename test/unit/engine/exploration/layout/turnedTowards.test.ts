import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { turnedTowards } from '../../../../../src/engine/exploration/layout/turnedTowards.ts';

const reference = Float32Array.from({ length: 40 }, (_, i) => Math.sin(i * 12.9898) * 7 + (i % 2 ? 3 : -5));

/** The reference shifted, turned, sized and perhaps mirrored. */
function changed(angle: number, scale: number, dx: number, dy: number, mirror: boolean): Float32Array {
  const out = new Float32Array(reference.length);
  for (let i = 0; i < reference.length; i += 2) {
    const [x, y] = [reference[i]!, mirror ? -reference[i + 1]! : reference[i + 1]!];
    out[i] = dx + scale * (Math.cos(angle) * x - Math.sin(angle) * y);
    out[i + 1] = dy + scale * (Math.sin(angle) * x + Math.cos(angle) * y);
  }
  return out;
}
const farthest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe('turnedTowards', () => {
  it('undoes any shift, turn, size and mirroring', () =>
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.2, max: 5, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.boolean(),
        (angle, scale, dx, dy, mirror) => {
          expect(farthest(turnedTowards(changed(angle, scale, dx, dy, mirror), reference), reference)).toBeLessThan(
            1e-3,
          );
        },
      ),
    ));
  it('goes by the clips that both maps hold, and takes the others along', () => {
    const partly = reference.slice();
    for (const i of [0, 3, 11]) partly.fill(Number.NaN, 2 * i, 2 * i + 2);
    expect(farthest(turnedTowards(changed(1, 2, 30, -20, false), partly), reference)).toBeLessThan(1e-3);
  });
  it('keeps the proportions of a map that is another: nothing is bent towards the reference', () => {
    const other = Float32Array.from({ length: 40 }, (_, i) => Math.cos(i * 78.233) * 4);
    const turned = turnedTowards(other, reference);
    const distance = (xy: Float32Array, i: number, j: number): number =>
      Math.hypot(xy[2 * i]! - xy[2 * j]!, xy[2 * i + 1]! - xy[2 * j + 1]!);
    const ratio = distance(turned, 0, 1) / distance(other, 0, 1);
    for (const [i, j] of [
      [2, 7],
      [5, 19],
      [11, 3],
    ] as const)
      expect(distance(turned, i, j) / distance(other, i, j)).toBeCloseTo(ratio, 4);
  });
  it('leaves alone what shares too little to tell a turn from', () => {
    const nothing = new Float32Array(reference.length).fill(Number.NaN);
    nothing.set([1, 1, 2, 2]);
    expect(turnedTowards(reference, nothing)).toEqual(reference);
    const spot = new Float32Array(8).fill(2);
    expect([...turnedTowards(spot, Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1))].every((value) => value === 0.5)).toBe(
      true,
    );
  });
});
