// The hierarchy of HDBSCAN (Campello et al. 2013; McInnes & Healy 2017): the spanning tree cut from its longest edge
// down, where a split counts only if both sides have at least `minSize` points; fewer are points falling out of their
// cluster.
import { disjointSets } from './disjointSets.ts';
import type { TreeEdges } from './reachabilityTree.ts';

export interface CondensedTree {
  /** Cluster c's parent; the root is cluster 0 with parent -1. Parents come before children. */
  parents: number[];
  /** Excess of mass: Σ over points of (λ where it left - λ of the cluster's birth), λ = 1 / distance. */
  stabilities: number[];
  /** [rows] the cluster each point fell out of. */
  leftFrom: Int32Array;
}

interface Dendrogram {
  left: Int32Array;
  right: Int32Array;
  distances: Float64Array;
  sizes: Int32Array;
}

/** Single linkage: node rows + i is the i-th merge. */
function dendrogram(rows: number, tree: TreeEdges): Dendrogram {
  const merges = rows - 1;
  const left = new Int32Array(merges),
    right = new Int32Array(merges);
  const sizes = new Int32Array(rows + merges).fill(1);
  const nodeOf = Int32Array.from({ length: rows }, (_, i) => i);
  const sets = disjointSets(rows);
  for (let m = 0; m < merges; m++) {
    const a = sets.find(tree.from[m]!),
      b = sets.find(tree.to[m]!);
    left[m] = nodeOf[a]!;
    right[m] = nodeOf[b]!;
    sizes[rows + m] = sizes[left[m]!]! + sizes[right[m]!]!;
    sets.join(a, b);
    nodeOf[sets.find(a)] = rows + m;
  }
  return { left, right, distances: tree.distances, sizes };
}

export function condensedTree(rows: number, tree: TreeEdges, minSize: number): CondensedTree {
  const { left, right, distances, sizes } = dendrogram(rows, tree);
  const least = 1e-6 * (distances.reduce((sum, d) => sum + d, 0) / Math.max(1, distances.length)) || 1e-12;
  const parents = [-1],
    births = [0],
    stabilities = [0];
  const leftFrom = new Int32Array(rows);
  const stack: [node: number, cluster: number][] = [[2 * rows - 2, 0]];
  while (stack.length > 0) {
    const [node, cluster] = stack.pop()!;
    if (node < rows) {
      leftFrom[node] = cluster;
      continue;
    }
    const lambda = 1 / Math.max(distances[node - rows]!, least);
    const children = [left[node - rows]!, right[node - rows]!];
    const big = children.filter((child) => sizes[child]! >= minSize);
    for (const child of children) {
      if (sizes[child]! < minSize) {
        stabilities[cluster]! += sizes[child]! * (lambda - births[cluster]!);
        for (const point of pointsUnder(child, rows, left, right)) leftFrom[point] = cluster;
      } else if (big.length === 2) {
        stabilities[cluster]! += sizes[child]! * (lambda - births[cluster]!);
        const born = parents.length;
        parents.push(cluster);
        births.push(lambda);
        stabilities.push(0);
        stack.push([child, born]);
      } else {
        stack.push([child, cluster]);
      }
    }
  }
  return { parents, stabilities, leftFrom };
}

function* pointsUnder(node: number, rows: number, left: Int32Array, right: Int32Array): Generator<number> {
  const stack = [node];
  while (stack.length > 0) {
    const at = stack.pop()!;
    if (at < rows) yield at;
    else stack.push(left[at - rows]!, right[at - rows]!);
  }
}
