import { describe, expect, it } from 'vitest';
import {
  partnerRanks,
  retrievalScores,
  similarityMatrix,
} from '../../../../../src/engine/exploration/neighbours/retrievalRanks.ts';
import { presentRows } from '../../../../../src/engine/exploration/neighbours/presentRows.ts';
import { gaussianClusters } from '../gaussianClusters.ts';

describe('partnerRanks', () => {
  const similarity = Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.5, 0.5, 0.7, 0.6, 0.1);

  it('counts what is better, from rows and from columns', () => {
    expect(Array.from(partnerRanks(similarity, 3).best)).toEqual([0, 1, 2]);
    expect(Array.from(partnerRanks(similarity, 3, true).best)).toEqual([0, 1, 2]);
  });

  it('lists tied places each, so that the denominator grows', () => {
    const ranks = partnerRanks(similarity, 3);
    expect(ranks.listed).toEqual([0, 1, 2, 2]);
    expect(retrievalScores(ranks)).toEqual({ r1: 1 / 4, r5: 1, r10: 1, medianRank: 2.5 });
  });

  it('is perfect for identical streams and at chance for unrelated ones', async () => {
    const rows = 400,
      dim = 16;
    const of = (seed: number) =>
      presentRows(
        gaussianClusters({ rows, dim, clusters: 1, seed }).data,
        dim,
        Int32Array.from({ length: rows }, (_, i) => i + 1),
      ).data;
    const [a, other] = [of(1), of(2)];
    expect(retrievalScores(partnerRanks(await similarityMatrix(a, a, rows, dim), rows))).toMatchObject({
      r1: 1,
      medianRank: 1,
    });
    const chance = retrievalScores(partnerRanks(await similarityMatrix(a, other, rows, dim), rows));
    expect(chance.r10).toBeLessThan(0.06);
    expect(Math.abs(chance.medianRank - rows / 2)).toBeLessThan(rows / 8);
  });
});
