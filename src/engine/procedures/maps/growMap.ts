// A collection's first map, drawn while its clips are still being embedded: it begins with the first few and is drawn again each time their
// number has doubled. The map that follows the import takes its place and continues from its positions.
import type { EngineContext } from '../engineContext.ts';
import { createProjection, type ProjectParams } from './createProjection.ts';

const settingKey = 'map.growing';
const growth = 2;
/** The parameters of the map that follows an import. */
export const usualMap = { space: 'joint', neighbors: 15, minDist: 0.1, seed: 1 } as const;

/** The id of the growing map of an embedding set; null where there is none. */
function growingMap({ workspace }: EngineContext, setId: number): number | null {
  const projectionId = workspace.settings.get<number>(settingKey);
  return projectionId !== null && workspace.projections.get(projectionId)?.setId === setId ? projectionId : null;
}

/** Call after embeddings were stored. Does nothing where the set has a map that does not grow: new clips are placed on it. */
export function growMap(context: EngineContext): void {
  const { workspace, jobs, memory } = context;
  const current = workspace.vectors.current();
  if (!current) return;
  const growing = growingMap(context, current.setId);
  const maps = workspace.projections.list().filter(({ setId, space }) => setId === current.setId && space === 'joint');
  if (growing === null && maps.length > 0) return;
  const running = jobs.get(memory.growingMapJob ?? 0);
  if (running?.status === 'queued' || running?.status === 'running') return;
  const embedded = workspace.vectors.list().find(({ id }) => id === current.setId)?.count ?? 0;
  const drawn = maps.find(({ id }) => id === growing)?.points ?? 0;
  if (embedded === 0 || embedded < growth * drawn) return;
  const projectionId = growing ?? createProjection(context, usualMap);
  workspace.settings.set(settingKey, projectionId);
  const params: ProjectParams = { ...usualMap, projectionId, ...(drawn > 0 && { alignTo: projectionId }) };
  memory.growingMapJob = jobs.add('project', 'Draw the map of the first clips', params);
}

/** The growing map that a new map with these parameters continues, which then grows no further; null where there is none. */
export function takeGrowingMap(context: EngineContext, params: ProjectParams): number | null {
  const { workspace } = context;
  const current = workspace.vectors.current();
  const growing = current && growingMap(context, current.setId);
  if (growing === null || params.alignTo !== undefined || params.supervisedBySchemaId !== undefined) return null;
  const same = Object.entries(usualMap).every(([name, value]) => params[name as keyof typeof usualMap] === value);
  if (!same || !workspace.projections.points(growing)) return null;
  workspace.settings.set(settingKey, null);
  return growing;
}
