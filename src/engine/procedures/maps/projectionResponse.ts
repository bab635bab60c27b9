// GET /data/projections/<id>.safetensors: clipIds I32 [n] and xy F32 [n, 2], as they are at this moment.
import { encodeSafetensors } from '../../../shared/wire/safetensors.ts';
import type { EngineContext } from '../engineContext.ts';
import { livePositions } from './livePositions.ts';

const noPlaces = { clipIds: new Int32Array(0), xy: new Float32Array(0) };

/** Null where there is no such map. One that has just been started has no points yet: n is 0. */
export function projectionResponse(request: Request, context: EngineContext): Response | null {
  const id = Number(/^\/data\/projections\/(\d{1,15})\.safetensors$/.exec(new URL(request.url).pathname)?.[1]);
  if (!Number.isInteger(id)) return null;
  const { projections } = context.workspace;
  const known = livePositions(context).get(id) ?? projections.points(id);
  const places = known ?? (projections.get(id) ? noPlaces : null);
  if (!places) return null;
  const bytes = encodeSafetensors({
    clipIds: { shape: [places.clipIds.length], data: places.clipIds },
    xy: { shape: [places.clipIds.length, 2], data: places.xy },
  });
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.byteLength),
    'cache-control': 'no-store',
  };
  return new Response(request.method === 'HEAD' ? null : bytes, { headers });
}
