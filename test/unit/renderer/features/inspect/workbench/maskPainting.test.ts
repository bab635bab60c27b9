import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  banded,
  boxed,
  sliced,
  brushed,
  filled,
  inverted,
  marked,
  removedPatches,
} from '../../../../../../src/renderer/src/features/inspect/workbench/maskPainting.ts';
import { gridOf, paperSizes, patchAt } from '../../../../../../src/shared/signal/patchGrid.ts';

const grids = { A: gridOf('A', paperSizes), V: gridOf('V', paperSizes) };

test('sound counts patches frequency-major from the lowest band, drawn at the bottom', () => {
  expect(patchAt(grids.A, 0, 127)).toBe(0);
  expect(patchAt(grids.A, 1023, 127)).toBe(63);
  expect(patchAt(grids.A, 0, 0)).toBe(7 * 64);
  expect(patchAt(grids.V, 0, 0)).toBe(0);
  expect(patchAt(grids.V, 223, 0)).toBe(13);
  expect(patchAt(grids.V, 0, 223)).toBe(13 * 14);
});

test('a stroke covers its ends and what lies between', () => {
  const hit = brushed(grids.V, { x: 8, y: 8 }, { x: 200, y: 8 }, 4);
  expect([...hit].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('a box takes every touched patch, whichever corner it was drawn from', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('A' as const, 'V' as const),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (modality, ax, ay, bx, by) => {
        const grid = grids[modality];
        const { width, height } = grid;
        const [a, b] = [
          { x: ax * width, y: ay * height },
          { x: bx * width, y: by * height },
        ];
        const hit = boxed(grid, a, b);
        expect(boxed(grid, b, a)).toEqual(hit);
        expect(hit.has(patchAt(grid, a.x, a.y)) && hit.has(patchAt(grid, b.x, b.y))).toBe(true);
      },
    ),
  );
});

test('bands are whole rows, slices whole columns', () => {
  expect(banded(grids.A, { x: 500, y: 120 }, { x: 500, y: 121 })).toEqual(
    new Set(Array.from({ length: 64 }, (_, t) => t)),
  );
  expect(banded(grids.V, { x: 3, y: 20 }, { x: 90, y: 20 })).toEqual(
    new Set(Array.from({ length: 14 }, (_, column) => 14 + column)),
  );
  expect(sliced(grids.V, { x: 3, y: 120 }, { x: 3, y: 10 })).toEqual(
    new Set(Array.from({ length: 14 }, (_, row) => row * 14)),
  );
  expect(sliced(grids.A, { x: 17, y: 1 }, { x: 20, y: 1 })).toEqual(
    new Set(Array.from({ length: 8 }, (_, f) => f * 64 + 1)),
  );
});

test('marking leaves the old mask alone; inverting twice is nothing', () => {
  const mask = filled(grids.V, false);
  const next = marked(mask, [3, 5], true);
  expect(removedPatches(mask)).toEqual([]);
  expect(removedPatches(next)).toEqual([3, 5]);
  expect(removedPatches(marked(next, [3], false))).toEqual([5]);
  expect(inverted(inverted(next))).toEqual(next);
});

test('grids follow the model’s sizes', () => {
  const sizes = { audioLength: 512, imgSize: 112 };
  const [sound, picture] = [gridOf('A', sizes), gridOf('V', sizes)];
  expect([sound.rows, sound.columns, picture.rows, picture.columns]).toEqual([8, 32, 7, 7]);
  expect(patchAt(sound, 511, 0)).toBe(7 * 32 + 31);
  expect(patchAt(picture, 0, 111)).toBe(42);
  expect(filled(sound, true).length + filled(picture, true).length).toBe(256 + 49);
});
