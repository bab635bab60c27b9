// Names of clusters by the labels inside them.

const share = 0.5;

/**
 * The label that at least half of a cluster's labelled clips carry, followed by the cluster's number where two share
 * it; else the number alone. `clusterOf` and `labelOf` are parallel to each other; null = not known.
 */
export function clusterNames(
  clusters: readonly number[],
  clusterOf: readonly unknown[],
  labelOf: readonly unknown[],
  nameOf: (classId: number) => string | undefined,
): Map<number, string> {
  const counts = new Map<number, Map<number, number>>();
  clusterOf.forEach((cluster, i) => {
    const label = labelOf[i];
    if (typeof cluster !== 'number' || typeof label !== 'number') return;
    const inCluster = counts.get(cluster) ?? new Map<number, number>();
    counts.set(cluster, inCluster.set(label, (inCluster.get(label) ?? 0) + 1));
  });
  const names = new Map<number, string>();
  const uses = new Map<string, number>();
  for (const cluster of clusters) {
    const labels = [...(counts.get(cluster) ?? [])].sort(([p, m], [q, n]) => n - m || p - q);
    const total = labels.reduce((sum, [, count]) => sum + count, 0);
    const top = labels[0];
    const name = top && top[1] >= share * total ? nameOf(top[0]) : undefined;
    if (name === undefined) continue;
    names.set(cluster, name);
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return new Map(
    clusters.map((cluster) => {
      const name = names.get(cluster);
      if (name === undefined) return [cluster, `cluster ${cluster + 1}`];
      return [cluster, uses.get(name)! > 1 ? `${name} (${cluster + 1})` : name];
    }),
  );
}
