// A minimum spanning tree under mutual reachability distance, max(core(a), core(b), d(a, b)) (Campello, Moulavi &
// Sander 2013): Kruskal over the neighbour graph, then single edges between the pieces that graph leaves apart.
import { disjointSets } from './disjointSets.ts';
import type { NeighbourGraph } from '../neighbours/neighbourGraph.ts';

export interface TreeEdges {
  from: Int32Array;
  to: Int32Array;
  distances: Float64Array;
}

const sampledPerPiece = 200;

/** `data` [rows, dim] are the points of the graph; core distance = distance to the `samples`-th neighbour. rows - 1 edges, shortest first. */
export function reachabilityTree(data: Float32Array, dim: number, graph: NeighbourGraph, samples: number): TreeEdges {
  const { rows, k, indices, distances } = graph;
  const nth = Math.min(samples, k) - 1;
  const core = Float64Array.from({ length: rows }, (_, i) => finite(distances[i * k + nth]!));
  const edges = candidateEdges(graph, core);
  const sets = disjointSets(rows);
  const tree = {
    from: new Int32Array(Math.max(0, rows - 1)),
    to: new Int32Array(Math.max(0, rows - 1)),
    distances: new Float64Array(Math.max(0, rows - 1)),
  };
  let count = 0;
  const take = (a: number, b: number, distance: number): void => {
    if (!sets.join(a, b)) return;
    tree.from[count] = a;
    tree.to[count] = b;
    tree.distances[count++] = distance;
  };
  for (const e of edges.order) take(Math.floor(e / k), indices[e]!, edges.weights[e]!);
  for (const bridge of bridges(data, dim, pieces(rows, sets.find)))
    take(bridge.a, bridge.b, Math.max(core[bridge.a]!, core[bridge.b]!, bridge.distance));
  return sortedTree(tree);
}

const finite = (distance: number): number => (Number.isFinite(distance) ? distance : 0);

function candidateEdges(
  { rows, k, indices, distances }: NeighbourGraph,
  core: Float64Array,
): { order: Int32Array; weights: Float64Array } {
  const weights = new Float64Array(rows * k).fill(Infinity);
  let count = 0;
  const order = new Int32Array(rows * k);
  for (let e = 0; e < rows * k; e++) {
    const other = indices[e]!;
    if (other < 0) continue;
    weights[e] = Math.max(distances[e]!, core[Math.floor(e / k)]!, core[other]!);
    order[count++] = e;
  }
  return { order: order.subarray(0, count).sort((p, q) => weights[p]! - weights[q]! || p - q), weights };
}

function pieces(rows: number, find: (i: number) => number): number[][] {
  const byRoot = new Map<number, number[]>();
  for (let i = 0; i < rows; i++) {
    const root = find(i);
    const piece = byRoot.get(root);
    if (piece) piece.push(i);
    else byRoot.set(root, [i]);
  }
  return [...byRoot.values()];
}

/** Prim over the pieces' centres; each bridge joins the nearest of an even sample of both pieces' points. */
function bridges(data: Float32Array, dim: number, parts: number[][]): { a: number; b: number; distance: number }[] {
  if (parts.length < 2) return [];
  const centres = parts.map((part) =>
    Float64Array.from(
      { length: dim },
      (_, d) => part.reduce((sum, row) => sum + data[row * dim + d]!, 0) / part.length,
    ),
  );
  const apart = (p: Float64Array, q: Float64Array): number => Math.hypot(...Array.from(p, (value, d) => value - q[d]!));
  const outside = new Set(parts.keys());
  const nearest = new Map<number, { to: number; distance: number }>();
  const found = [];
  let current = 0;
  outside.delete(0);
  while (outside.size > 0) {
    let next = -1;
    for (const piece of outside) {
      const distance = apart(centres[piece]!, centres[current]!);
      if (distance < (nearest.get(piece)?.distance ?? Infinity)) nearest.set(piece, { to: current, distance });
      if (next < 0 || nearest.get(piece)!.distance < nearest.get(next)!.distance) next = piece;
    }
    found.push(closestPair(data, dim, evenSample(parts[next]!), evenSample(parts[nearest.get(next)!.to]!)));
    outside.delete(next);
    current = next;
  }
  return found;
}

const evenSample = (rows: number[]): number[] =>
  rows.length <= sampledPerPiece
    ? rows
    : Array.from({ length: sampledPerPiece }, (_, i) => rows[Math.floor((i * rows.length) / sampledPerPiece)]!);

function closestPair(
  data: Float32Array,
  dim: number,
  left: number[],
  right: number[],
): { a: number; b: number; distance: number } {
  let pair = { a: left[0]!, b: right[0]!, distance: Infinity };
  for (const a of left) {
    for (const b of right) {
      let squared = 0;
      for (let d = 0; d < dim; d++) squared += (data[a * dim + d]! - data[b * dim + d]!) ** 2;
      if (squared < pair.distance) pair = { a, b, distance: squared };
    }
  }
  return { ...pair, distance: Math.sqrt(pair.distance) };
}

function sortedTree({ from, to, distances }: TreeEdges): TreeEdges {
  const order = Int32Array.from(distances.keys()).sort((p, q) => distances[p]! - distances[q]! || p - q);
  return {
    from: order.map((e) => from[e]!),
    to: order.map((e) => to[e]!),
    distances: Float64Array.from(order, (e) => distances[e]!),
  };
}
