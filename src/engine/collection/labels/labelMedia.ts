// The collection as label files see it: media with their clips, and a name for each medium that leads back to it alone.
import path from 'node:path';
import type { Workspace } from '../workspace.ts';
import type { MatchMedia } from './clipMatcher.ts';

export interface LabelMedium extends MatchMedia {
  kind: 'video' | 'audio' | 'image';
  frameRateHz: number | null;
  label: string;
  stem: string;
}

interface Row {
  id: number;
  root_id: number;
  path: string;
  kind: LabelMedium['kind'];
  duration_s: number;
  frame_rate_hz: number | null;
}

const stemOf = (file: string): string => file.slice(0, file.length - path.posix.extname(file).length);
const unique = (names: readonly string[]): ReadonlySet<string> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Set(names.filter((name) => counts.get(name) === 1));
};

/**
 * All media with their clips. `label`: the path relative to its root, or absolute where two roots have the same;
 * `stem`: the bare name if it is the only one.
 */
export function labelMedia(workspace: Workspace): LabelMedium[] {
  const rows = workspace.db
    .prepare('SELECT id, root_id, path, kind, duration_s, frame_rate_hz FROM media ORDER BY id')
    .all() as Row[];
  const clips = new Map<number, MatchMedia['clips']>();
  for (const [id, mediaId, startS, endS] of workspace.db
    .prepare('SELECT id, media_id, start_s, end_s FROM clip ORDER BY media_id, start_s')
    .raw()
    .all() as [number, number, number, number][]) {
    const list = clips.get(mediaId);
    if (list) list.push({ id, startS, endS });
    else clips.set(mediaId, [{ id, startS, endS }]);
  }
  const paths = unique(rows.map((row) => row.path.normalize('NFC')));
  const stemPaths = unique(rows.map((row) => stemOf(row.path.normalize('NFC'))));
  const stems = unique(rows.map((row) => stemOf(path.posix.basename(row.path.normalize('NFC')))));
  return rows.map((row) => {
    const absolutePath = workspace.roots.absolute(row.root_id, row.path);
    const label = paths.has(row.path.normalize('NFC')) ? row.path : absolutePath;
    const stem = stemOf(path.posix.basename(row.path));
    return {
      id: row.id,
      path: row.path,
      absolutePath,
      durationS: row.duration_s,
      kind: row.kind,
      frameRateHz: row.frame_rate_hz,
      clips: clips.get(row.id) ?? [],
      label,
      stem: stems.has(stem.normalize('NFC'))
        ? stem
        : stemPaths.has(stemOf(row.path.normalize('NFC')))
          ? stemOf(row.path)
          : label,
    };
  });
}
