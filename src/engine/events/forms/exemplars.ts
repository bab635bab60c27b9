// Exemplars: forms of events with what they are. Labels spread from the marked ones to unmarked ones that resemble them (Zhou et al. 2004,
// "Learning with Local and Global Consistency"), and new events are what their nearest exemplars are.
import type { Form } from './form.ts';

/** Neighbours in the graph, and how far labels travel. */
const neighbours = 8;
const travel = 0.9;
const rounds = 50;
/** How fast resemblance falls with distance, in units of the distance to the seventh neighbour. */
const fall = 6;
const scaleAt = 6;
/** A marked exemplar has more of a say than one that labels spread to. */
const markedWeight = 1.5;

export interface Exemplars {
  forms: Form[];
  /** [N, width]: shares of the classes; marked ones have all of one. */
  votes: Float32Array;
  /** [N] distance to the seventh neighbour. */
  scales: Float32Array;
  /** The first so many are marked. */
  marked: number;
}
type Distance = (i: number, j: number) => number;

function nearest(count: number, distance: (j: number) => number, most = neighbours): { j: number; d: number }[] {
  const found: { j: number; d: number }[] = [];
  for (let j = 0; j < count; j++) {
    const d = distance(j);
    if (found.length === most && d >= found[most - 1]!.d) continue;
    let at = found.length;
    while (at > 0 && found[at - 1]!.d > d) at--;
    found.splice(at, 0, { j, d });
    if (found.length > most) found.pop();
  }
  return found;
}

const scaleOf = (near: readonly { d: number }[]): number =>
  Math.max(1e-6, near[Math.min(near.length - 1, scaleAt)]?.d ?? 1);

/**
 * @param labels class of every form, the marked ones first, -1 for those that are not
 * @param distance of forms i and j
 */
export function spreadLabels(
  forms: readonly Form[],
  labels: readonly number[],
  width: number,
  distance: Distance,
): Exemplars {
  const count = forms.length;
  const near = forms.map((_, i) =>
    nearest(count, (j) => (i === j ? Infinity : distance(i, j))).filter(({ d }) => d < Infinity),
  );
  const scales = Float32Array.from(near, scaleOf);
  const edges = Array.from({ length: count }, () => new Map<number, number>());
  for (const [i, list] of near.entries())
    for (const { j, d } of list) {
      const weight = Math.exp((-fall * d * d) / (scales[i]! * scales[j]!));
      edges[i]!.set(j, weight);
      edges[j]!.set(i, weight);
    }
  const degrees = edges.map((edge) =>
    Math.max(
      1e-9,
      [...edge.values()].reduce((a, b) => a + b, 0),
    ),
  );
  const marked = labels.filter((label) => label >= 0).length;
  const first = startOf(labels, width);
  let votes = first.slice();
  for (let round = 0; round < rounds; round++) {
    const next = first.map((value) => value * (1 - travel));
    for (const [i, edge] of edges.entries())
      for (const [j, weight] of edge) {
        const share = (travel * weight) / Math.sqrt(degrees[i]! * degrees[j]!);
        for (let k = 0; k < width; k++) next[i * width + k]! += share * votes[j * width + k]!;
      }
    votes = next;
  }
  for (const [i, label] of labels.entries()) {
    const row = votes.subarray(i * width, (i + 1) * width);
    if (label >= 0) row.fill(0)[label] = 1;
    else normalise(row);
  }
  return { forms: [...forms], votes: Float32Array.from(votes), scales, marked };
}

/** Every class begins with the same mass, however many of it are marked. */
function startOf(labels: readonly number[], width: number): Float64Array {
  const counts = new Float64Array(width);
  for (const label of labels) if (label >= 0) counts[label]!++;
  const start = new Float64Array(labels.length * width);
  for (const [i, label] of labels.entries()) if (label >= 0) start[i * width + label] = 1 / counts[label]!;
  return start;
}

function normalise(row: Float64Array | Float32Array): void {
  let sum = 0;
  for (const value of row) sum += value;
  if (sum > 0) for (let k = 0; k < row.length; k++) row[k]! /= sum;
}

/** Shares of the classes of a new form, whose distance from exemplar j is `distance(j)`. */
export function votesOf({ votes, scales, marked }: Exemplars, distance: (j: number) => number): Float32Array {
  const width = votes.length / scales.length;
  const near = nearest(scales.length, distance);
  const scale = scaleOf(near);
  const out = new Float32Array(width);
  // Relative to the nearest, so that something unlike all exemplars still gets shares.
  const least = near[0] ? (near[0].d * near[0].d) / (scale * scales[near[0].j]!) : 0;
  for (const { j, d } of near) {
    const weight = Math.exp(-fall * ((d * d) / (scale * scales[j]!) - least)) * (j < marked ? markedWeight : 1);
    for (let k = 0; k < width; k++) out[k]! += weight * votes[j * width + k]!;
  }
  normalise(out);
  return out;
}
