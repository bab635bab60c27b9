// Union-find with path halving and union by size.

export interface DisjointSets {
  find(i: number): number;
  /** False where both were in one set already. */
  join(a: number, b: number): boolean;
}

export function disjointSets(count: number): DisjointSets {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const size = new Int32Array(count).fill(1);
  const find = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  return {
    find,
    join(a, b) {
      let p = find(a),
        q = find(b);
      if (p === q) return false;
      if (size[p]! < size[q]!) [p, q] = [q, p];
      parent[q] = p;
      size[p]! += size[q]!;
      return true;
    },
  };
}
