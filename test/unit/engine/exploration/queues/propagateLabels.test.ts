import { describe, expect, it } from 'vitest';
import { fuzzyGraph } from '../../../../../src/engine/exploration/layout/fuzzyGraph.ts';
import { neighbourGraph } from '../../../../../src/engine/exploration/neighbours/neighbourGraph.ts';
import { propagateLabels, type Seed } from '../../../../../src/engine/exploration/queues/propagateLabels.ts';
import { gaussianClusters } from '../gaussianClusters.ts';

const { data, rows, dim, labels } = gaussianClusters({ rows: 300, dim: 8, clusters: 3, apart: 4 });
const graph = fuzzyGraph(await neighbourGraph(data, rows, dim, 10));
const seed = (row: number, classIndex: number, positive = true): Seed => ({ row, classIndex, positive });
const chanceOf = (chances: Float32Array, row: number, c: number): number => chances[row * 3 + c]!;

describe('propagateLabels', () => {
  it('spreads one label a cluster to the whole cluster', async () => {
    const chances = await propagateLabels(graph, [seed(0, 0), seed(1, 1), seed(2, 2)], 3, false);
    let right = 0;
    for (let row = 3; row < rows; row++) {
      const of = [0, 1, 2].map((c) => chanceOf(chances, row, c));
      if (of.indexOf(Math.max(...of)) === labels[row]) right++;
      expect(of.reduce((p, q) => p + q)).toBeLessThanOrEqual(1.0001);
    }
    expect(right / (rows - 3)).toBeGreaterThan(0.97);
  });

  it('keeps what was said, and is surer near a label than far from one', async () => {
    const chances = await propagateLabels(graph, [seed(0, 0), seed(1, 1)], 3, false);
    expect([0, 1, 2].map((c) => chanceOf(chances, 0, c))).toEqual([1, 0, 0]);
    const near = graph.tails[graph.starts[0]!]!;
    const third = 2;
    expect(chanceOf(chances, near, 0)).toBeGreaterThan(0.1);
    expect(Math.max(chanceOf(chances, third, 0), chanceOf(chances, third, 1))).toBeLessThan(chanceOf(chances, near, 0));
  });

  it('lets multi-label classes stand beside each other, and negatives hold a class back', async () => {
    const both = await propagateLabels(graph, [seed(0, 0), seed(0, 1)], 3, true);
    const neighbour = graph.tails[graph.starts[0]!]!;
    expect(chanceOf(both, neighbour, 0)).toBeCloseTo(chanceOf(both, neighbour, 1), 5);
    const held = await propagateLabels(graph, [seed(0, 0), seed(neighbour, 0, false)], 3, true);
    expect(chanceOf(held, neighbour, 0)).toBe(0);
    expect(chanceOf(held, 0, 0)).toBe(1);
  });
});
