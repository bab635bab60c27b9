import { expect, it } from 'vitest';
import { gridSize, pictureInput, pictureSize, usualValue } from '../../../../src/engine/events/pictureInput.ts';

const points = pictureSize ** 2;

it('sees what appears and moves, and no slow change of light', () => {
  const pictures = Array.from({ length: 300 }, (_, f) => {
    const picture = new Uint8Array(points).fill(40 + f / 5);
    if (f >= 100 && f < 120) for (let y = 0; y < 8; y++) picture.fill(220, (10 + y) * 64 + 20, (10 + y) * 64 + 28);
    return picture;
  });
  const input = pictureInput(pictures);
  const at = (f: number, x: number, y: number) => input.pictures[f * points + y * pictureSize + x]! - usualValue;
  expect(Math.abs(at(50, 24, 14))).toBeLessThan(6);
  expect(at(110, 24, 14)).toBeGreaterThan(100);
  expect(Math.abs(at(110, 50, 50))).toBeLessThan(3);
  const grid = (f: number, channel: number) => input.grid[((f * gridSize + 7) * gridSize + 12) * 2 + channel]!;
  expect(grid(110, 0)).toBeGreaterThan(200);
  expect(grid(110, 1)).toBeLessThan(5);
  expect(grid(100, 1)).toBeGreaterThan(200);
  expect(grid(120, 1)).toBeGreaterThan(200);
});

it('takes a recording shorter than a second', () => {
  const { pictures, grid } = pictureInput([new Uint8Array(points).fill(9)]);
  expect(pictures.length).toBe(points);
  expect(grid.every((value) => value === 0)).toBe(true);
});
