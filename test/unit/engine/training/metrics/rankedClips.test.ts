import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rankedClips } from '../../../../../src/engine/training/metrics/rankedClips.ts';
import { rocAuc } from '../../../../../src/engine/training/metrics/ranking.ts';

test('highest first, and what stands on the wrong side of others, gravest first', () => {
  const { ranked, misranked } = rankedClips([0.9, 0.8, 0.3, 0.1], [true, false, true, false], [11, 12, 13, 14]);
  expect(ranked).toEqual([
    [11, 0.9, true],
    [12, 0.8, false],
    [13, 0.3, true],
    [14, 0.1, false],
  ]);
  expect(misranked).toEqual([
    [12, 0.5],
    [13, 0.5],
  ]);
  expect(rankedClips([0.9, 0.1], [true, false], [1, 2]).misranked).toEqual([]);
  expect(rankedClips([0.5, 0.4, 0.3], [true, true, true], [1, 2, 3], 2)).toEqual({
    ranked: [
      [1, 0.5, true],
      [2, 0.4, true],
    ],
    misranked: [],
  });
});

test('the shares of either kind average to one minus the AUC, ties included', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { minLength: 2, maxLength: 60 }),
      (rows) => {
        const [scores, positive] = [rows.map(([score]) => score / 6), rows.map(([, one]) => one)];
        const auc = rocAuc(scores, positive.map(Number));
        fc.pre(auc !== null);
        const { misranked } = rankedClips(
          scores,
          positive,
          rows.map((_, n) => n),
        );
        for (const kind of [true, false]) {
          const of = positive.filter((one) => one === kind).length;
          expect(
            misranked.filter(([clipId]) => positive[clipId] === kind).reduce((sum, [, share]) => sum + share, 0) / of,
          ).toBeCloseTo(1 - auc!, 9);
        }
      },
    ),
  );
});
