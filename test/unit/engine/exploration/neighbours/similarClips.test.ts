import { describe, expect, it, vi } from 'vitest';
import { LoadedMatrix } from '../../../../../src/engine/exploration/neighbours/matrixCache.ts';
import {
  nearestRowsApproximate,
  nearestRowsExact,
} from '../../../../../src/engine/exploration/neighbours/nearestRows.ts';
import { presentRows } from '../../../../../src/engine/exploration/neighbours/presentRows.ts';
import { similarClips } from '../../../../../src/engine/exploration/neighbours/similarClips.ts';
import { gaussianClusters } from '../gaussianClusters.ts';

const clipIdsTo = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, i) => i + 1);
const matrixOf = (values: number[], dim: number, clipIds = clipIdsTo(values.length / dim)): LoadedMatrix =>
  new LoadedMatrix(presentRows(Float32Array.from(values), dim, clipIds));

/** Clips 1…4 in the plane: east, north-east, north, west. */
const compass = matrixOf([1, 0, 1, 1, 0, 1, -1, 0], 2);
const ids = async (...asked: Parameters<typeof similarClips>): Promise<number[]> => [
  ...(await similarClips(...asked)).clipIds,
];

describe('similarClips', () => {
  it('orders by cosine and leaves the example out', async () => {
    const found = await similarClips([{ matrix: compass, weight: 1 }], { positives: [1], negatives: [], k: 10 });
    expect([...found.clipIds]).toEqual([2, 3, 4]);
    expect(found.scores[0]).toBeCloseTo(Math.SQRT1_2, 5);
    expect(found.scores[2]).toBeCloseTo(-1, 5);
  });

  it('averages positives and turns away from negatives', async () => {
    expect(await ids([{ matrix: compass, weight: 1 }], { positives: [1, 3], negatives: [], k: 1 })).toEqual([2]);
    const ring = matrixOf([1, 0, 0.8, 0.6, 0.8, -0.6, 0, 1], 2);
    expect(await ids([{ matrix: ring, weight: 1 }], { positives: [1], negatives: [4], k: 2 })).toEqual([3, 2]);
  });

  it('answers only from the clips given', async () => {
    expect(
      await ids([{ matrix: compass, weight: 1 }], {
        positives: [1],
        negatives: [],
        k: 10,
        among: Int32Array.of(4, 3, 1),
      }),
    ).toEqual([3, 4]);
  });

  it('takes a vector from outside', async () => {
    expect(
      await ids([{ matrix: compass, weight: 1, vector: Float32Array.of(-7, 0.5) }], {
        positives: [],
        negatives: [],
        k: 1,
      }),
    ).toEqual([4]);
  });

  it('blends sound and picture by weight, and scores a clip without one by the other', async () => {
    const sound = matrixOf([1, 0, 1, 0, 0, 1], 2);
    const picture = matrixOf([1, 0, 0, 1, 1, 0, 1, 0], 2, Int32Array.of(1, 2, 3, 4));
    const blended = (weight: number) =>
      ids(
        [
          { matrix: sound, weight: 1 - weight },
          { matrix: picture, weight },
        ],
        { positives: [1], negatives: [], k: 3 },
      );
    expect((await blended(0.1)).slice(0, 2)).toEqual([4, 2]);
    expect((await blended(0.9)).slice(0, 2)).toEqual([4, 3]);
    expect(await blended(0)).toEqual([2, 3]);
  });

  it('says so where no example is embedded in the space', async () => {
    await expect(
      similarClips([{ matrix: compass, weight: 1 }], { positives: [99], negatives: [], k: 3 }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('searches by index with the scores of an exhaustive search and a recall above .95', async () => {
    const { data, rows, dim } = gaussianClusters({ rows: 4000, dim: 96, clusters: 20, apart: 0.5 });
    const matrix = new LoadedMatrix(presentRows(data, dim, clipIdsTo(rows)));
    let hits = 0;
    for (let query = 0; query < 50; query++) {
      const vector = matrix.present.data.slice(query * dim, (query + 1) * dim);
      const exact = nearestRowsExact(matrix.present, vector, 10);
      const approximate = await nearestRowsApproximate(matrix, vector, 10);
      expect(approximate[0]).toEqual({ row: query, score: exact[0]!.score });
      hits += approximate.filter(({ row }) => exact.some((hit) => hit.row === row)).length;
    }
    expect(hits / 500).toBeGreaterThan(0.95);
  });

  it('begins the cells at the first search of many rows, answers exactly until they are there, by them afterwards, and exactly on demand', async () => {
    const { data, rows, dim } = gaussianClusters({ rows: 900, dim: 40, clusters: 9, apart: 0.2 });
    const [large, small] = [
      new LoadedMatrix(presentRows(data.slice(), dim, clipIdsTo(rows)), 400),
      new LoadedMatrix(presentRows(data, dim, clipIdsTo(rows))),
    ];
    const query = { positives: [7], negatives: [], k: 100 };
    const exact = await similarClips([{ matrix: small, weight: 1 }], query);
    expect(await similarClips([{ matrix: large, weight: 1 }], query)).toEqual(exact);
    expect(small.cellsAtHand()).toBeNull();
    const cells = await large.searchCells();
    expect(large.cellsAtHand()).toBe(cells);
    const near = vi.spyOn(cells, 'near');
    const found = await similarClips([{ matrix: large, weight: 1 }], query);
    expect(near).toHaveBeenCalledOnce();
    expect(found.clipIds.filter((clipId) => exact.clipIds.includes(clipId)).length).toBeGreaterThan(90);
    expect(await similarClips([{ matrix: large, weight: 1 }], { ...query, exact: true })).toEqual(exact);
    expect(near).toHaveBeenCalledOnce();
  });
});
