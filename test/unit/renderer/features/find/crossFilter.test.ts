import { describe, expect, it } from 'vitest';
import { CrossFilter } from '../../../../../src/renderer/src/features/find/crossFilter.ts';
import { frameOf, gridLines, siteGroups } from '../../../../../src/renderer/src/features/find/siteGroups.ts';

const column = (name: string, values: number[], low: number, high: number, bins: number) => ({
  name,
  values: Float64Array.from(values),
  low,
  high,
  bins,
});

describe('CrossFilter', () => {
  const make = () =>
    new CrossFilter(Int32Array.from([1, 2, 3, 4]), [
      column('hour', [1, 5, 5, Number.NaN], 0, 24, 24),
      column('depth', [10, 20, 30, 40], 10, 40, 3),
    ]);

  it('counts what passes everything but a column’s own range', () => {
    const cross = make();
    expect([...cross.counts('depth')]).toEqual([1, 1, 2]);
    cross.setRange('hour', [4, 6]);
    expect([...cross.counts('depth')]).toEqual([0, 1, 1]);
    expect(cross.counts('hour')[1]).toBe(1);
    expect(cross.passing()).toEqual([2, 3]);
    cross.setRange('depth', [25, 40]);
    expect(cross.passing()).toEqual([3]);
    expect([cross.counts('hour')[1], cross.counts('hour')[5]]).toEqual([0, 1]);
    cross.setRange('hour', null);
    expect(cross.passing()).toEqual([3, 4]);
    cross.setBase(new Set([1, 4]));
    expect(cross.passing()).toEqual([4]);
    expect([...cross.counts('depth')]).toEqual([1, 0, 1]);
    cross.setBase(null);
    expect(cross.passing()).toEqual([3, 4]);
  });

  it('agrees with testing every clip, whatever the ranges', () => {
    let seed = 1;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const n = 300;
    const columns = Array.from({ length: 5 }, (_, k) =>
      column(
        `c${k}`,
        Array.from({ length: n }, () => (random() < 0.1 ? Number.NaN : random())),
        0,
        1,
        10,
      ),
    );
    const cross = new CrossFilter(
      Int32Array.from({ length: n }, (_, i) => i + 1),
      columns,
    );
    const ranges = new Map<string, [number, number]>();
    for (let step = 0; step < 60; step++) {
      const { name } = columns[Math.floor(random() * 5)]!;
      const range: [number, number] | null = random() < 0.2 ? null : [random() * 0.5, 0.5 + random() * 0.5];
      cross.setRange(name, range);
      if (range) ranges.set(name, range);
      else ranges.delete(name);
      const passes = (i: number) =>
        columns.every((one) => {
          const wanted = ranges.get(one.name);
          return !wanted || (one.values[i]! >= wanted[0] && one.values[i]! <= wanted[1]);
        });
      expect(cross.passing()).toEqual(
        Array.from({ length: n }, (_, i) => i)
          .filter(passes)
          .map((i) => i + 1),
      );
    }
    expect(
      () =>
        new CrossFilter(
          Int32Array.from([1]),
          Array.from({ length: 31 }, (_, k) => column(`c${k}`, [1], 0, 1, 1)),
        ),
    ).toThrow(RangeError);
  });
});

describe('sites', () => {
  it('gathers clips by place, with those that pass the other ranges', () => {
    const cross = new CrossFilter(Int32Array.from([1, 2, 3, 4]), [
      column('lat', [52.5, 52.50001, 48, Number.NaN], 48, 52.5, 2),
      column('lon', [13.4, 13.40001, 11, 9], 9, 13.4, 2),
      column('hour', [1, 9, 9, 9], 0, 24, 24),
    ]);
    cross.setRange('hour', [8, 10]);
    cross.setRange('lat', [50, 53]);
    expect(siteGroups(cross, ['lat', 'lon'])).toEqual([
      { latitude: 52.5, longitude: 13.4, clips: 2, passing: 1 },
      { latitude: 48, longitude: 11, clips: 1, passing: 1 },
    ]);
    expect(siteGroups(cross, ['lat', 'nothing'])).toEqual([]);
  });

  it('frames places as wide as high on the ground, one alone, too', () => {
    const one = frameOf([{ latitude: 60, longitude: 10, clips: 1, passing: 1 }]);
    expect((one.east - one.west) * 0.5).toBeCloseTo(one.north - one.south, 6);
    expect(gridLines(47.3, 53.1)).toEqual([48, 50, 52]);
  });
});
