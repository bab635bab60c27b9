import { describe, expect, it } from 'vitest';
import { hdbscan } from '../../../../../src/engine/exploration/clusters/hdbscan.ts';
import { presentRows } from '../../../../../src/engine/exploration/neighbours/presentRows.ts';
import { clusterSummaries } from '../../../../../src/engine/exploration/clusters/representatives.ts';
import { randomStream } from '../../../../../src/engine/base/randomStream.ts';

/** Blobs of given sizes on a grid, then uniform noise. */
function blobs(sizes: number[], noise: number): { xy: Float32Array; truth: number[] } {
  const random = randomStream(5);
  const points: number[] = [],
    truth: number[] = [];
  sizes.forEach((size, blob) => {
    for (let i = 0; i < size; i++) {
      points.push((blob % 3) * 15 + random.normal(), Math.floor(blob / 3) * 15 + random.normal());
      truth.push(blob);
    }
  });
  for (let i = 0; i < noise; i++) {
    points.push(random.uniform() * 60 - 15, random.uniform() * 60 - 15);
    truth.push(-1);
  }
  return { xy: Float32Array.from(points), truth };
}

describe('hdbscan', () => {
  it('finds blobs, numbers them by size and leaves noise out', async () => {
    const { xy, truth } = blobs([80, 200, 120, 60], 40);
    const labels = await hdbscan(xy, truth.length, 2, 15);
    expect(Math.max(...labels)).toBe(3);
    const majority = (blob: number) => {
      const found = truth.flatMap((t, i) => (t === blob ? [labels[i]!] : []));
      const counts = new Map<number, number>();
      for (const label of found) counts.set(label, (counts.get(label) ?? 0) + 1);
      const [label, count] = [...counts].sort((p, q) => q[1] - p[1])[0]!;
      expect(count / found.length).toBeGreaterThan(0.9);
      return label;
    };
    expect([majority(1), majority(2), majority(0), majority(3)]).toEqual([0, 1, 2, 3]);
    const noise = truth.flatMap((t, i) => (t === -1 ? [labels[i]!] : []));
    expect(noise.filter((label) => label === -1).length / noise.length).toBeGreaterThan(0.6);
  });

  it('follows shapes that are not round', async () => {
    const random = randomStream(2);
    const rows = 600;
    const xy = Float32Array.from({ length: rows * 2 }, () => 0);
    for (let i = 0; i < rows; i++) {
      const angle = random.uniform() * Math.PI * 2,
        radius = i % 2 === 0 ? 2 : 10;
      xy[2 * i] = Math.cos(angle) * radius + random.normal() * 0.2;
      xy[2 * i + 1] = Math.sin(angle) * radius + random.normal() * 0.2;
    }
    const labels = await hdbscan(xy, rows, 2, 25);
    const [inner, outer] = [labels[0]!, labels[1]!];
    expect(inner).not.toBe(outer);
    const right = Array.from(labels).filter((label, i) => label === (i % 2 === 0 ? inner : outer)).length;
    expect(right / rows).toBeGreaterThan(0.9);
  });

  it('calls everything noise where there are too few points, and survives equal ones', async () => {
    expect(Array.from(await hdbscan(new Float32Array(8), 4, 2, 10))).toEqual([-1, -1, -1, -1]);
    expect(await hdbscan(new Float32Array(80).fill(3), 40, 2, 5)).toHaveLength(40);
  });

  it('names representatives near the middle of each cluster that differ from each other', () => {
    const random = randomStream(8);
    const rows = 40,
      dim = 3;
    const data = Float32Array.from(
      { length: rows * dim },
      (_, at) => (at % dim === Math.floor(at / dim) % 2 ? 1 : 0) + random.normal() * 0.05,
    );
    const present = presentRows(
      data,
      dim,
      Int32Array.from({ length: rows }, (_, i) => 100 + i),
    );
    const summaries = clusterSummaries(
      present,
      Int32Array.from({ length: rows }, (_, i) => (i < 4 ? -1 : i % 2)),
      3,
    );
    expect(summaries.map(({ cluster, count }) => [cluster, count])).toEqual([
      [0, 18],
      [1, 18],
    ]);
    for (const { cluster, representatives } of summaries) {
      expect(new Set(representatives).size).toBe(3);
      for (const clipId of representatives) expect((clipId - 100) % 2).toBe(cluster);
    }
  });
});
