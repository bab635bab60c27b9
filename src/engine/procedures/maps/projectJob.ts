// The project job: a map of the present embeddings, shown while it settles.
import type { Space } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { MapPlaces } from '../../workers/projection.ts';
import { updateModalityDistances } from './modalityDistance.ts';
import { embeddingSetOf } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { livePositions } from './livePositions.ts';
import { matrixFile } from './matrixFiles.ts';

export interface ProjectParams {
  space: Space;
  neighbors: number;
  minDist: number;
  seed: number;
  supervisedBySchemaId?: number | undefined;
  alignTo?: number | undefined;
  epochs?: number | undefined;
  /** Made by the procedure where it answers with an id at once; else made when the job starts. */
  projectionId?: number | undefined;
}
export interface ProjectResult {
  projectionId: number;
  points: number;
  seconds: number;
}
interface ProjectState {
  projectionId: number;
}

/** Throws BAD_INPUT where nothing is embedded, NOT_FOUND for an unknown map or schema. */
export function createProjection(
  context: EngineContext,
  { space, neighbors, minDist, seed, supervisedBySchemaId, alignTo }: ProjectParams,
): number {
  const { setId } = embeddingSetOf(context);
  if (supervisedBySchemaId !== undefined) context.workspace.annotations.multiLabel(supervisedBySchemaId);
  if (alignTo !== undefined) placesOf(context, alignTo);
  return context.workspace.projections.create({
    setId,
    space,
    neighbors,
    minDist,
    seed,
    supervised: supervisedBySchemaId !== undefined,
    alignedTo: alignTo ?? null,
  });
}

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
  const projectionId = params.projectionId ?? job.state?.projectionId ?? createProjection(context, params);
  job.saveState({ projectionId });
  const record = workspace.projections.get(projectionId);
  if (!record) throw new EngineError('NOT_FOUND', `the map ${projectionId} was removed`);
  const live = livePositions(context);
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
        alignTo: params.alignTo === undefined ? undefined : placesOf(context, params.alignTo),
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

/** A stopped map keeps its last picture. */
function keepLastPicture(context: EngineContext, projectionId: number): void {
  const live = livePositions(context);
  const last = live.get(projectionId);
  live.delete(projectionId);
  if (last && context.workspace.projections.get(projectionId))
    context.workspace.projections.save(projectionId, last.clipIds, last.xy, false);
}

function placesOf({ workspace }: EngineContext, projectionId: number): MapPlaces {
  const places = workspace.projections.points(projectionId);
  if (!places)
    throw new EngineError('NOT_FOUND', `there is no drawn map ${projectionId} to align to`, {
      field: 'alignTo',
      hint: 'Wait until that map has settled.',
    });
  return places;
}

/** The first positive class of each labelled clip. */
function classLabels({ workspace }: EngineContext, schemaId: number): { clipIds: Int32Array; classes: Int32Array } {
  const first = new Map<number, number>();
  for (const { clipId, classId, value } of workspace.annotations.labelled(schemaId))
    if (value === 'positive' && !first.has(clipId)) first.set(clipId, classId);
  return { clipIds: Int32Array.from(first.keys()), classes: Int32Array.from(first.values()) };
}
