import { describe, expect, it } from 'vitest';
import { fitArea } from '../../../../../../src/renderer/src/features/map/plot/fitArea.ts';

const none = { left: 0, right: 0, top: 0, bottom: 0 };
const legend = { left: 38, right: 184, top: 0, bottom: 0 };
/** Where points of the map lie in the panel that shows an area, in px from its left and top. */
const placed = (area: ReturnType<typeof fitArea>, x: Float32Array, y: Float32Array, width: number, height: number) =>
  Array.from(x, (_, i) => [
    ((x[i]! - area.x) / area.width) * width,
    height - ((y[i]! - area.y) / area.height) * height,
  ]);

describe('the view of the whole map', () => {
  it.each([
    ['wide', Float32Array.of(-0.94, 0.94, 0), Float32Array.of(-0.2, 0.2, 0)],
    ['tall', Float32Array.of(-0.2, 0.2, 0), Float32Array.of(-0.94, 0.94, 0)],
    ['off the middle', Float32Array.of(0.4, 0.9, 0.5), Float32Array.of(0.3, 0.9, 0.4)],
  ])('holds a %s cloud beside the legend and fills what is free', (_, x, y) => {
    const [width, height] = [1000, 600];
    const area = fitArea({ x, y }, null, { width, height }, legend);
    expect(area.width / area.height).toBeCloseTo(width / height, 6);
    const at = placed(area, x, y, width, height);
    for (const [left, top] of at) {
      expect(left).toBeGreaterThan(38);
      expect(left).toBeLessThan(1000 - 184);
      expect(top).toBeGreaterThan(0);
      expect(top).toBeLessThan(600);
    }
    const [lefts, tops] = [at.map(([left]) => left!), at.map(([, top]) => top!)];
    const fills = Math.max(
      (Math.max(...lefts) - Math.min(...lefts)) / (1000 - 184 - 38),
      (Math.max(...tops) - Math.min(...tops)) / 600,
    );
    expect(fills).toBeGreaterThan(0.9);
  });

  it('frames the points that the filter leaves', () => {
    const [x, y] = [Float32Array.of(-0.9, 0.5, 0.9), Float32Array.of(-0.9, 0.5, 0.9)];
    const all = fitArea({ x, y }, null, { width: 600, height: 600 }, none);
    const some = fitArea({ x, y }, [1, 2], { width: 600, height: 600 }, none);
    expect(some.width).toBeLessThan(all.width / 2);
    expect(some.x).toBeGreaterThan(0.2);
  });

  it('is not lost in a single point', () => {
    const area = fitArea({ x: Float32Array.of(0.3), y: Float32Array.of(0.3) }, null, { width: 400, height: 400 }, none);
    expect(area.x + area.width / 2).toBeCloseTo(0.3);
    expect(area.width).toBeGreaterThan(0.3);
  });
});
