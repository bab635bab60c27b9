// What is known of each clip of a subset, as one flat row: its file and window, labels, prediction and metadata.
import type { Workspace } from '../../collection/workspace.ts';

export interface DatasetRow {
  clip: number;
  source: string;
  startS: number;
  endS: number;
  kind: string;
  /** Positive classes by the name of their schema. */
  labels: Record<string, string[]>;
  predicted: string | null;
  probability: number | null;
  metadata: Record<string, string | number>;
}

/** In the order of the ids; clips that are gone are left out. */
export function datasetRows(workspace: Workspace, clipIds: readonly number[]): DatasetRow[] {
  const names = new Map(
    workspace.schemas
      .list()
      .flatMap((schema) => schema.classes.map((one) => [one.id, { name: one.name, schema: schema.name }] as const)),
  );
  const records = workspace.clips.many(clipIds);
  const mediaIds = [...new Set(records.map(({ mediaId }) => mediaId))];
  const metadata = new Map(workspace.metadata.rows(mediaIds).map((row) => [row.mediaId, row.values]));
  const rows = new Map(workspace.clips.rows(clipIds).map((row) => [row.id, row]));
  return records.map(({ id, mediaId, absolutePath, startS, endS, kind }): DatasetRow => {
    const { labels, prediction } = rows.get(id)!;
    const bySchema: Record<string, string[]> = {};
    for (const { classId, value } of labels) {
      const named = names.get(classId);
      if (named && value === 'positive') (bySchema[named.schema] ??= []).push(named.name);
    }
    return {
      clip: id,
      source: absolutePath,
      startS,
      endS,
      kind,
      labels: bySchema,
      predicted: prediction ? (names.get(prediction.classId)?.name ?? null) : null,
      probability: prediction?.probability ?? null,
      metadata: Object.fromEntries(
        Object.entries(metadata.get(mediaId) ?? {}).map(([key, { text, number }]) => [
          key,
          number !== null && String(number) === text ? number : text,
        ]),
      ),
    };
  });
}
