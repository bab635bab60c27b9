// The record of a map that is to be drawn, checked before anything is queued.
import type { JobParams } from '../../../shared/contract/jobKinds.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { MapPlaces } from '../../workers/projection.ts';
import type { EngineContext } from '../engineContext.ts';
import { storedModelIdOf } from '../models/currentModel.ts';
import { embeddingSetOf } from './embeddingRows.ts';

export type ProjectParams = JobParams<'project'>;
/** Throws BAD_INPUT where nothing is embedded, NOT_FOUND for an unknown map or schema. */
export function createProjection(
  context: EngineContext,
  { space, neighbors, minDist, seed, supervisedBySchemaId, alignTo, modelId }: ProjectParams,
): number {
  const { setId } = embeddingSetOf(context, modelId === undefined ? undefined : storedModelIdOf(context, modelId));
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

/** The places of a drawn map. Throws NOT_FOUND where it has none. */
export function placesOf({ workspace }: EngineContext, projectionId: number): MapPlaces {
  const places = workspace.projections.points(projectionId);
  if (!places)
    throw new EngineError('NOT_FOUND', `there is no drawn map ${projectionId} to align to`, {
      field: 'alignTo',
      hint: 'Wait until that map has settled.',
    });
  return places;
}
