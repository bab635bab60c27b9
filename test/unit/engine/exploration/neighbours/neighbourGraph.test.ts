import { describe, expect, it } from 'vitest';
import {
  neighbourGraph,
  type NeighbourGraph,
} from '../../../../../src/engine/exploration/neighbours/neighbourGraph.ts';
import { gaussianClusters } from '../gaussianClusters.ts';

const shared = (p: NeighbourGraph, q: NeighbourGraph): number => {
  let hits = 0;
  for (let i = 0; i < p.rows; i++) {
    const other = new Set(q.indices.subarray(i * q.k, (i + 1) * q.k));
    for (const row of p.indices.subarray(i * p.k, (i + 1) * p.k)) if (other.has(row)) hits++;
  }
  return hits / p.indices.length;
};

describe('neighbourGraph', () => {
  it('finds the neighbours that a plain comparison of all pairs finds', async () => {
    const { data, rows, dim } = gaussianClusters({ rows: 120, dim: 10, clusters: 3 });
    const graph = await neighbourGraph(data, rows, dim, 5);
    for (let i = 0; i < rows; i++) {
      const expected = Array.from({ length: rows }, (_, j) => ({
        j,
        d: Math.hypot(...Array.from({ length: dim }, (__, t) => data[i * dim + t]! - data[j * dim + t]!)),
      }))
        .filter(({ j }) => j !== i)
        .sort((p, q) => p.d - q.d)
        .slice(0, 5);
      expect(Array.from(graph.indices.subarray(i * 5, (i + 1) * 5))).toEqual(expected.map(({ j }) => j));
      expect(graph.distances[i * 5]).toBeCloseTo(expected[0]!.d, 4);
    }
  });

  it('reaches a recall above .98 by the index, and the same graph each time', async () => {
    const { data, rows, dim } = gaussianClusters({ rows: 3000, dim: 32, clusters: 10 });
    const exact = await neighbourGraph(data, rows, dim, 10, { exact: true });
    const approximate = await neighbourGraph(data, rows, dim, 10, { exact: false });
    expect(shared(exact, approximate)).toBeGreaterThan(0.98);
    expect(await neighbourGraph(data, rows, dim, 10, { exact: false })).toEqual(approximate);
  });

  it('leaves the row itself out among equal rows, and marks what is not there', async () => {
    const equal = await neighbourGraph(new Float32Array(12).fill(1), 4, 3, 5);
    for (let i = 0; i < 4; i++) {
      const found = Array.from(equal.indices.subarray(i * 5, (i + 1) * 5));
      expect(found.filter((row) => row >= 0).length).toBe(3);
      expect(found).not.toContain(i);
    }
    expect(equal.distances[4]).toBe(Infinity);
  });

  it('works on a view into a larger buffer', async () => {
    const { data, rows, dim } = gaussianClusters({ rows: 60, dim: 4, clusters: 2 });
    const padded = new Float32Array(data.length + 8);
    padded.set(data, 8);
    expect(await neighbourGraph(padded.subarray(8), rows, dim, 3)).toEqual(await neighbourGraph(data, rows, dim, 3));
  });
});
