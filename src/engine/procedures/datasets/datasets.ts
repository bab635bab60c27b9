// Subsets of the collection out of the workspace.
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { ClipFilter } from '../../../shared/contract/clip.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { EngineContext } from '../engineContext.ts';
import { savedViews } from '../labels/views.ts';

/** The clips of a saved view, or of a filter, and both in words. */
function subset(
  { workspace }: EngineContext,
  {
    filter,
    viewId,
    scope,
  }: { filter?: ClipFilter | undefined; viewId?: number | undefined; scope?: string | undefined },
): { clipIds: number[]; scope: string } {
  if (viewId === undefined)
    return { clipIds: workspace.clips.ids(filter), scope: scope ?? (filter ? JSON.stringify(filter) : 'all clips') };
  const view = savedViews(workspace).find(({ id }) => id === viewId);
  if (!view) throw new EngineError('NOT_FOUND', `there is no saved view ${viewId}`, { field: 'viewId' });
  const only = view.clipIds === null ? null : new Set(view.clipIds);
  const clipIds = workspace.clips.ids(view.filter, view.sort).filter((clipId) => only === null || only.has(clipId));
  return { clipIds, scope: scope ?? `the saved view “${view.name}”` };
}

/** A folder that is not there yet or is empty: files of two exports are never mixed. */
function freeFolder(target: string): string {
  const folder = path.resolve(target);
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0))
    throw new EngineError('BAD_INPUT', `${folder} is ${statSync(folder).isDirectory() ? 'not empty' : 'a file'}`, {
      path: folder,
      hint: 'Name a new folder.',
    });
  return folder;
}

export function createDatasetsProcedures(context: EngineContext) {
  const os = implement(contract.datasets);
  return {
    export: os.export.handler(({ input }) => {
      const { clipIds, scope } = subset(context, input);
      if (clipIds.length === 0)
        throw new EngineError('BAD_INPUT', 'no clip matches, so that there is nothing to export', {
          field: 'filter',
          hint: 'Clear the filter, or choose another.',
        });
      const { layout } = input;
      const jobId = context.jobs.add('exportDataset', `Export ${clipIds.length} clips`, {
        path: freeFolder(input.path),
        layout,
        clipIds,
        scope,
      });
      return { jobId, clips: clipIds.length };
    }),
  };
}
