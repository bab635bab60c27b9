// The layout of UMAP by stochastic gradient descent with negative samples (McInnes et al. 2018, algorithm 5), in two
// dimensions and flat arrays, interruptible at any edge: cutting the work into pieces does not change its result.
import type { FuzzyGraph } from './fuzzyGraph.ts';
import { gradientTable, slot, type GradientTable } from './gradientTable.ts';
import type { Curve } from './lowDimensionalCurve.ts';

const negativeSamples = 5;
const clip = 4;
const edgesBetweenClocks = 4096;

export class UmapLayout {
  /** [rows, 2], moved in place. */
  readonly positions: Float32Array;
  readonly epochs: number;
  epoch = 0;
  private readonly rows: number;
  private readonly heads: Int32Array;
  private readonly tails: Int32Array;
  /** Epochs between two samples of an edge: strong edges are drawn every epoch. */
  private readonly interval: Float32Array;
  private readonly nextSample: Float32Array;
  private readonly nextNegative: Float32Array;
  private readonly table: GradientTable;
  private cursor = 0;
  private state: number;

  /** `initial` [rows, 2] is copied. */
  constructor(
    graph: FuzzyGraph,
    initial: Float32Array,
    { curve, epochs, seed }: { curve: Curve; epochs: number; seed: number },
  ) {
    this.rows = graph.rows;
    this.epochs = epochs;
    this.positions = initial.slice();
    this.table = gradientTable(curve);
    this.state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) | 1;
    let strongest = 0;
    for (const weight of graph.weights) if (weight > strongest) strongest = weight;
    let kept = 0;
    for (const weight of graph.weights) if (weight > 0 && weight >= strongest / epochs) kept++;
    this.heads = new Int32Array(kept);
    this.tails = new Int32Array(kept);
    this.interval = new Float32Array(kept);
    let at = 0;
    for (let i = 0; i < graph.rows; i++) {
      for (let e = graph.starts[i]!; e < graph.starts[i + 1]!; e++) {
        const weight = graph.weights[e]!;
        if (weight <= 0 || weight < strongest / epochs) continue;
        this.heads[at] = i;
        this.tails[at] = graph.tails[e]!;
        this.interval[at++] = strongest / weight;
      }
    }
    this.nextSample = this.interval.slice();
    this.nextNegative = this.interval.map((value) => value / negativeSamples);
  }

  get done(): boolean {
    return this.epoch >= this.epochs;
  }

  /** Works until the clock says `deadlineMs` (as Date.now) or all epochs are done. */
  advance(deadlineMs: number): void {
    while (!this.done) {
      const to = Math.min(this.heads.length, this.cursor + edgesBetweenClocks);
      this.moveEdges(this.cursor, to, 1 - this.epoch / this.epochs);
      this.cursor = to;
      if (to === this.heads.length) {
        this.cursor = 0;
        this.epoch++;
      }
      if (Date.now() >= deadlineMs) return;
    }
  }

  private moveEdges(from: number, to: number, rate: number): void {
    const { positions, heads, tails, interval, nextSample, nextNegative, rows, epoch } = this;
    const { attract, repel } = this.table;
    let state = this.state;
    for (let e = from; e < to; e++) {
      if (nextSample[e]! > epoch) continue;
      const head = heads[e]! * 2,
        tail = tails[e]! * 2;
      let x = positions[head]!,
        y = positions[head + 1]!;
      let dx = x - positions[tail]!,
        dy = y - positions[tail + 1]!;
      const squared = dx * dx + dy * dy;
      if (squared > 0) {
        const force = attract[slot(squared)]!;
        const mx = clipped(force * dx) * rate,
          my = clipped(force * dy) * rate;
        x += mx;
        y += my;
        positions[tail]! -= mx;
        positions[tail + 1]! -= my;
      }
      nextSample[e]! += interval[e]!;
      const between = interval[e]! / negativeSamples;
      const negatives = Math.floor((epoch - nextNegative[e]!) / between);
      for (let p = 0; p < negatives; p++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        const other = ((state >>> 0) % rows) * 2;
        if (other === head) continue;
        dx = x - positions[other]!;
        dy = y - positions[other + 1]!;
        const apart = dx * dx + dy * dy;
        if (apart > 0) {
          const force = repel[slot(apart)]!;
          x += clipped(force * dx) * rate;
          y += clipped(force * dy) * rate;
        } else {
          x += clip * rate;
          y += clip * rate;
        }
      }
      if (negatives > 0) nextNegative[e]! += negatives * between;
      positions[head] = x;
      positions[head + 1] = y;
    }
    this.state = state;
  }
}

function clipped(value: number): number {
  return value > clip ? clip : value < -clip ? -clip : value;
}
