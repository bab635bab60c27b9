// Folder-per-class collections: the folder a file lies in, below what was imported, names its class.
import { basename, dirname, resolve } from 'node:path';
import { existsSync, statSync } from 'node:fs';
import { isInside } from '../../base/isInside.ts';
import type { EngineContext } from '../engineContext.ts';
import { labelClips } from './labelClips.ts';

export const folderSchemaName = 'Folders';

/** The class of a file, null for one that lies directly in an imported folder or was named itself. */
export function folderClassOf(path: string, importedFolders: ReadonlySet<string>): string | null {
  const folder = dirname(path);
  return importedFolders.has(folder) || ![...importedFolders].some((root) => isInside(root, folder))
    ? null
    : basename(folder);
}

/** Labels the clips of `paths` that have no label of the schema yet, as one step. */
export function labelByFolder(
  context: Pick<EngineContext, 'workspace' | 'events'>,
  paths: readonly string[],
  imported: readonly string[],
): number {
  const roots = new Set(
    imported.map((path) => resolve(path)).filter((path) => existsSync(path) && statSync(path).isDirectory()),
  );
  const wanted = paths.flatMap((path) => {
    const className = folderClassOf(path, roots);
    return className === null ? [] : [{ path, className }];
  });
  return labelClips(context, folderSchemaName, wanted, 'Labels from folders');
}
