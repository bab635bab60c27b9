// A label list given to an import: its format is told from its name and first line, the rest is what
// `annotations.import` does.
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { importLabels } from '../../collection/labels/importLabels.ts';
import { inspectLabels } from '../../collection/labels/inspectLabels.ts';
import type { EngineContext } from '../engineContext.ts';

/**
 * Writes the labels as one step; what does not match a clip is reported by line. Throws NOT_FOUND, BAD_INPUT for the
 * file as a whole.
 */
export async function importLabelFile(
  { workspace, events }: Pick<EngineContext, 'workspace' | 'events'>,
  path: string,
  report: (failure: ItemFailure) => void,
): Promise<number> {
  const { annotations, newClasses, unmatched } = await importLabels(workspace, {
    path,
    format: (await inspectLabels(path)).format,
  });
  for (const { line, reason } of unmatched) report({ path: `${path}:${line}`, code: 'NOT_FOUND', message: reason });
  if (newClasses.length) events.publish({ type: 'schemasChanged' });
  if (annotations)
    events.publish({ type: 'annotationsChanged', clipIds: null, undo: workspace.annotations.undoState() });
  return annotations;
}
