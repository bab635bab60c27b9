// What to label first: clips far from everything labelled or chosen, but typical of their surroundings (greedy
// k-centre, Sener & Savarese 2018, weighted by density as TypiClust, Hacohen et al. 2022, advises for small budgets:
// plain k-centre picks outliers).
import { availableParallelism } from 'node:os';
import { breathe } from '../../base/breathe.ts';
import type { NeighbourGraph } from '../neighbours/neighbourGraph.ts';
import { gatherRows } from '../neighbours/pairedRows.ts';
import { usearch } from '../neighbours/usearch.ts';

export interface DiverseClip {
  row: number;
  score: number;
  /** 0..1: share of clips in sparser places. */ typicality: number;
}

const labelledSample = 1000;
const block = 4096;

/** `data` [rows, dim]; `labelled` rows are covered already; `candidates` are those to choose from. In order of choice. */
export async function diverseClips(
  data: Float32Array,
  dim: number,
  graph: NeighbourGraph,
  labelled: Int32Array,
  candidates: Int32Array,
  limit: number,
  signal?: AbortSignal,
): Promise<DiverseClip[]> {
  const typicality = densityRanks(graph, candidates);
  const covered = await squaredDistances(data, dim, candidates, labelled, signal);
  const cover = (row: number): void => {
    for (let i = 0; i < candidates.length; i++) {
      let squared = 0;
      const at = candidates[i]! * dim,
        centre = row * dim;
      for (let d = 0; d < dim; d++) squared += (data[at + d]! - data[centre + d]!) ** 2;
      if (squared < covered[i]!) covered[i] = squared;
    }
  };
  const chosen: DiverseClip[] = [];
  while (chosen.length < Math.min(limit, candidates.length)) {
    let top = -1,
      topScore = -1;
    for (let i = 0; i < candidates.length; i++) {
      const distance = covered[i] === Infinity ? 1 : Math.sqrt(covered[i]!);
      const score = distance * typicality[i]!;
      if (score > topScore) [top, topScore] = [i, score];
    }
    if (topScore <= 0) break;
    chosen.push({ row: candidates[top]!, score: topScore, typicality: typicality[top]! });
    cover(candidates[top]!);
    if (chosen.length % 8 === 0) await breathe(signal);
  }
  return chosen;
}

/** [candidates] to the nearest labelled row, or of a sample of them where there are many; Infinity without labels. */
async function squaredDistances(
  data: Float32Array,
  dim: number,
  candidates: Int32Array,
  labelled: Int32Array,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const squared = new Float64Array(candidates.length).fill(Infinity);
  const step = Math.max(1, Math.ceil(labelled.length / labelledSample));
  const centres = gatherRows(
    { data, dim },
    labelled.filter((_, i) => i % step === 0),
  );
  for (let from = 0; labelled.length > 0 && from < candidates.length; from += block) {
    const { distances } = usearch.exactSearch(
      centres,
      gatherRows({ data, dim }, candidates.subarray(from, from + block)),
      dim,
      1,
      'l2sq',
      availableParallelism(),
    );
    squared.set(distances, from);
    await breathe(signal);
  }
  return squared;
}

/** Rank of the mean neighbour distance, 1 for the densest place. */
function densityRanks({ k, distances }: NeighbourGraph, candidates: Int32Array): Float64Array {
  const mean = Float64Array.from(candidates, (row) => {
    let sum = 0,
      count = 0;
    for (let j = row * k; j < (row + 1) * k && Number.isFinite(distances[j]!); j++, count++) sum += distances[j]!;
    return count > 0 ? sum / count : Infinity;
  });
  const order = Int32Array.from(candidates.keys()).sort((p, q) => mean[q]! - mean[p]! || p - q);
  const ranks = new Float64Array(candidates.length);
  order.forEach((i, place) => {
    ranks[i] = (place + 1) / candidates.length;
  });
  return ranks;
}
