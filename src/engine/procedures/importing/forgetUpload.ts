// Files that were sent to be looked at once are deleted after that; imported ones and files elsewhere are left alone.
import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from '../../base/isInside.ts';
import type { EngineContext } from '../engineContext.ts';

export async function forgetUpload(
  { workspace, readOnly }: Pick<EngineContext, 'workspace' | 'readOnly'>,
  file: string,
): Promise<void> {
  if (readOnly) return;
  const inside = path.relative(workspace.folder('uploads'), path.resolve(file));
  if (!isInside(workspace.folder('uploads'), path.resolve(file)) || workspace.media.known(path.resolve(file))) return;
  await rm(file, { force: true });
  // Each upload lies in a folder of its own.
  if (path.dirname(inside) !== '.') await rmdir(path.dirname(path.resolve(file))).catch(() => {});
}
