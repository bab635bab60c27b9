// Bulk numbers under plain URLs: positions of a map, graphs of models, and answers that procedures keep for
// fetching.
import { modelGraphResponse } from '../procedures/models/modelGraphResponse.ts';
import { projectionResponse } from '../procedures/maps/projectionResponse.ts';
import type { DataShelf } from './dataShelf.ts';
import type { EngineContext } from '../procedures/engineContext.ts';

/** Null where nothing is known by that name. */
export async function dataResponse(
  request: Request,
  context: EngineContext,
  shelf: DataShelf,
): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith('/data/projections/')) return projectionResponse(request, context);
  if (pathname.startsWith('/data/models/')) return modelGraphResponse(request, context);
  let name: string;
  try {
    name = decodeURIComponent(pathname.slice('/data/'.length));
  } catch {
    return null;
  }
  const bytes = shelf.get(name);
  if (!bytes) return null;
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.byteLength),
    'cache-control': 'no-store',
  };
  return new Response(request.method === 'HEAD' ? null : (bytes as Uint8Array<ArrayBuffer>), { headers });
}
