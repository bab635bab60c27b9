// An inverted file (IVF: Sivic & Zisserman 2003, Jégou et al. 2011): rows in cells around the centres of a k-means; a
// query looks into the cells nearest to it, as many as held the neighbours of rows that were tried when it was built.
// The same rows give the same cells.
import { breathe } from '../../base/breathe.ts';
import { usearch } from './usearch.ts';

const iterations = 6;
/** Rows per centre that the k-means looks at. */
const sampleOfCell = 50;
const block = 2000;
/** Rows tried, how many neighbours of each, and the share of them that must be found. */
const tried = 64;
const triedNeighbours = 50;
const found = 0.98;

export class CellIndex {
  private readonly data: Float32Array;
  private readonly dim: number;
  /** [cells, dim] */
  private readonly centres: Float32Array;
  /** [cells + 1]: cell c holds `order[starts[c]]` to before `order[starts[c + 1]]`. */
  private readonly starts: Int32Array;
  private readonly order: Int32Array;
  /** Cells a query looks into, and more where they hold too few rows. */
  private probes = 1;

  private constructor(data: Float32Array, dim: number, centres: Float32Array, cellOf: Int32Array) {
    this.data = data;
    this.dim = dim;
    this.centres = centres;
    this.starts = new Int32Array(centres.length / dim + 1);
    for (const cell of cellOf) this.starts[cell + 1]!++;
    for (let cell = 1; cell < this.starts.length; cell++) this.starts[cell]! += this.starts[cell - 1]!;
    const next = this.starts.slice();
    this.order = new Int32Array(cellOf.length);
    cellOf.forEach((cell, row) => {
      this.order[next[cell]!++] = row;
    });
  }

  /** Over `data` [rows, dim], which it refers to: as many cells as the root of the rows. */
  static async build(data: Float32Array, rows: number, dim: number, signal?: AbortSignal): Promise<CellIndex> {
    const cells = Math.max(1, Math.round(Math.sqrt(rows)));
    const taken = Math.min(rows, cells * sampleOfCell);
    const sample = evenly(data, rows, dim, taken);
    const centres = evenly(sample, taken, dim, cells);
    for (let step = 0; step < iterations; step++)
      moveCentres(centres, dim, sample, await nearestCentres(centres, sample, taken, dim, signal));
    const cellOf = await nearestCentres(centres, data, rows, dim, signal);
    const index = new CellIndex(data, dim, centres, cellOf);
    await index.chooseProbes(rows, cellOf, signal);
    return index;
  }

  private async chooseProbes(rows: number, cellOf: Int32Array, signal?: AbortSignal): Promise<void> {
    const needed: number[] = [];
    for (let i = 0; i < Math.min(tried, rows); i++) {
      const row = Math.floor((i * rows) / Math.min(tried, rows));
      const query = this.data.slice(row * this.dim, (row + 1) * this.dim);
      const rank = new Int32Array(this.starts.length - 1);
      this.cellsByDistance(query).forEach((cell, place) => {
        rank[cell] = place + 1;
      });
      for (const key of usearch.exactSearch(this.data, query, this.dim, Math.min(triedNeighbours, rows), 'l2sq', 1)
        .keys)
        needed.push(rank[cellOf[Number(key)]!]!);
      await breathe(signal);
    }
    this.probes = needed.sort((a, b) => a - b)[Math.ceil(found * needed.length) - 1] ?? 1;
  }

  private cellsByDistance(query: Float32Array): number[] {
    const cells = Int32Array.from({ length: this.starts.length - 1 }, (_, cell) => cell);
    const distances = squaredDistances(query, this.centres, this.dim, cells);
    return Array.from(cells).sort((a, b) => distances[a]! - distances[b]!);
  }

  get bytes(): number {
    return this.centres.byteLength + this.starts.byteLength + this.order.byteLength;
  }

  /** The `count` rows nearest to `query` [dim] of the cells nearest to it, in no order. */
  near(query: Float32Array, count: number): Int32Array {
    const { data, dim, order, starts } = this;
    const nearest = this.cellsByDistance(query);
    let looked = 0,
      held = 0;
    while (looked < nearest.length && (looked < this.probes || held < count)) {
      const cell = nearest[looked++]!;
      held += starts[cell + 1]! - starts[cell]!;
    }
    const rows = new Int32Array(held);
    let at = 0;
    for (const cell of nearest.slice(0, looked)) {
      rows.set(order.subarray(starts[cell], starts[cell + 1]), at);
      at += starts[cell + 1]! - starts[cell]!;
    }
    if (held <= count) return rows;
    const distances = squaredDistances(query, data, dim, rows);
    const bound = distances.toSorted()[count - 1]!;
    return rows.filter((_, i) => distances[i]! <= bound);
  }
}

/** `count` of the rows, evenly spaced. */
function evenly(data: Float32Array, rows: number, dim: number, count: number): Float32Array {
  const out = new Float32Array(count * dim);
  for (let i = 0; i < count; i++) {
    const row = Math.floor((i * rows) / count);
    out.set(data.subarray(row * dim, (row + 1) * dim), i * dim);
  }
  return out;
}

async function nearestCentres(
  centres: Float32Array,
  data: Float32Array,
  rows: number,
  dim: number,
  signal?: AbortSignal,
): Promise<Int32Array> {
  const cellOf = new Int32Array(rows);
  for (let from = 0; from < rows; from += block) {
    const to = Math.min(rows, from + block);
    const { keys } = usearch.exactSearch(centres, data.slice(from * dim, to * dim), dim, 1, 'l2sq', 1);
    keys.forEach((cell, i) => {
      cellOf[from + i] = Number(cell);
    });
    await breathe(signal);
  }
  return cellOf;
}

/** Each centre to the mean of its rows; one without rows stays where it is. */
function moveCentres(centres: Float32Array, dim: number, sample: Float32Array, cellOf: Int32Array): void {
  const sums = new Float64Array(centres.length);
  const counts = new Int32Array(centres.length / dim);
  cellOf.forEach((cell, row) => {
    counts[cell]!++;
    for (let d = 0; d < dim; d++) sums[cell * dim + d]! += sample[row * dim + d]!;
  });
  sums.forEach((sum, i) => {
    const count = counts[Math.floor(i / dim)]!;
    if (count > 0) centres[i] = sum / count;
  });
}

function squaredDistances(query: Float32Array, data: Float32Array, dim: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * dim;
    let sum = 0;
    for (let d = 0; d < dim; d++) {
      const apart = data[from + d]! - query[d]!;
      sum += apart * apart;
    }
    out[i] = sum;
  }
  return out;
}
