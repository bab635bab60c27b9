// Folders and media files under a path, for hosts without a native folder dialog.
import { readdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { mediaKindOf } from '../../media/mediaKind.ts';

export interface FolderListing {
  path: string;
  parent: string | null;
  entries: { name: string; path: string; kind: 'folder' | 'media' | 'other' }[];
}

const order = { folder: 0, media: 1, other: 2 } as const;

/**
 * What lies in `folder` (the home folder when left out), folders first, hidden names left out. Links are shown as what
 * they lead to.
 * @throws NOT_FOUND, or BAD_INPUT where it is not a folder or may not be read.
 */
export async function browseFolder(folder?: string): Promise<FolderListing> {
  const here = path.resolve(folder?.trim() || os.homedir());
  const entries = await readdir(here, { withFileTypes: true }).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOTDIR')
      throw new EngineError('BAD_INPUT', `${here} is a file, not a folder`, { path: here });
    if (thrown.code === 'ENOENT') throw new EngineError('NOT_FOUND', `there is no folder ${here}`, { path: here });
    throw EngineError.from(thrown);
  });
  const listed = await Promise.all(
    entries
      .filter((entry) => !entry.name.startsWith('.'))
      .map(async (entry) => {
        const full = path.join(here, entry.name);
        const isFolder = entry.isSymbolicLink()
          ? await stat(full).then(
              (info) => info.isDirectory(),
              () => false,
            )
          : entry.isDirectory();
        return {
          name: entry.name,
          path: full,
          kind: isFolder ? ('folder' as const) : mediaKindOf(entry.name) ? ('media' as const) : ('other' as const),
        };
      }),
  );
  listed.sort((a, b) => order[a.kind] - order[b.kind] || a.name.localeCompare(b.name, undefined, { numeric: true }));
  const parent = path.dirname(here);
  return { path: here, parent: parent === here ? null : parent, entries: listed };
}
