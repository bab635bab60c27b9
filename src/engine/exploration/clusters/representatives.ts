// The clips that stand for each cluster: nearest to its mean direction first, then such as differ from those already
// taken.
import { dot } from '../layout/multiplyTransposed.ts';
import { toUnitLength, type PresentRows } from '../neighbours/presentRows.ts';

export interface ClusterSummary {
  cluster: number;
  count: number;
  representatives: number[];
}

const core = 40;

/** `labels` [rows] parallel to the rows of `present`; noise (-1) is not summarised. Sorted by cluster number. */
export function clusterSummaries(present: PresentRows, labels: Int32Array, perCluster = 6): ClusterSummary[] {
  const members = new Map<number, number[]>();
  labels.forEach((cluster, row) => {
    if (cluster < 0) return;
    const rows = members.get(cluster);
    if (rows) rows.push(row);
    else members.set(cluster, [row]);
  });
  return [...members]
    .sort(([p], [q]) => p - q)
    .map(([cluster, rows]) => ({
      cluster,
      count: rows.length,
      representatives: representatives(present, rows, perCluster).map((row) => present.clipIds[row]!),
    }));
}

function representatives({ data, dim }: PresentRows, rows: number[], count: number): number[] {
  const centre = new Float32Array(dim);
  for (const row of rows) for (let d = 0; d < dim; d++) centre[d]! += data[row * dim + d]!;
  toUnitLength(centre, 0, dim);
  const typical = rows
    .map((row) => ({ row, fit: dot(data, row * dim, centre, 0, dim) }))
    .sort((p, q) => q.fit - p.fit || p.row - q.row)
    .slice(0, core);
  const taken = [typical[0]!.row];
  while (taken.length < Math.min(count, typical.length)) {
    let farthest = -1,
      least = Infinity;
    for (const { row } of typical) {
      if (taken.includes(row)) continue;
      const closest = Math.max(...taken.map((other) => dot(data, row * dim, data, other * dim, dim)));
      if (closest < least) [least, farthest] = [closest, row];
    }
    taken.push(farthest);
  }
  return taken;
}
