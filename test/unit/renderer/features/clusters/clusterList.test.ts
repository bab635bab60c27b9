import { describe, expect, it } from 'vitest';
import { clusterRows, unclustered } from '../../../../../src/renderer/src/features/clusters/clusterList.ts';

describe('clusterRows', () => {
  const clusters = [
    { cluster: 0, count: 3, name: 'bell', representatives: [1] },
    { cluster: 1, count: 5, name: 'cluster 2', representatives: [2] },
  ];
  it('puts the largest first and the unclustered last, with shares of all', () => {
    const rows = clusterRows(clusters, 2);
    expect(rows.map(({ cluster, name }) => [cluster, name])).toEqual([
      [1, 'Cluster 2'],
      [0, 'Bell'],
      [unclustered, 'Unclustered'],
    ]);
    expect(rows.map(({ share }) => share)).toEqual([0.5, 0.3, 0.2]);
  });
  it('names no unclustered when there are none', () => expect(clusterRows(clusters, 0)).toHaveLength(2));
  it('is empty without clusters', () => expect(clusterRows([], 0)).toEqual([]));
});
