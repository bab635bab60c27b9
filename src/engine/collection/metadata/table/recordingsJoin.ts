// How the key of a table's row finds recordings: as the name of a file, or as a value of a column of metadata.
import path from 'node:path';
import { ClipMatcher, type MatchMedia } from '../../labels/clipMatcher.ts';
import type { Workspace } from '../../workspace.ts';
import { readValue } from '../metadataValue.ts';
import { keyColumnOf } from './tableFile.ts';

/** Recordings of a key, or why there are none. */
export type Join = (key: string) => number[] | string;

function media(workspace: Workspace): MatchMedia[] {
  const rows = workspace.db.prepare('SELECT id, root_id, path, duration_s FROM media ORDER BY id').all() as {
    id: number;
    root_id: number;
    path: string;
    duration_s: number;
  }[];
  return rows.map(({ id, root_id, path: relative, duration_s }) => ({
    id,
    path: relative,
    absolutePath: workspace.roots.absolute(root_id, relative),
    durationS: duration_s,
    clips: [],
  }));
}

/** A key that is called like a file names files; another that is a column of metadata with values joins on these. */
export function recordingsJoin(
  workspace: Workspace,
  key: string,
  file: string,
): { join: Join; joinedOn: string; pathOf: (mediaId: number) => string } {
  const all = media(workspace);
  const paths = new Map(all.map(({ id, path: relative }) => [id, relative]));
  const pathOf = (mediaId: number): string => paths.get(mediaId) ?? String(mediaId);
  const column = keyColumnOf([key]) === null ? workspace.metadata.find(key) : null;
  if (column) {
    const byValue = new Map<string, number[]>();
    for (const [mediaId, text] of workspace.db
      .prepare('SELECT media_id, text FROM metadata_value WHERE column_id = ? ORDER BY media_id')
      .raw()
      .all(column.id) as [number, string][]) {
      const value = text.toLowerCase();
      const known = byValue.get(value);
      if (known) known.push(mediaId);
      else byValue.set(value, [mediaId]);
    }
    if (byValue.size > 0)
      return {
        joinedOn: column.key,
        pathOf,
        join: (text) => {
          const value = readValue(column, text);
          const found = byValue.get(('problem' in value ? text : value.text).toLowerCase());
          return found ?? `no recording has ${column.key} ${text}`;
        },
      };
  }
  const matcher = new ClipMatcher(all);
  const folder = path.dirname(path.resolve(file));
  return {
    joinedOn: 'file',
    pathOf,
    join: (text) => {
      const found = matcher.medium(text, folder);
      return typeof found === 'string' ? found : [found.id];
    },
  };
}
