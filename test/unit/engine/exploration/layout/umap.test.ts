import { UMAP } from 'umap-js';
import { describe, expect, it } from 'vitest';
import { neighbourGraph } from '../../../../../src/engine/exploration/neighbours/neighbourGraph.ts';
import { principalAxes, projectOnAxes } from '../../../../../src/engine/exploration/layout/principalAxes.ts';
import { randomStream } from '../../../../../src/engine/base/randomStream.ts';
import { umap, type UmapOptions, type UmapProgress } from '../../../../../src/engine/exploration/layout/umap.ts';
import { gaussianClusters, type Clustered } from '../gaussianClusters.ts';
import { trustworthiness } from '../trustworthiness.ts';

const rows = 600,
  dim = 40;
const clustered = gaussianClusters({ rows, dim, clusters: 8, apart: 1 });

async function mapOf(
  { data }: Clustered,
  options: Partial<UmapOptions> = {},
  onPicture: (progress: UmapProgress) => void = () => {},
  signal?: AbortSignal,
): Promise<Float32Array> {
  const axes = await principalAxes(data, rows, dim, 30);
  const reduced = await projectOnAxes(data, rows, dim, axes);
  return umap(
    { reduced, rows, dim: axes.count, neighbours: () => neighbourGraph(reduced, rows, axes.count, 14) },
    { minDist: 0.1, seed: 1, ...options },
    onPicture,
    signal,
  );
}

/** Share of points whose nearest other point on the map is of their class. */
function purity(xy: Float32Array, labels: Int32Array): number {
  let same = 0;
  for (let i = 0; i < rows; i++) {
    let nearest = -1,
      least = Infinity;
    for (let j = 0; j < rows; j++) {
      const squared = (xy[2 * i]! - xy[2 * j]!) ** 2 + (xy[2 * i + 1]! - xy[2 * j + 1]!) ** 2;
      if (j !== i && squared < least) [least, nearest] = [squared, j];
    }
    if (labels[i] === labels[nearest]) same++;
  }
  return same / rows;
}

describe.each(['umap-js', 'flat'] as const)('umap drawn by %s', (engine) => {
  it('is as trustworthy as umap-js on the same data', async () => {
    const ours = trustworthiness(clustered.data, dim, await mapOf(clustered, { engine }), rows, 10);
    const random = randomStream(1);
    const reference = new UMAP({ nNeighbors: 15, minDist: 0.1, random: () => random.uniform() }).fit(
      Array.from({ length: rows }, (_, i) => Array.from(clustered.data.subarray(i * dim, (i + 1) * dim))),
    );
    const theirs = trustworthiness(clustered.data, dim, Float32Array.from(reference.flat()), rows, 10);
    expect(ours).toBeGreaterThan(theirs - 0.01);
    expect(ours).toBeGreaterThan(0.75);
  });

  it('keeps clusters together', async () => {
    expect(purity(await mapOf(clustered, { engine }), clustered.labels)).toBeGreaterThan(0.97);
  });

  it('gives the same map for the same seed and another for another', async () => {
    const [first, again, other] = [
      await mapOf(clustered, { engine, epochs: 50 }),
      await mapOf(clustered, { engine, epochs: 50 }),
      await mapOf(clustered, { engine, epochs: 50, seed: 2 }),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('shows a picture before any neighbour is sought', async () => {
    const pictures: UmapProgress[] = [];
    await mapOf(clustered, { engine, epochs: 30 }, (picture) => pictures.push(picture));
    expect(pictures[0]).toMatchObject({ epoch: 0, epochs: 30, settled: false });
    expect(pictures[0]!.xy).toHaveLength(2 * rows);
    expect(pictures[0]!.xy.every(Number.isFinite)).toBe(true);
  });

  it('starts from another map where aligned to it', async () => {
    const first = await mapOf(clustered, { engine });
    const moved = first.map((value, i) => (i % 2 === 0 ? value + 100 : value));
    moved.fill(Number.NaN, 0, 20);
    const aligned = await mapOf(clustered, { engine, initial: moved, epochs: 20 });
    const middle = aligned.filter((_, i) => i % 2 === 0).reduce((sum, x) => sum + x, 0) / rows;
    expect(middle).toBeGreaterThan(80);
    expect(aligned[0]).toBeGreaterThan(50);
  });

  it('separates labels that the data does not when supervised', async () => {
    const mixed = gaussianClusters({ rows, dim, clusters: 1 });
    const labels = Int32Array.from({ length: rows }, (_, i) => i % 2);
    const [plain, supervised] = [
      await mapOf(mixed, { engine, epochs: 200 }),
      await mapOf(mixed, { engine, epochs: 200, labels }),
    ];
    expect(purity(plain, labels)).toBeLessThan(0.65);
    expect(purity(supervised, labels)).toBeGreaterThan(0.85);
  });

  it('stops when cancelled', async () => {
    const stop = new AbortController();
    const pictures: number[] = [];
    const running = mapOf(
      clustered,
      { engine, epochs: 2000 },
      ({ epoch }) => {
        pictures.push(epoch);
        if (epoch > 0) stop.abort();
      },
      stop.signal,
    );
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(pictures.at(-1)).toBeLessThan(2000);
  });
});
