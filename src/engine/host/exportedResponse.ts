// Serves exported files from the workspace's own folder, so that pages on another machine can save them. Nothing
// outside that folder is served.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from '../base/isInside.ts';
import { fileResponse } from '../media/fileResponse.ts';
import type { EngineContext } from '../procedures/engineContext.ts';

/** Null where there is no such file, or where a link leads out of the folder. */
export async function exportedResponse(
  request: Request,
  { workspace }: Pick<EngineContext, 'workspace'>,
): Promise<Response | null> {
  const folder = path.join(workspace.path, 'exports');
  let parts: string[];
  try {
    parts = new URL(request.url).pathname.slice('/exports/'.length).split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[/\\\0]/.test(part))) return null;
  const file = path.join(folder, ...parts);
  const [real, root] = await Promise.all([realpath(file).catch(() => null), realpath(folder).catch(() => null)]);
  if (!real || !root || real === root || !isInside(root, real)) return null;
  const response = await fileResponse(request, real, {
    contentType: 'application/octet-stream',
    cacheControl: 'no-store',
  });
  response?.headers.set('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(parts.at(-1)!)}`);
  return response;
}
