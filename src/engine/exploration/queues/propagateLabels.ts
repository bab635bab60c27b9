// Labels spread over the neighbour graph: the chance that a random walk from a clip meets a labelled clip of each class
// before it gives up (label propagation of Zhu & Ghahramani 2002, damped as Zhou et al. 2004). Far from any label the
// chances stay small, as they should.
import { breathe } from '../../base/breathe.ts';
import type { FuzzyGraph } from '../layout/fuzzyGraph.ts';

export interface Seed {
  row: number;
  classIndex: number;
  /** False: the clip is known not to be of this class. */
  positive: boolean;
}

/** Chance to go on after a step. */
const survival = 0.95;
const mostSteps = 60;
const enough = 1e-3;

/** [rows, classCount]. In single-label schemas a positive also says that the clip is of no other class. */
export async function propagateLabels(
  graph: FuzzyGraph,
  seeds: readonly Seed[],
  classCount: number,
  multiLabel: boolean,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const { rows, starts, tails, weights } = graph;
  const fixed = fixedValues(rows, seeds, classCount, multiLabel);
  const rowTotals = new Float32Array(rows);
  for (let i = 0; i < rows; i++) for (let e = starts[i]!; e < starts[i + 1]!; e++) rowTotals[i]! += weights[e]!;
  let now = Float32Array.from(fixed, (value) => (Number.isNaN(value) ? 0 : value));
  let next = now.slice();
  for (let step = 0; step < mostSteps; step++) {
    let change = 0;
    for (let i = 0; i < rows; i++) {
      if (rowTotals[i] === 0) continue;
      const at = i * classCount;
      for (let c = 0; c < classCount; c++) {
        if (!Number.isNaN(fixed[at + c]!)) continue;
        let sum = 0;
        for (let e = starts[i]!; e < starts[i + 1]!; e++) sum += weights[e]! * now[tails[e]! * classCount + c]!;
        const value = (survival * sum) / rowTotals[i]!;
        change = Math.max(change, Math.abs(value - now[at + c]!));
        next[at + c] = value;
      }
    }
    [now, next] = [next, now];
    await breathe(signal);
    if (change < enough) break;
  }
  return now;
}

/** NaN where a value is free. */
function fixedValues(rows: number, seeds: readonly Seed[], classCount: number, multiLabel: boolean): Float32Array {
  const fixed = new Float32Array(rows * classCount).fill(Number.NaN);
  for (const { row, positive } of seeds)
    if (positive && !multiLabel) fixed.fill(0, row * classCount, (row + 1) * classCount);
  for (const { row, classIndex, positive } of seeds) fixed[row * classCount + classIndex] = positive ? 1 : 0;
  return fixed;
}
