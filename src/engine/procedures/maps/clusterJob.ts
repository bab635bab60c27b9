// The cluster job: density clusters of the newest settled map of a space (or of a map made for it), kept as the `cluster` column.
import type { Space } from '../../../shared/contract/model.ts';
import type { JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { ClusterSummary } from '../../exploration/clusters/representatives.ts';
import { embeddingSetOf } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { matrixFile } from './matrixFiles.ts';

export interface ClusterParams {
  space: Space;
  minSize: number;
}
export interface StoredClusters {
  setId: number;
  space: Space;
  clusters: ClusterSummary[];
}

/** Key of the settings under which the summaries lie. */
export const clustersKey = 'clusters';

export const createClusterRunner = (context: EngineContext): JobRunner<ClusterParams, null, { clusters: number }> => ({
  lane: 'projection',
  async run({ params: { space, minSize }, signal }) {
    const { workspace, events, projection } = context;
    const { setId } = embeddingSetOf(context);
    const map = workspace.projections
      .list()
      .findLast((one) => one.settled && one.setId === setId && one.space === space && !one.supervised);
    const { clipIds, labels, clusters } = await projection.calls.cluster(
      { matrix: matrixFile(context, setId, space), map: map ? workspace.projections.points(map.id) : null, minSize },
      { signal },
    );
    workspace.clips.clearScores('cluster');
    workspace.clips.setScores('cluster', new Map(Array.from(clipIds, (clipId, i) => [clipId, labels[i]!])));
    workspace.settings.set(clustersKey, { setId, space, clusters } satisfies StoredClusters);
    events.publish({ type: 'columnsChanged', columns: ['cluster'] });
    return { clusters: clusters.length };
  },
});
