// The clusters as listed: largest first, the unclustered last, with their share of the clustered clips.
import type { InferContractRouterOutputs } from '@orpc/contract';
import type { Contract } from '../../../../shared/contract/index.ts';

export type Cluster = InferContractRouterOutputs<Contract>['projections']['clusters'][number];
export interface ClusterRow extends Cluster {
  share: number;
}

/** Number of the clips that belong to no cluster. */
export const unclustered = -1;

/** `noise`: clips without a cluster; they come last, under their own name, when there are any. */
export function clusterRows(clusters: readonly Cluster[], noise: number): ClusterRow[] {
  const grouped = clusters.filter(({ cluster }) => cluster !== unclustered);
  const total = grouped.reduce((sum, { count }) => sum + count, 0) + noise;
  const rows = [...grouped]
    .sort((a, b) => b.count - a.count || a.cluster - b.cluster)
    .map((one) => ({ ...one, name: capitalised(one.name), share: total > 0 ? one.count / total : 0 }));
  return noise > 0
    ? [...rows, { cluster: unclustered, name: 'Unclustered', count: noise, representatives: [], share: noise / total }]
    : rows;
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
