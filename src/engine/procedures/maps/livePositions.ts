// Positions of maps that are being drawn: in memory until they settle, so that pictures several times a second cost no disk.
import type { MapPlaces } from '../../workers/projection.ts';
import type { EngineContext } from '../engineContext.ts';

const live = new WeakMap<object, Map<number, MapPlaces>>();

/** Of one open workspace, by projection id. */
export function livePositions({ workspace }: Pick<EngineContext, 'workspace'>): Map<number, MapPlaces> {
  const known = live.get(workspace);
  if (known) return known;
  const fresh = new Map<number, MapPlaces>();
  live.set(workspace, fresh);
  return fresh;
}
