// Metadata as a table that `importTable` reads back, or as JSON that also tells where each value came from.
import path from 'node:path';
import { writeCsv } from '../../labels/safeCsv.ts';
import { writeWhole } from '../../labels/textFile.ts';
import type { Workspace } from '../../workspace.ts';

/** `mediaIds` null: all recordings. Paths are relative to their source where no other source has the same. */
export function exportTable(
  workspace: Workspace,
  file: string,
  format: 'csv' | 'json',
  mediaIds: readonly number[] | null,
): { files: string[]; recordings: number } {
  const { metadata, media } = workspace;
  const rows = metadata.rows(mediaIds);
  const relative = new Map(rows.map(({ mediaId }) => [mediaId, media.describe(mediaId).path]));
  const counts = new Map<string, number>();
  for (const name of relative.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const nameOf = (mediaId: number, absolute: string): string =>
    counts.get(relative.get(mediaId)!) === 1 ? relative.get(mediaId)! : absolute;
  const columns = metadata.columns().filter(({ key }) => rows.some(({ values }) => values[key]));
  const content =
    format === 'json'
      ? `${JSON.stringify(
          {
            columns: columns.map(({ key, type }) => ({ key, type })),
            recordings: rows.map((row) => ({ path: nameOf(row.mediaId, row.path), values: row.values })),
          },
          null,
          2,
        )}\n`
      : writeCsv([
          ['path', ...columns.map(({ key }) => key)],
          ...rows.map((row) => [
            nameOf(row.mediaId, row.path),
            ...columns.map(({ key, type }) => {
              const value = row.values[key];
              return type === 'number' && value ? (value.number ?? value.text) : (value?.text ?? '');
            }),
          ]),
        ]);
  return { files: [writeWhole(path.resolve(file), content)], recordings: rows.length };
}
