// Principal component analysis of the leading axes, for reducing embeddings before neighbours are sought and for a first picture.
//
// Covariance, then orthogonal (subspace) iteration on it. ml-pca decomposes everything and needs minutes where this needs a second.
// Where rows are very many, the axes come from an even sample of at least four rows per dimension; every row is then projected.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { breathe } from '../../base/breathe.ts';
import { dot, multiplyTransposed } from './multiplyTransposed.ts';
import { randomStream } from '../../base/randomStream.ts';

export interface PrincipalAxes {
  /** [dim] */
  mean: Float32Array;
  /** [count, dim], orthonormal, largest variance first. */
  axes: Float32Array;
  /** [count] */
  variances: Float64Array;
  count: number;
}

/** Bounds the products spent on the covariance: about a second. */
const covarianceBudget = 2e9;
const iterations = 12;
const oversampling = 10;

/** Leading principal axes of `data` [rows, dim]; fewer than `count` where dim or rows allow no more. Deterministic. */
export async function principalAxes(
  data: Float32Array,
  rows: number,
  dim: number,
  count: number,
  signal?: AbortSignal,
): Promise<PrincipalAxes> {
  const mean = columnMeans(data, rows, dim);
  const covariance = await covarianceOf(data, rows, dim, mean, signal);
  const kept = Math.max(1, Math.min(count, dim, rows));
  const width = Math.min(dim, kept + oversampling);
  const random = randomStream(7);
  let basis = orthonormalRows(
    Float32Array.from({ length: width * dim }, () => random.normal()),
    width,
    dim,
  );
  for (let step = 0; step < iterations; step++) {
    const image = new Float32Array(width * dim);
    multiplyTransposed(basis, [0, width], covariance, [0, dim], dim, image, dim);
    basis = orthonormalRows(image, width, dim);
    await breathe(signal);
  }
  return rotateToAxes(basis, covariance, width, dim, mean, kept);
}

/** Coordinates [rows, count] of centred rows along the axes. */
export async function projectOnAxes(
  data: Float32Array,
  rows: number,
  dim: number,
  { mean, axes, count }: PrincipalAxes,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const out = new Float32Array(rows * count);
  const offsets = Float64Array.from({ length: count }, (_, j) => dot(mean, 0, axes, j * dim, dim));
  const chunk = 2048;
  for (let from = 0; from < rows; from += chunk) {
    const to = Math.min(rows, from + chunk);
    const part = out.subarray(from * count, to * count);
    multiplyTransposed(data, [from, to], axes, [0, count], dim, part, count);
    for (let i = 0; i < to - from; i++) for (let j = 0; j < count; j++) part[i * count + j]! -= offsets[j]!;
    await breathe(signal);
  }
  return out;
}

function columnMeans(data: Float32Array, rows: number, dim: number): Float32Array {
  const sums = new Float64Array(dim);
  for (let i = 0; i < rows; i++) for (let d = 0; d < dim; d++) sums[d]! += data[i * dim + d]!;
  return Float32Array.from(sums, (sum) => sum / Math.max(1, rows));
}

/** [dim, dim] */
async function covarianceOf(
  data: Float32Array,
  rows: number,
  dim: number,
  mean: Float32Array,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const taken = Math.min(rows, Math.max(4 * dim, Math.floor(covarianceBudget / (dim * dim))));
  const columns = new Float32Array(dim * taken);
  for (let s = 0; s < taken; s++) {
    const row = Math.floor((s * rows) / taken) * dim;
    for (let d = 0; d < dim; d++) columns[d * taken + s] = data[row + d]! - mean[d]!;
  }
  const covariance = new Float32Array(dim * dim);
  const side = 64;
  for (let from = 0; from < dim; from += side) {
    const to = Math.min(dim, from + side);
    const strip = new Float32Array((to - from) * (dim - from));
    multiplyTransposed(columns, [from, to], columns, [from, dim], taken, strip, dim - from);
    for (let i = from; i < to; i++) {
      for (let j = from; j < dim; j++) {
        const value = strip[(i - from) * (dim - from) + (j - from)]! / Math.max(1, taken - 1);
        covariance[i * dim + j] = value;
        covariance[j * dim + i] = value;
      }
    }
    await breathe(signal);
  }
  return covariance;
}

/** Modified Gram-Schmidt over rows, twice for accuracy; rows without a direction of their own become zero. */
function orthonormalRows(rows: Float32Array, count: number, dim: number): Float32Array {
  for (let pass = 0; pass < 2; pass++) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < i; j++) {
        const shared = dot(rows, i * dim, rows, j * dim, dim);
        for (let d = 0; d < dim; d++) rows[i * dim + d]! -= shared * rows[j * dim + d]!;
      }
      const norm = Math.sqrt(dot(rows, i * dim, rows, i * dim, dim));
      const scale = norm > 1e-12 ? 1 / norm : 0;
      for (let d = 0; d < dim; d++) rows[i * dim + d]! *= scale;
    }
  }
  return rows;
}

function rotateToAxes(
  basis: Float32Array,
  covariance: Float32Array,
  width: number,
  dim: number,
  mean: Float32Array,
  kept: number,
): PrincipalAxes {
  const image = new Float32Array(width * dim);
  multiplyTransposed(basis, [0, width], covariance, [0, dim], dim, image, dim);
  const small = new Float64Array(width * width);
  multiplyTransposed(image, [0, width], basis, [0, width], dim, small, width);
  const symmetric = Matrix.zeros(width, width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j < width; j++) symmetric.set(i, j, (small[i * width + j]! + small[j * width + i]!) / 2);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  const order = realEigenvalues
    .map((_, i) => i)
    .sort((p, q) => realEigenvalues[q]! - realEigenvalues[p]!)
    .slice(0, kept);
  const axes = new Float32Array(kept * dim);
  order.forEach((column, row) => {
    for (let i = 0; i < width; i++) {
      const share = eigenvectorMatrix.get(i, column);
      for (let d = 0; d < dim; d++) axes[row * dim + d]! += share * basis[i * dim + d]!;
    }
    orient(axes, row * dim, dim);
  });
  return {
    mean,
    axes,
    variances: Float64Array.from(order, (column) => Math.max(0, realEigenvalues[column]!)),
    count: kept,
  };
}

/** The sign of an axis is free: its largest entry is made positive, so that repeated runs look the same. */
function orient(axes: Float32Array, at: number, dim: number): void {
  let largest = 0;
  for (let d = 0; d < dim; d++) if (Math.abs(axes[at + d]!) > Math.abs(largest)) largest = axes[at + d]!;
  if (largest < 0) for (let d = 0; d < dim; d++) axes[at + d]! *= -1;
}
