// Metadata looked up and set.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { setMetadata } from '../../collection/metadata/setMetadata.ts';
import type { EngineContext } from '../engineContext.ts';
import { createFindingProcedures } from './finding.ts';
import { createTableProcedures } from './tables.ts';
import { publishMetadata } from './publishMetadata.ts';

/** The recordings that are meant; null for all. */
function mediaOf(
  { workspace }: Pick<EngineContext, 'workspace'>,
  { mediaIds, clipIds }: { mediaIds?: number[] | undefined; clipIds?: number[] | undefined },
): number[] | null {
  if (!mediaIds && !clipIds) return null;
  return [...new Set([...(mediaIds ?? []), ...workspace.clips.many(clipIds ?? []).map(({ mediaId }) => mediaId)])];
}

export function createMetadataProcedures(context: EngineContext) {
  const { workspace } = context;
  const { metadata } = workspace;
  const os = implement(contract.metadata);
  const columnOf = (columnId: number) => metadata.columns().find(({ id }) => id === columnId)!;
  return {
    columns: os.columns.handler(() => metadata.columns()),
    rows: os.rows.handler(({ input }) => {
      const mediaIds = mediaOf(context, input);
      return { total: mediaIds?.length ?? workspace.summary().media, rows: metadata.rows(mediaIds, input) };
    }),
    values: os.values.handler(({ input }) => metadata.values(metadata.column(input.column).id, input.limit)),
    set: os.set.handler(({ input }) => {
      const mediaIds = mediaOf(context, input);
      if (!mediaIds)
        throw new EngineError('BAD_INPUT', 'name the recordings whose metadata are set', { field: 'mediaIds' });
      const result = setMetadata(workspace, { ...input, mediaIds });
      if (result.changed > 0) publishMetadata(context, mediaIds);
      return result;
    }),
    addColumn: os.addColumn.handler(({ input }) => {
      const columnId = metadata.addColumn(input.key, input.type);
      publishMetadata(context, null);
      return columnOf(columnId);
    }),
    updateColumn: os.updateColumn.handler(({ input }) => {
      const result = metadata.updateColumn(input.columnId, input);
      publishMetadata(context, null);
      return result;
    }),
    removeColumn: os.removeColumn.handler(({ input }) => {
      metadata.removeColumn(input.columnId);
      publishMetadata(context, null);
      return {};
    }),
    ...createTableProcedures(context),
    ...createFindingProcedures(context),
    notes: os.notes.handler(({ input }) => workspace.notes.of(input.mediaId)),
    setNote: os.setNote.handler(({ input: { mediaId, clipId, text } }) => {
      const result = workspace.notes.set(mediaId, clipId, text);
      if (result.changed > 0) publishMetadata(context, [mediaId]);
      return result;
    }),
    history: os.history.handler(({ input }) => metadata.history(input.mediaId, input.limit)),
  };
}
