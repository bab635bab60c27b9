import { describe, expect, it } from 'vitest';
import { LoadedMatrix } from '../../../../../src/engine/exploration/neighbours/matrixCache.ts';
import { nearestPlaces } from '../../../../../src/engine/exploration/neighbours/nearestPlaces.ts';
import { placeByNeighbours } from '../../../../../src/engine/exploration/layout/placeByNeighbours.ts';
import { presentRows } from '../../../../../src/engine/exploration/neighbours/presentRows.ts';
import { gaussianClusters } from '../gaussianClusters.ts';

describe('placing new clips', () => {
  it('puts each into the cluster it belongs to', async () => {
    const { data, rows, dim, labels } = gaussianClusters({ rows: 200, dim: 12, clusters: 4, apart: 3 });
    const clipIds = Int32Array.from({ length: rows }, (_, i) => i + 1);
    const matrix = new LoadedMatrix(presentRows(data, dim, clipIds));
    const known = Float32Array.from({ length: rows * 2 }, (_, at) => (at % 2 === 0 ? labels[at >> 1]! * 10 : 0));
    const fresh = clipIds.slice(160);
    known.fill(Number.NaN, 320);
    const placed = await nearestPlaces(matrix, known, Int32Array.of(...fresh, 999));
    expect(placed.clipIds).toEqual(fresh);
    placed.clipIds.forEach((clipId, i) => {
      expect(placed.xy[2 * i]).toBeCloseTo(labels[clipId - 1]! * 10, 3);
      expect(placed.xy[2 * i + 1]).toBeCloseTo(0, 3);
    });
  });

  it('weighs nearer neighbours more, passes over those without a place, and has none without neighbours', () => {
    const xy = Float32Array.of(0, 0, 10, 0, Number.NaN, Number.NaN);
    const [x] = placeByNeighbours({ indices: Int32Array.of(2, 0, 1), distances: Float32Array.of(0.1, 1, 2) }, xy)!;
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(2);
    expect(
      placeByNeighbours({ indices: Int32Array.of(2, -1), distances: Float32Array.of(0.1, Infinity) }, xy),
    ).toBeNull();
  });
});
