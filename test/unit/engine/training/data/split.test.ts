import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsBySource, splitBySource } from '../../../../../src/engine/training/data/split.ts';

const item = fc.record({
  source: fc.integer({ min: 1, max: 30 }),
  classes: fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 2 }),
});

describe('splitBySource', () => {
  it('never parts the windows of one file, whatever the labels', () => {
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 80 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.nat(1000),
        (items, share, seed) => {
          const held = splitBySource(items, share, seed);
          const side = new Map<number, boolean>();
          items.forEach(({ source }, i) => {
            expect(side.get(source) ?? held[i]).toBe(held[i]);
            side.set(source, held[i]!);
          });
          expect(splitBySource(items, share, seed)).toEqual(held);
        },
      ),
    );
  });

  it('keeps every class of single-label files in training, and holds out its share of each', () => {
    const items = Array.from({ length: 200 }, (_, i) => ({ source: i, classes: [i % 20 === 0 ? 0 : 1 + (i % 3)] }));
    const held = splitBySource(items, 0.2, 1);
    for (const k of [0, 1, 2, 3]) {
      const mine = items.map(({ classes }, i) => ({ k: classes[0], i })).filter((x) => x.k === k);
      const out = mine.filter(({ i }) => held[i]).length;
      expect(out).toBe(Math.round(mine.length * 0.2));
    }
    expect(splitBySource(items, 0.2, 2)).not.toEqual(held);
  });

  it('holds out nothing of a class with one clip, and nothing at share 0', () => {
    expect(splitBySource([{ source: 1, classes: [0] }], 0.5, 1)).toEqual([false]);
    expect(
      splitBySource(
        Array.from({ length: 10 }, (_, i) => ({ source: i, classes: [0] })),
        0,
        1,
      ),
    ).not.toContain(true);
  });
});

describe('foldsBySource', () => {
  it('keeps sources together and spreads classes', () => {
    const items = Array.from({ length: 60 }, (_, i) => ({ source: i >> 1, classes: [(i >> 1) % 3] }));
    const folds = foldsBySource(items, 5, 3);
    items.forEach((_, i) => expect(folds[i]).toBe(folds[i ^ 1]));
    for (let fold = 0; fold < 5; fold++)
      for (let k = 0; k < 3; k++)
        expect(items.filter((x, i) => folds[i] === fold && x.classes[0] === k)).toHaveLength(4);
  });
});
