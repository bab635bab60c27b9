// The layout by umap-js, neighbours and start given to it: what draws collections of everyday size. Its graph is a map
// of pairs and its positions are arrays of arrays (8.7 s and 1.1 GB before the first step at 20k rows), so
// `umapLayout.ts` takes over above `umapJsUpTo`.
import { UMAP } from 'umap-js';
import type { NeighbourGraph } from '../neighbours/neighbourGraph.ts';
import { randomStream } from '../../base/randomStream.ts';

export const umapJsUpTo = 5000;

export interface UmapJsOptions {
  minDist: number;
  epochs: number;
  seed: number;
  labels: Int32Array | undefined;
}

export class UmapJsLayout {
  readonly epochs: number;
  epoch = 0;
  private readonly map: UMAP;

  /** `initial` [rows, 2] is copied. */
  constructor(neighbours: NeighbourGraph, initial: Float32Array, { minDist, epochs, seed, labels }: UmapJsOptions) {
    const { rows, k } = neighbours;
    const random = randomStream(seed);
    this.map = new UMAP({
      nComponents: 2,
      nNeighbors: k + 1,
      minDist,
      nEpochs: epochs,
      random: () => random.uniform(),
    });
    // umap-js counts the point itself as its nearest neighbour.
    const table = (own: (row: number) => number, others: ArrayLike<number>): number[][] =>
      Array.from({ length: rows }, (_, i) => [own(i), ...Array.from({ length: k }, (_entry, j) => others[i * k + j]!)]);
    this.map.setPrecomputedKNN(
      table((row) => row, neighbours.indices),
      table(() => 0, neighbours.distances),
    );
    if (labels) this.map.setSupervisedProjection(Array.from(labels));
    this.epochs = this.map.initializeFit(Array.from({ length: rows }, () => [0]));
    for (const [row, place] of this.map.getEmbedding().entries()) {
      place[0] = initial[2 * row]!;
      place[1] = initial[2 * row + 1]!;
    }
  }

  get done(): boolean {
    return this.epoch >= this.epochs;
  }

  /** [rows, 2], a copy. */
  get positions(): Float32Array {
    return Float32Array.from(this.map.getEmbedding().flat());
  }

  /** Works until the clock says `deadlineMs` (as Date.now) or all epochs are done. */
  advance(deadlineMs: number): void {
    while (!this.done) {
      this.map.step();
      this.epoch++;
      if (Date.now() >= deadlineMs) return;
    }
  }
}
