import { describe, expect, it } from 'vitest';
import { principalAxes, projectOnAxes } from '../../../../../src/engine/exploration/layout/principalAxes.ts';
import { randomStream } from '../../../../../src/engine/base/randomStream.ts';

/** Independent axes with standard deviations 1, 1/2, 1/3, …, rotated nowhere, shifted by 5. */
function axisAligned(rows: number, dim: number): Float32Array {
  const random = randomStream(4);
  return Float32Array.from({ length: rows * dim }, (_, at) => 5 + (random.normal() * 3) / ((at % dim) + 1));
}

describe('principalAxes', () => {
  it('finds axes and variances of independent dimensions, largest first', async () => {
    const rows = 3000,
      dim = 24;
    const { axes, variances, count } = await principalAxes(axisAligned(rows, dim), rows, dim, 4);
    expect(count).toBe(4);
    for (let axis = 0; axis < 4; axis++) {
      expect(Math.abs(axes[axis * dim + axis]!)).toBeGreaterThan(0.98);
      expect(variances[axis]).toBeCloseTo((3 / (axis + 1)) ** 2, 0);
    }
  });

  it('keeps all distances where no dimension is dropped', async () => {
    const rows = 50,
      dim = 6;
    const data = axisAligned(rows, dim);
    const axes = await principalAxes(data, rows, dim, 50);
    const reduced = await projectOnAxes(data, rows, dim, axes);
    const squared = (matrix: Float32Array, i: number, j: number) =>
      Array.from({ length: dim }, (_, d) => (matrix[i * dim + d]! - matrix[j * dim + d]!) ** 2).reduce((p, q) => p + q);
    expect(axes.count).toBe(6);
    for (let i = 1; i < rows; i++) expect(squared(reduced, 0, i)).toBeCloseTo(squared(data, 0, i), 3);
  });

  it('bears equal rows and a single row', async () => {
    const equal = await principalAxes(new Float32Array(5 * 3).fill(2), 5, 3, 2);
    expect(Array.from(equal.variances)).toEqual([0, 0]);
    const single = await projectOnAxes(
      Float32Array.of(1, 2, 3),
      1,
      3,
      await principalAxes(Float32Array.of(1, 2, 3), 1, 3, 2),
    );
    expect(single.every((value) => value === 0)).toBe(true);
  });
});
