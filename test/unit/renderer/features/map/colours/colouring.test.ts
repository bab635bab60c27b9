import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  colourByCategory,
  colourByScale,
  countsAmong,
  steps,
} from '../../../../../../src/renderer/src/features/map/colours/colouring.ts';

const ids = Int32Array.of(1, 2, 3, 4);
const naming = {
  name: (key: string | number) => `class ${key}`,
  colour: (key: string | number) => (key === 10 ? '#123456' : undefined),
};

describe('colourByCategory', () => {
  it('uses a class’s own colour, a safe one otherwise, and grey for none', () => {
    const { categories, index, colours, known } = colourByCategory(
      ids,
      new Map([
        [1, 10],
        [2, 11],
        [3, 10],
        [4, null],
      ]),
      naming,
      '#777777',
    );
    expect(categories.map(({ key, name, count }) => [key, name, count])).toEqual([
      [null, 'None', 1],
      [10, 'class 10', 2],
      [11, 'class 11', 1],
    ]);
    expect([...index]).toEqual([1, 2, 1, 0]);
    expect(colours.slice(0, 2)).toEqual(['#777777', '#123456']);
    expect(known).toBe(3);
  });
  it('gathers the rarest of many categories and says how many', () => {
    const many = Int32Array.from({ length: 100 }, (_, i) => i + 1);
    const { categories } = colourByCategory(many, new Map(Array.from(many, (id) => [id, id % 40])), naming, '#777777');
    expect(categories).toHaveLength(25);
    expect(categories.at(-1)).toMatchObject({ key: 'other', name: 'Other (17)' });
  });
  it('counts every clip exactly once', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 60 })), { maxLength: 200 }), (values) => {
        const clipIds = Int32Array.from(values, (_, i) => i + 1);
        const { categories, index, colours } = colourByCategory(
          clipIds,
          new Map(values.map((value, i) => [i + 1, value])),
          naming,
          '#777777',
        );
        expect(categories.reduce((sum, category) => sum + category.count, 0)).toBe(values.length);
        categories.forEach((category, i) => expect(index.filter((at) => at === i)).toHaveLength(category.count));
        expect(colours).toHaveLength(categories.length);
      }),
    );
  });
});

describe('colourByScale', () => {
  it('spans the colours from the smallest to the largest value; unknown stays grey', () => {
    const { index, range, known, colours } = colourByScale(
      ids,
      new Map([
        [1, 0.2],
        [2, 0.7],
        [3, 0.45],
      ]),
      '#777777',
      true,
    );
    expect(range).toEqual([0.2, 0.7]);
    expect(known).toBe(3);
    expect([...index]).toEqual([1, steps, 1 + steps / 2, 0]);
    expect(colours).toHaveLength(steps + 1);
  });
  it('does not divide by a range of nothing', () => {
    expect([
      ...colourByScale(
        Int32Array.of(1, 2),
        new Map([
          [1, 3],
          [2, 3],
        ]),
        '#777777',
        false,
      ).index,
    ]).toEqual([1, 1]);
    expect(colourByScale(Int32Array.of(1), new Map(), '#777777', true).range).toBeNull();
  });
});

describe('counts of the legend', () => {
  it('are of the filtered clips', () => {
    const { index, colours } = colourByCategory(
      ids,
      new Map([
        [1, 10],
        [2, 11],
        [3, 10],
      ]),
      naming,
      '#777777',
    );
    expect([...countsAmong({ index, colours }, ids, new Set([1, 4]))]).toEqual([1, 1, 0]);
  });
});
