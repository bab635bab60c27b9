// The project job: a map of the present embeddings, shown while it settles.
import type { JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { createProjection, placesOf, type ProjectParams } from './createProjection.ts';
import { takeGrowingMap } from './growMap.ts';
import { updateModalityDistances } from './modalityDistance.ts';
import type { EngineContext } from '../engineContext.ts';
import { matrixFile } from './matrixFiles.ts';

export type ProjectResult = JobResult<'project'>;
type ProjectState = JobState<'project'>;

export const createProjectRunner = (context: EngineContext): JobRunner<ProjectParams, ProjectState, ProjectResult> => ({
  lane: 'projection',
  run: (job) => runProject(context, job),
});

async function runProject(
  context: EngineContext,
  job: JobContext<ProjectParams, ProjectState>,
): Promise<ProjectResult> {
  const { workspace, events, projection } = context;
  const { params, signal } = job;
  const { projectionId, alignTo } = mapOfJob(context, job);
  job.saveState({ projectionId, alignTo });
  const record = workspace.projections.get(projectionId);
  if (!record) throw new EngineError('NOT_FOUND', `the map ${projectionId} was removed`);
  const live = context.memory.livePositions;
  const beganMs = Date.now();
  try {
    const { clipIds, xy } = await projection.calls.umap(
      {
        matrix: matrixFile(context, record.setId, record.space),
        neighbors: params.neighbors,
        minDist: params.minDist,
        seed: params.seed,
        epochs: params.epochs,
        labels:
          params.supervisedBySchemaId === undefined ? undefined : classLabels(context, params.supervisedBySchemaId),
        alignTo: alignTo === undefined ? undefined : placesOf(context, alignTo),
      },
      {
        signal,
        onEvent: (picture) => {
          if (signal.aborted) return;
          live.set(projectionId, { clipIds: picture.clipIds, xy: picture.xy });
          job.progress({
            done: picture.epoch,
            total: picture.epochs,
            note: picture.epoch === 0 ? 'finding neighbours' : 'settling',
          });
          events.publish({
            type: 'projectionMoved',
            projectionId,
            epoch: picture.epoch,
            epochs: picture.epochs,
            settled: false,
          });
        },
      },
    );
    workspace.projections.save(projectionId, clipIds, xy, true);
    live.delete(projectionId);
    if (updateModalityDistances(context, record.setId))
      events.publish({ type: 'columnsChanged', columns: ['avDistance'] });
    events.publish({ type: 'projectionMoved', projectionId, epoch: 1, epochs: 1, settled: true });
    return { projectionId, points: clipIds.length, seconds: (Date.now() - beganMs) / 1000 };
  } catch (thrown) {
    keepLastPicture(context, projectionId);
    throw thrown;
  }
}

/** The map to draw: the one of an earlier run, the one the caller made, a growing one to continue, or a new one. */
function mapOfJob(context: EngineContext, { params, state }: JobContext<ProjectParams, ProjectState>): ProjectState {
  const { projections } = context.workspace;
  const { alignTo } = params;
  if (state) {
    // A failed run removes a map that has no points yet; a retry makes it again.
    const projectionId = projections.get(state.projectionId) ? state.projectionId : createProjection(context, params);
    return { projectionId, alignTo: state.alignTo ?? alignTo };
  }
  if (params.projectionId !== undefined) return { projectionId: params.projectionId, alignTo };
  const growing = takeGrowingMap(context, params);
  return growing === null
    ? { projectionId: createProjection(context, params), alignTo }
    : { projectionId: growing, alignTo: growing };
}

/** A stopped map keeps its last picture; one that was never drawn is removed. */
function keepLastPicture(context: EngineContext, projectionId: number): void {
  const { projections } = context.workspace;
  const live = context.memory.livePositions;
  const last = live.get(projectionId);
  live.delete(projectionId);
  const record = projections.get(projectionId);
  if (record && last) projections.save(projectionId, last.clipIds, last.xy, false);
  else if (record?.points === 0) projections.remove(projectionId);
}

/** The first positive class of each labelled clip. */
function classLabels({ workspace }: EngineContext, schemaId: number): { clipIds: Int32Array; classes: Int32Array } {
  const first = new Map<number, number>();
  for (const { clipId, classId, value } of workspace.annotations.labelled(schemaId))
    if (value === 'positive' && !first.has(clipId)) first.set(clipId, classId);
  return { clipIds: Int32Array.from(first.keys()), classes: Int32Array.from(first.values()) };
}
