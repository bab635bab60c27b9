import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  draggedBy,
  placeUnder,
  transformIn,
  viewOf,
  wholeView,
  zoomedAt,
} from '../../../../../../src/renderer/src/features/map/linked/linkedView.ts';
import { toScreen } from '../../../../../../src/renderer/src/features/map/plot/mapTransform.ts';

const view = fc.record({
  scale: fc.double({ min: 1, max: 50, noNaN: true }),
  x: fc.double({ min: -0.8, max: 0.8, noNaN: true }),
  y: fc.double({ min: -0.8, max: 0.8, noNaN: true }),
});
const size = 200;

describe('the view of the linked maps', () => {
  it('shows a whole map in its cell, up being up', () => {
    const transform = transformIn(size, wholeView);
    for (const [x, y] of [
      [-1, -1],
      [1, 1],
    ] as const)
      for (const px of toScreen(transform, x, y)) expect(px >= 0 && px <= size).toBe(true);
    expect(toScreen(transform, 0, 1)[1]).toBeLessThan(toScreen(transform, 0, 0)[1]);
  });
  it('finds the place under a pixel', () =>
    fc.assert(
      fc.property(
        view,
        fc.double({ min: 0, max: size, noNaN: true }),
        fc.double({ min: 0, max: size, noNaN: true }),
        (one, px, py) => {
          const transform = transformIn(size, one);
          const [x, y] = toScreen(transform, ...placeUnder(transform, [px, py]));
          expect(x).toBeCloseTo(px, 6);
          expect(y).toBeCloseTo(py, 6);
        },
      ),
    ));
  it('zooms about the pointer: what lies there stays there, unless that would leave the maps', () =>
    fc.assert(
      fc.property(
        view,
        fc.double({ min: 1, max: 3, noNaN: true }),
        fc.integer({ min: 0, max: size }),
        fc.integer({ min: 0, max: size }),
        (one, factor, px, py) => {
          const before = placeUnder(transformIn(size, one), [px, py]);
          fc.pre(before.every((place) => Math.abs(place) <= 1));
          const after = placeUnder(transformIn(size, zoomedAt(one, factor, size, [px, py])), [px, py]);
          expect(after[0]).toBeCloseTo(before[0], 6);
          expect(after[1]).toBeCloseTo(before[1], 6);
        },
      ),
    ));
  it('never leaves the maps nor ends', () => {
    let one = wholeView;
    for (let i = 0; i < 100; i++) one = draggedBy(one, 500, -300, size);
    expect([one.x, one.y]).toEqual([-1, -1]);
    for (let i = 0; i < 200; i++) one = zoomedAt(one, 2, size);
    expect(Number.isFinite(one.scale) && one.scale <= 400).toBe(true);
    for (let i = 0; i < 200; i++) one = zoomedAt(one, 0.5, size);
    expect(one.scale).toBeGreaterThan(0);
  });
  it('follows the hand', () => {
    const one = { scale: 4, x: 0.1, y: -0.2 };
    const [x, y] = toScreen(transformIn(size, draggedBy(one, 12, -7, size)), 0.3, 0.3);
    const [wasX, wasY] = toScreen(transformIn(size, one), 0.3, 0.3);
    expect(x - wasX).toBeCloseTo(12, 6);
    expect(y - wasY).toBeCloseTo(-7, 6);
  });
  it('holds the places it is asked to show', () => {
    const places = [
      [0.2, 0.3],
      [0.6, 0.1],
      [0.4, -0.2],
    ] as const;
    const transform = transformIn(size, viewOf(places));
    for (const [x, y] of places) for (const px of toScreen(transform, x, y)) expect(px > 0 && px < size).toBe(true);
    expect(viewOf(places).scale).toBeGreaterThan(2);
    expect(viewOf([])).toEqual(wholeView);
    expect(viewOf([[0.5, 0.5]])).toMatchObject({ x: 0.5, y: 0.5 });
  });
});
