// GET /data/projections/<id>.safetensors: clipIds I32 [n] and xy F32 [n, 2], as they are at this moment. With ?towards=<other id>, turned and
// sized to match that map's places of the same clips.
import { encodeSafetensors } from '../../../shared/wire/safetensors.ts';
import type { EngineContext } from '../engineContext.ts';
import { turnedTowards } from '../../exploration/layout/turnedTowards.ts';

const noPlaces = { clipIds: new Int32Array(0), xy: new Float32Array(0) };

/** Null where there is no such map. One that has just been started has no points yet: n is 0. */
export function projectionResponse(request: Request, context: EngineContext): Response | null {
  const { pathname, searchParams } = new URL(request.url);
  const id = Number(/^\/data\/projections\/(\d{1,15})\.safetensors$/.exec(pathname)?.[1]);
  if (!Number.isInteger(id)) return null;
  const { projections } = context.workspace;
  const known = context.memory.livePositions.get(id) ?? projections.points(id);
  const places = known ?? (projections.get(id) ? noPlaces : null);
  if (!places) return null;
  const towards = projections.points(Number(searchParams.get('towards') ?? 0));
  const bytes = encodeSafetensors({
    clipIds: { shape: [places.clipIds.length], data: places.clipIds },
    xy: { shape: [places.clipIds.length, 2], data: towards ? turned(places, towards) : places.xy },
  });
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.byteLength),
    'cache-control': 'no-store',
  };
  return new Response(request.method === 'HEAD' ? null : bytes, { headers });
}

interface Places {
  clipIds: Int32Array;
  /** [n, 2] */ xy: Float32Array;
}
function turned({ clipIds, xy }: Places, towards: Places): Float32Array {
  const at = new Map(Array.from(towards.clipIds, (clipId, i) => [clipId, i] as const));
  const reference = new Float32Array(xy.length).fill(Number.NaN);
  clipIds.forEach((clipId, i) => {
    const j = at.get(clipId);
    if (j !== undefined) reference.set(towards.xy.subarray(2 * j, 2 * j + 2), 2 * i);
  });
  return turnedTowards(xy, reference);
}
