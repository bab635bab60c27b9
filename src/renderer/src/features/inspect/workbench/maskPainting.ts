// Painting masks by hand: the patches under a brush stroke or a box, and whole-mask changes. 1 = removed.
import { patchAt } from '../../../../../shared/signal/patchGrid.ts';
import type { Grid } from '../../../../../shared/signal/patchGrid.ts';

export type Tool = 'brush' | 'box' | 'band' | 'slice';
export interface Point {
  x: number;
  y: number;
}

/**
 * Patches whose centre lies within `radius` pixels of the stroke from `from` to `to`; always the ones under its ends.
 */
export function brushed(grid: Grid, from: Point, to: Point, radius: number): Set<number> {
  const hit = new Set([patchAt(grid, from.x, from.y), patchAt(grid, to.x, to.y)]);
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length2 = dx * dx + dy * dy || 1;
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      const [cx, cy] = [(column + 0.5) * grid.patch, (row + 0.5) * grid.patch];
      const share = Math.min(1, Math.max(0, ((cx - from.x) * dx + (cy - from.y) * dy) / length2));
      if (Math.hypot(cx - from.x - share * dx, cy - from.y - share * dy) <= radius) hit.add(patchAt(grid, cx, cy));
    }
  }
  return hit;
}

/** Patches touched by the rectangle between two corners. */
export function boxed(grid: Grid, a: Point, b: Point): Set<number> {
  const cell = (value: number, count: number): number =>
    Math.min(count - 1, Math.max(0, Math.floor(value / grid.patch)));
  const columns = [cell(Math.min(a.x, b.x), grid.columns), cell(Math.max(a.x, b.x), grid.columns)] as const;
  const rows = [cell(Math.min(a.y, b.y), grid.rows), cell(Math.max(a.y, b.y), grid.rows)] as const;
  const hit = new Set<number>();
  for (let row = rows[0]; row <= rows[1]; row++)
    for (let column = columns[0]; column <= columns[1]; column++)
      hit.add(patchAt(grid, column * grid.patch, row * grid.patch));
  return hit;
}

/** Whole rows between two points: frequency bands of the sound, stripes of the picture. */
export const banded = (grid: Grid, a: Point, b: Point): Set<number> =>
  boxed(grid, { x: 0, y: a.y }, { x: grid.width - 1, y: b.y });

/** Whole columns between two points: time slices of the sound, pillars of the picture. */
export const sliced = (grid: Grid, a: Point, b: Point): Set<number> =>
  boxed(grid, { x: a.x, y: 0 }, { x: b.x, y: grid.height - 1 });

/** A new mask with some patches removed or kept. */
export function marked(mask: Uint8Array, patches: Iterable<number>, removed: boolean): Uint8Array {
  const next = mask.slice();
  for (const patch of patches) next[patch] = removed ? 1 : 0;
  return next;
}

export const inverted = (mask: Uint8Array): Uint8Array => mask.map((value) => 1 - value);
export const filled = ({ rows, columns }: Grid, removed: boolean): Uint8Array =>
  new Uint8Array(rows * columns).fill(removed ? 1 : 0);
/** Indices of the removed patches, as the contract wants them. */
export const removedPatches = (mask: Uint8Array): number[] => [...mask.keys()].filter((patch) => mask[patch] === 1);
