// What the nearest labelled clips say of each clip: class shares among its k nearest labelled neighbours, nearer ones
// counting more.
import { breathe } from '../../base/breathe.ts';
import { gatherRows } from '../neighbours/pairedRows.ts';
import { usearch } from '../neighbours/usearch.ts';
import { availableParallelism } from 'node:os';

/**
 * Labelled rows of a matrix. `classes[i]` are class numbers 0..classCount-1 of `rows[i]`; `groups[i]` is its source
 * file.
 */
export interface LabelledRows {
  rows: Int32Array;
  classes: readonly (readonly number[])[];
  groups: Int32Array;
  classCount: number;
}

export interface Votes {
  /** [queries, classCount], each row's shares; zeros where no labelled clip may vote. */
  shares: Float32Array;
  /** [queries] distance to the nearest voter, Infinity without one. */
  nearest: Float32Array;
}

const voters = 15;
const block = 64;

/**
 * Votes on `queries` (rows of `data` [*, dim]). A labelled row never votes on itself, and with `queryGroups` nor do
 * rows of the same source.
 */
export async function labelVotes(
  data: Float32Array,
  dim: number,
  queries: Int32Array,
  labelled: LabelledRows,
  { queryGroups, signal }: { queryGroups?: Int32Array; signal?: AbortSignal } = {},
): Promise<Votes> {
  const { rows, classCount } = labelled;
  const votes: Votes = {
    shares: new Float32Array(queries.length * classCount),
    nearest: new Float32Array(queries.length).fill(Infinity),
  };
  if (rows.length === 0) return votes;
  const dataset = gatherRows({ data, dim }, rows);
  // Same-source voters are struck out afterwards, so more are asked for.
  const asked = Math.min(rows.length, queryGroups ? 8 * voters : voters + 1);
  let lastBreath = Date.now();
  for (let from = 0; from < queries.length; from += block) {
    const part = queries.subarray(from, from + block);
    const { keys, distances } = usearch.exactSearch(
      dataset,
      gatherRows({ data, dim }, part),
      dim,
      asked,
      'l2sq',
      availableParallelism(),
    );
    part.forEach((row, i) => {
      const allowed: { voter: number; squared: number }[] = [];
      for (let j = i * asked; j < (i + 1) * asked && allowed.length < voters; j++) {
        const voter = Number(keys[j]!);
        if (
          voter >= rows.length ||
          rows[voter] === row ||
          (queryGroups && labelled.groups[voter] === queryGroups[from + i])
        )
          continue;
        allowed.push({ voter, squared: Math.max(0, distances[j]!) });
      }
      count(allowed, from + i, labelled, votes);
    });
    if (Date.now() - lastBreath > 50) {
      lastBreath = Date.now();
      await breathe(signal);
    }
  }
  return votes;
}

function count(
  allowed: { voter: number; squared: number }[],
  query: number,
  { classes, classCount }: LabelledRows,
  votes: Votes,
): void {
  if (allowed.length === 0) return;
  votes.nearest[query] = Math.sqrt(allowed[0]!.squared);
  // The scale follows the neighbourhood, so that dense and sparse regions are judged alike.
  const scale = Math.max(allowed[allowed.length - 1]!.squared, 1e-12);
  let total = 0;
  for (const { voter, squared } of allowed) {
    const weight = Math.exp((-3 * squared) / scale);
    total += weight;
    for (const c of classes[voter]!) votes.shares[query * classCount + c]! += weight;
  }
  for (let c = 0; c < classCount; c++) votes.shares[query * classCount + c]! /= total;
}

/** The class with the largest share of one row. */
export function leading(shares: Float32Array, row: number, classCount: number): { classIndex: number; share: number } {
  let classIndex = 0;
  for (let c = 1; c < classCount; c++)
    if (shares[row * classCount + c]! > shares[row * classCount + classIndex]!) classIndex = c;
  return { classIndex, share: shares[row * classCount + classIndex] ?? 0 };
}
