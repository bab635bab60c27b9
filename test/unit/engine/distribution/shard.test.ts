// Names and sizes of shards, shares of arrays, and the text that says which are imported.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseArrayIndex, shareOf } from '../../../../src/engine/distribution/arrayIndex.ts';
import { recipeId } from '../../../../src/engine/distribution/recipe.ts';
import { cutShards, shardId, shardSizeFor, splitShard } from '../../../../src/engine/distribution/shard.ts';
import { ImportedShards } from '../../../../src/engine/procedures/distribution/importedShards.ts';
import { clipOf, testRecipe } from './partRows.ts';

describe('a shard', () => {
  it('is named by content, windows and recipe, not by where the files lie', () => {
    const one = clipOf(1);
    expect(shardId(testRecipe, [one])).toBe(shardId(testRecipe, [{ ...one, path: '/elsewhere/one.mp4' } as never]));
    expect(shardId(testRecipe, [one])).not.toBe(shardId(testRecipe, [{ ...one, endS: 9 }]));
    expect(shardId(testRecipe, [one])).not.toBe(shardId(testRecipe, [{ ...one, contentHash: 'b'.repeat(64) }]));
    for (const change of [
      { preprocessing: 99 },
      { precision: 'int8' as const },
      { frames: 3 },
      { model: { ...testRecipe.model, hash: 'c'.repeat(64) } },
    ])
      expect(shardId({ ...testRecipe, ...change }, [one])).not.toBe(shardId(testRecipe, [one]));
    expect(recipeId({ ...testRecipe, model: { ...testRecipe.model, name: 'other' } })).toBe(recipeId(testRecipe));
  });

  it('is cut the same in whatever order the clips come, copies once', () => {
    const clips = Array.from({ length: 50 }, (_, i) => clipOf(i));
    const cut = cutShards(testRecipe, clips, 16);
    expect(cut.map(({ clips: own }) => own.length)).toEqual([16, 16, 16, 2]);
    const copies = [...clips.toReversed(), { ...clipOf(3), path: '/z/copy.mp4' }];
    expect(cutShards(testRecipe, copies, 16).flatMap(({ clips: own }) => own)).toHaveLength(50);
    expect(cutShards(testRecipe, clips.toReversed(), 16)).toEqual(cut);
  });

  it('splits down to single clips, losing none', () => {
    let pieces = cutShards(
      testRecipe,
      Array.from({ length: 256 }, (_, i) => clipOf(i)),
      256,
    );
    let rounds = 0;
    while (pieces.some(({ clips }) => clips.length > 1)) {
      pieces = pieces.flatMap((piece) => (piece.clips.length > 1 ? splitShard(testRecipe, piece) : [piece]));
      expect(++rounds).toBeLessThan(5);
    }
    expect(pieces.map(({ clips }) => clips[0]!.path)).toEqual(
      Array.from({ length: 256 }, (_, i) => clipOf(i).path).toSorted(),
    );
  });

  it('is smaller in a small collection', () => {
    expect([1, 24, 336, 5000, 1e7].map((clips) => shardSizeFor(clips))).toEqual([8, 8, 21, 256, 256]);
    expect(shardSizeFor(1e7, 500)).toBe(500);
  });
});

describe('the share of an array task', () => {
  it('covers every shard once, counted from 0 or from 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 60 }),
        fc.boolean(),
        (count, shards, fromOne) => {
          const all = Array.from({ length: shards }, (_, i) => i);
          const shares = Array.from({ length: count }, (_, i) =>
            shareOf(all, parseArrayIndex(`${i + (fromOne ? 1 : 0)}/${count}`)),
          );
          expect(shares.flat().toSorted((a, b) => a - b)).toEqual(all);
        },
      ),
    );
  });

  it('refuses what is none', () => {
    for (const text of ['', '3', '4/3', '1/0', 'a/b', '-1/3', '1/3/5'])
      expect(() => parseArrayIndex(text)).toThrow(/no share of an array/);
  });
});

it('which shards are imported survives as text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.array(fc.nat(69)), (size, chosen) => {
      const marked = new ImportedShards(size);
      for (const at of chosen) if (at < size) marked.add(at);
      const read = new ImportedShards(size, marked.toString());
      for (let at = 0; at < size; at++) expect(read.has(at)).toBe(chosen.includes(at));
    }),
  );
});
