// The cluster job: density clusters of the newest settled map of a space (or of a map made for it), kept as the
// `cluster` column.
import type { JobParams } from '../../../shared/contract/jobKinds.ts';
import type { Space } from '../../../shared/contract/model.ts';
import type { JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { ClusterSummary } from '../../exploration/clusters/representatives.ts';
import { embeddingSetOf } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { matrixFile } from './matrixFiles.ts';

export type ClusterParams = JobParams<'cluster'>;
export interface StoredClusters {
  setId: number;
  space: Space;
  clusters: ClusterSummary[];
}

/**
 * Where the settings keep the clusters of a set; those of earlier versions lie under `clusters`, whichever their set.
 */
const clustersKey = (setId: number): string => `clusters@${setId}`;

/** The clusters last found among the embeddings of a set; null where none were. */
export function storedClusters({ workspace }: Pick<EngineContext, 'workspace'>, setId: number): StoredClusters | null {
  const stored = workspace.settings.get<StoredClusters>(clustersKey(setId));
  if (stored) return stored;
  const earlier = workspace.settings.get<StoredClusters>('clusters');
  return earlier?.setId === setId ? earlier : null;
}

export const createClusterRunner = (context: EngineContext): JobRunner<ClusterParams, null, { clusters: number }> => ({
  lane: 'projection',
  async run({ params: { space, minSize }, signal }) {
    const { workspace, events, projection } = context;
    const { setId, modelId } = embeddingSetOf(context);
    const map = workspace.projections
      .list()
      .findLast((one) => one.settled && one.setId === setId && one.space === space && !one.supervised);
    const { clipIds, labels, clusters } = await projection.calls.cluster(
      { matrix: matrixFile(context, setId, space), map: map ? workspace.projections.points(map.id) : null, minSize },
      { signal },
    );
    workspace.clips.clearScores('cluster', modelId);
    workspace.clips.setScores('cluster', new Map(Array.from(clipIds, (clipId, i) => [clipId, labels[i]!])), modelId);
    workspace.settings.set(clustersKey(setId), { setId, space, clusters } satisfies StoredClusters);
    events.publish({ type: 'columnsChanged', columns: ['cluster'] });
    return { clusters: clusters.length };
  },
});
