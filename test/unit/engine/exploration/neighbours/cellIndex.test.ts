import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CellIndex } from '../../../../../src/engine/exploration/neighbours/cellIndex.ts';
import { gaussianClusters } from '../gaussianClusters.ts';

const nearest = (data: Float32Array, rows: number, dim: number, query: Float32Array, count: number): number[] => {
  const distances = Array.from({ length: rows }, (_, row) =>
    query.reduce((sum, value, d) => sum + (data[row * dim + d]! - value) ** 2, 0),
  );
  return [...distances.keys()].sort((a, b) => distances[a]! - distances[b]!).slice(0, count);
};

describe('cells', () => {
  it('give each asked row, without repetition, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 400 }),
        async (rows, dim, count) => {
          const { data } = gaussianClusters({ rows, dim, clusters: 3 });
          const found = (await CellIndex.build(data, rows, dim)).near(data.slice(0, dim), count);
          expect(new Set(found).size).toBe(found.length);
          expect(found.length).toBeGreaterThanOrEqual(Math.min(rows, count));
          expect(found).toContain(0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('hold nearly all the nearest rows, also where there are no clusters, and the same each time', async () => {
    const { data, rows, dim } = gaussianClusters({ rows: 6000, dim: 24, clusters: 1 });
    const [cells, again] = [await CellIndex.build(data, rows, dim), await CellIndex.build(data, rows, dim)];
    let hits = 0;
    for (let q = 0; q < 40; q++) {
      const query = data.slice(q * 131 * dim, (q * 131 + 1) * dim);
      const found = cells.near(query, 10);
      expect(again.near(query, 10)).toEqual(found);
      hits += nearest(data, rows, dim, query, 10).filter((row) => found.includes(row)).length;
    }
    expect(hits / 400).toBeGreaterThan(0.95);
  });

  it('take rows that are all alike', async () => {
    const data = new Float32Array(500 * 4).fill(0.5);
    expect((await CellIndex.build(data, 500, 4)).near(data.slice(0, 4), 10)).toHaveLength(500);
  });

  it('stop when asked to', async () => {
    const { data, rows, dim } = gaussianClusters({ rows: 500, dim: 4, clusters: 2 });
    await expect(CellIndex.build(data, rows, dim, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
