import { describe, expect, it } from 'vitest';
import {
  dotOf,
  paintDot,
  paintPoints,
  wordOf,
} from '../../../../../../src/renderer/src/features/map/plot/pointPainting.ts';

const [ground, red] = [wordOf('#102030'), wordOf('#ff0080')];
const picture = (width: number, height: number) => ({
  pixels: new Uint32Array(width * height).fill(ground),
  width,
  height,
});
const painted = ({ pixels }: { pixels: Uint32Array }): number[] =>
  [...pixels.keys()].filter((i) => pixels[i] !== ground);

describe('painting points', () => {
  it('keeps red, green and blue in the order of a canvas', () => {
    expect([...new Uint8Array(Uint32Array.of(wordOf('#0a141e')).buffer)]).toEqual([10, 20, 30, 255]);
  });
  it('covers the middle of a dot wholly and its edge partly', () => {
    const one = picture(11, 11);
    paintDot(one, dotOf(2.2), 5, 5, red);
    expect(one.pixels[5 * 11 + 5]).toBe(red);
    const edge = new Uint8Array(Uint32Array.of(one.pixels[5 * 11 + 7]!).buffer);
    expect(edge[0]).toBeGreaterThan(0x10);
    expect(edge[0]).toBeLessThan(0xff);
    expect(edge[3]).toBe(255);
    expect(one.pixels[0]).toBe(ground);
  });
  it('mixes with what lies below by its strength', () => {
    const one = picture(3, 3);
    paintDot(one, dotOf(0.5, 0.5), 1, 1, red);
    expect([...new Uint8Array(Uint32Array.of(one.pixels[4]!).buffer)]).toEqual([0x87, 0x10, 0x58, 255]);
  });
  it('cuts dots off at the edges and wraps none around', () => {
    const one = picture(8, 6);
    for (const [x, y] of [
      [0, 3],
      [7, 3],
      [3, 0],
      [3, 5],
      [-20, 3],
      [40, 3],
      [3, -9],
      [3, 90],
    ] as const)
      paintDot(one, dotOf(1.5), x, y, red);
    const rows = painted(one).map((i) => [i % 8, Math.floor(i / 8)] as const);
    // Left and right dots stay on their side.
    expect(rows.filter(([x]) => x === 0).length).toBeGreaterThan(0);
    expect(rows.some(([x, y]) => x === 0 && y === 2)).toBe(true);
    expect(rows.some(([x, y]) => x === 7 && y === 4)).toBe(true);
    expect(rows.every(([x, y]) => Math.min(x, 7 - x, Math.abs(x - 3)) <= 2 && y >= 0)).toBe(true);
  });
  it('leaves out what is not shown, and scales with the pixels of the screen', () => {
    const one = picture(40, 40);
    paintPoints(
      one,
      {
        x: Float32Array.of(-0.5, 0.5),
        y: Float32Array.of(0.5, -0.5),
        index: Uint16Array.of(0, 1),
        words: Uint32Array.of(wordOf('#00ff00'), red),
      },
      { scale: 10, left: 10, top: 10, width: 20, height: 20 },
      2,
      dotOf(0.5),
      (i) => i === 1,
    );
    expect(painted(one)).toEqual([30 * 40 + 30]);
    expect(one.pixels[30 * 40 + 30]).toBe(red);
  });
});
