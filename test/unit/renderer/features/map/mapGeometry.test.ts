import { describe, expect, it } from 'vitest';
import {
  contour,
  densityField,
  densityLevels,
  reach,
} from '../../../../../src/renderer/src/features/map/overlays/densityField.ts';
import { insideLasso } from '../../../../../src/renderer/src/features/map/plot/insideLasso.ts';
import {
  inView,
  nearness,
  toScreen,
  transformOf,
} from '../../../../../src/renderer/src/features/map/plot/mapTransform.ts';
import { modeFor } from '../../../../../src/renderer/src/features/map/overlays/mapTools.ts';
import {
  mostInView,
  pictureSize,
  thumbnailPlaces,
} from '../../../../../src/renderer/src/features/map/overlays/thumbnailPlaces.ts';

const everyone = (): boolean => true;
/** The camera of the plot: scale and shift, column by column. */
const view = (scale: number, x = 0, y = 0): number[] => [scale, 0, 0, 0, 0, scale, 0, 0, 0, 0, 1, 0, x, y, 0, 1];

describe('outlines', () => {
  const x = Float32Array.of(-0.5, 0, 0.5, 0.9);
  const y = Float32Array.of(-0.5, 0, 0.5, 0.9);

  it('hold the points within, whatever their form', () => {
    expect(
      insideLasso(
        [
          [-0.6, -0.6],
          [0.6, -0.6],
          [0.6, 0.6],
          [-0.6, 0.6],
        ],
        x,
        y,
        everyone,
      ),
    ).toEqual([0, 1, 2]);
    // A horseshoe open above: its middle is outside.
    expect(
      insideLasso(
        [
          [-1, -1],
          [1, -1],
          [1, 1],
          [0.2, 1],
          [0.2, -0.3],
          [-0.2, -0.3],
          [-0.2, 1],
          [-1, 1],
        ],
        x,
        y,
        everyone,
      ),
    ).toEqual([0, 2, 3]);
  });

  it('hold only what is shown, and nothing when they are no area', () => {
    expect(
      insideLasso(
        [
          [-1, -1],
          [1, -1],
          [1, 1],
          [-1, 1],
        ],
        x,
        y,
        (i) => i !== 1,
      ),
    ).toEqual([0, 2, 3]);
    expect(
      insideLasso(
        [
          [-1, -1],
          [1, 1],
        ],
        x,
        y,
        everyone,
      ),
    ).toEqual([]);
  });

  it('combine by the keys held, else by the mode that is set', () => {
    const keys = { ctrlKey: false, metaKey: false, altKey: false };
    expect(modeFor(keys, 'replace')).toBe('replace');
    expect(modeFor(keys, 'intersect')).toBe('intersect');
    expect(modeFor({ ...keys, ctrlKey: true }, 'subtract')).toBe('add');
    expect(modeFor({ ...keys, metaKey: true }, 'replace')).toBe('add');
    expect(modeFor({ ...keys, altKey: true }, 'replace')).toBe('subtract');
    expect(modeFor({ ...keys, ctrlKey: true, altKey: true }, 'replace')).toBe('intersect');
  });
});

describe('the view', () => {
  it('puts the whole map into the height of the panel, upper side up', () => {
    const whole = transformOf(view(1), 800, 400);
    expect(toScreen(whole, 0, 0)).toEqual([400, 200]);
    expect(toScreen(whole, 1, 1)).toEqual([600, 0]);
    expect(nearness(whole)).toBe(1);
  });

  it('knows what is in it', () => {
    const near = transformOf(view(4, -2, -2), 400, 400);
    expect(toScreen(near, 0.5, 0.5)).toEqual([200, 200]);
    const [x, y] = [Float32Array.of(0.5, 0.26, 0, -0.5), Float32Array.of(0.5, 0.74, 0, -0.5)];
    expect(inView(near, x, y, everyone)).toEqual([0, 1]);
    expect(inView(near, x, y, (i) => i > 0)).toEqual([1]);
  });
});

describe('pictures on the map', () => {
  const x = Float32Array.from({ length: 100 }, (_, i) => (i % 10) / 100);
  const y = Float32Array.from({ length: 100 }, (_, i) => Math.floor(i / 10) / 100);
  const all = [...x.keys()];

  it('appear only from near, and only while few points are in view', () => {
    expect(thumbnailPlaces(transformOf(view(1), 400, 400), x, y, all, new Set())).toEqual([]);
    expect(thumbnailPlaces(transformOf(view(8), 400, 400), x, y, all, new Set()).length).toBeGreaterThan(0);
    const crowd = Array.from({ length: mostInView + 1 }, (_, i) => i % 100);
    expect(thumbnailPlaces(transformOf(view(8), 400, 400), x, y, crowd, new Set())).toEqual([]);
  });

  it('never cover each other, and stay where they are', () => {
    const near = transformOf(view(8), 400, 400);
    const places = thumbnailPlaces(near, x, y, all, new Set());
    for (const [k, one] of places.entries())
      for (const other of places.slice(0, k))
        expect(
          Math.abs(one.at[0] - other.at[0]) >= pictureSize[0] || Math.abs(one.at[1] - other.at[1]) >= pictureSize[1],
        ).toBe(true);
    const last = places.at(-1)!.index;
    expect(thumbnailPlaces(near, x, y, all, new Set([last]))[0]!.index).toBe(last);
  });
});

describe('density', () => {
  const x = Float32Array.from(
    { length: 400 },
    (_, i) => (i < 300 ? -0.5 : 0.5) + 0.05 * Math.cos(i * 2.4) * Math.sqrt((i % 100) / 100),
  );
  const y = Float32Array.from({ length: 400 }, (_, i) => 0.05 * Math.sin(i * 2.4) * Math.sqrt((i % 100) / 100));

  it('is greatest where most points lie, keeps their number, and follows what is shown', () => {
    const field = densityField(x, y, everyone);
    expect(field.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(400, 0);
    const peak = field.values.indexOf(field.largest);
    expect(((((peak % field.size) + 0.5) / field.size) * 2 - 1) * reach).toBeCloseTo(-0.5, 1);
    const right = densityField(x, y, (i) => i >= 300);
    expect(((((right.values.indexOf(right.largest) % right.size) + 0.5) / right.size) * 2 - 1) * reach).toBeCloseTo(
      0.5,
      1,
    );
  });

  it('has closed lines around the dense parts', () => {
    const field = densityField(x, y, everyone);
    const levels = densityLevels(field, [0.5, 0.9]);
    expect(levels).toHaveLength(2);
    expect(levels[0]!).toBeLessThan(levels[1]!);
    const [inner, outer] = [contour(field, levels[1]!), contour(field, levels[0]!)];
    // Half of the points lie in the larger group alone.
    expect([...inner].filter((_, k) => k % 2 === 0).every((value) => value < 0)).toBe(true);
    expect([...outer].some((value, k) => k % 2 === 0 && value > 0)).toBe(true);
    // Closed: every end of a piece is the end of another.
    const ends = new Map<string, number>();
    for (let i = 0; i < outer.length; i += 2) {
      const key = `${outer[i]!.toFixed(5)} ${outer[i + 1]!.toFixed(5)}`;
      ends.set(key, (ends.get(key) ?? 0) + 1);
    }
    expect([...ends.values()].every((count) => count % 2 === 0)).toBe(true);
  });

  it('is not cut off around points at the edge of the map', () => {
    const edge = densityField(Float32Array.of(-1, 1), Float32Array.of(-1, 1), everyone);
    expect(edge.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(2, 2);
  });

  it('of nothing is nothing', () => {
    const field = densityField(x, y, () => false);
    expect([field.largest, densityLevels(field, [0.5])]).toEqual([0, []]);
  });
});
