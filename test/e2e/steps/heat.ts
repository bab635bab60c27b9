// TEST CODE. Heat laid over patches, against the numbers behind it.
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { canvasBytes } from '../pixels.ts';

/** How opaque each pixel of a canvas is, row by row: one pixel a patch, clear where cold, 235 where hot. */
export const opacities = async (canvas: Locator): Promise<number[]> =>
  Array.from((await canvasBytes(canvas)).filter((_, i) => i % 4 === 3));

/** A grid of `columns` with its rows in reverse: spectrograms show low bands, which come first, at the bottom. */
export const upsideDown = (values: readonly number[], columns: number): number[] =>
  Array.from({ length: values.length / columns }, (_, row) =>
    values.slice(values.length - (row + 1) * columns, values.length - row * columns),
  ).flat();

/**
 * The heat of patches is in the order of their numbers, with every shade between clear and hot: another clip's or
 * frame's is in another order.
 */
export function heatFollows(heat: readonly number[], numbers: readonly number[], what: string): void {
  expect(heat.length, what).toBe(numbers.length);
  const inOrder = [...numbers.keys()].sort((a, b) => numbers[a]! - numbers[b]!).map((patch) => heat[patch]!);
  expect(inOrder, what).toEqual(inOrder.toSorted((a, b) => a - b));
  expect([inOrder[0], inOrder.at(-1)], what).toEqual([0, 235]);
  expect(new Set(inOrder).size, what).toBeGreaterThan(40);
}
