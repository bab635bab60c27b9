// The group of each clip: its value of a column of metadata, its recording or its folder, as text.
import path from 'node:path';
import type { Workspace } from '../../collection/workspace.ts';

const textOf = (column: string, value: string | number | null): string | null => {
  if (value === null) return null;
  if (column.toLowerCase() === 'hour' && typeof value === 'number') return String(Math.floor(value)).padStart(2, '0');
  return String(value);
};

/** By clip; null for clips without a value. @throws NOT_FOUND for an unknown column */
export function clipGroups(workspace: Workspace, column: string): Map<number, string | null> {
  const name = column.trim().toLowerCase();
  if ((name === 'recording' || name === 'folder') && !workspace.metadata.named(column)) {
    const { clipIds, mediaIds } = workspace.clips.windows();
    const rows = new Map(workspace.metadata.rows(null).map((row) => [row.mediaId, row.path]));
    const group = (mediaId: number): string | null => {
      const file = rows.get(mediaId);
      return file === undefined ? null : name === 'recording' ? path.basename(file) : path.basename(path.dirname(file));
    };
    return new Map(clipIds.map((clipId, i) => [clipId, group(mediaIds[i]!)]));
  }
  const { clipIds, values } = workspace.clipMetadata.column(column);
  return new Map(clipIds.map((clipId, i) => [clipId, textOf(column, values[i]!)]));
}
