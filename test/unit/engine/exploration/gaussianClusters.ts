// Synthetic embeddings with a known structure: isotropic clusters around random centres.
import { randomStream } from '../../../../src/engine/base/randomStream.ts';

export interface Clustered {
  data: Float32Array;
  rows: number;
  dim: number;
  labels: Int32Array;
}

/**
 * Row i belongs to cluster i mod `clusters`; centres lie about `apart` standard deviations from each other per √dim.
 */
export function gaussianClusters({
  rows,
  dim,
  clusters,
  apart = 2,
  seed = 1,
}: {
  rows: number;
  dim: number;
  clusters: number;
  apart?: number;
  seed?: number;
}): Clustered {
  const random = randomStream(seed);
  const centres = Float32Array.from({ length: clusters * dim }, () => random.normal() * apart);
  const labels = Int32Array.from({ length: rows }, (_, i) => i % clusters);
  const data = Float32Array.from(
    { length: rows * dim },
    (_, at) => centres[labels[Math.floor(at / dim)]! * dim + (at % dim)]! + random.normal(),
  );
  return { data, rows, dim, labels };
}
