// Maps and clusters.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { clusterNames } from './clusterNames.ts';
import { storedClusters, type ClusterParams } from './clusterJob.ts';
import { embeddingSetOf } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { createProjection, type ProjectParams } from './createProjection.ts';

export function createProjectionsProcedures(context: EngineContext) {
  const { workspace, jobs } = context;
  const os = implement(contract.projections);
  return {
    start: os.start.handler(({ input }) => {
      const projectionId = createProjection(context, input);
      const jobId = jobs.add('project', `Draw the ${input.space === 'joint' ? '' : `${input.space} `}map`, {
        ...input,
        projectionId,
      } satisfies ProjectParams);
      return { jobId, projectionId };
    }),

    list: os.list.handler(() => {
      const setId = workspace.vectors.current()?.setId;
      return workspace.projections.list().map((map) => ({ ...map, current: map.setId === setId }));
    }),

    remove: os.remove.handler(({ input: { projectionId } }) => {
      if (!workspace.projections.get(projectionId))
        throw new EngineError('NOT_FOUND', `there is no map ${projectionId}`);
      if (context.memory.livePositions.has(projectionId))
        throw new EngineError('CONFLICT', 'this map is being drawn', { hint: 'Cancel its job first.' });
      workspace.projections.remove(projectionId);
      return {};
    }),

    cluster: os.cluster.handler(({ input }) => {
      embeddingSetOf(context);
      return { jobId: jobs.add('cluster', 'Find clusters', input satisfies ClusterParams) };
    }),

    clusters: os.clusters.handler(() => {
      const current = workspace.vectors.current();
      const stored = current && storedClusters(context, current.setId);
      if (!stored) return [];
      const { columns } = workspace.clips.columns(['cluster', 'label']);
      const classNames = new Map(
        workspace.schemas.list().flatMap(({ classes }) => classes.map(({ id, name }) => [id, name] as const)),
      );
      const names = clusterNames(
        stored.clusters.map(({ cluster }) => cluster),
        columns.cluster!,
        columns.label!,
        (classId) => classNames.get(classId),
      );
      return stored.clusters.map((summary) => ({ ...summary, name: names.get(summary.cluster)! }));
    }),
  };
}
