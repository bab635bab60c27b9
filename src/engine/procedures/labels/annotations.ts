// Labels set, taken back, looked up, and carried in and out.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { exportLabels } from '../../collection/labels/exportLabels.ts';
import { importLabels } from '../../collection/labels/importLabels.ts';
import { inspectLabels } from '../../collection/labels/inspectLabels.ts';
import { publishEvents } from '../events/publishEvents.ts';
import { acceptLabels } from './acceptLabels.ts';
import type { EngineContext } from '../engineContext.ts';

/** Above this many clips the event says "many" instead of naming them. */
const namedClips = 1000;

export function createAnnotationsProcedures({ workspace, events }: EngineContext) {
  const os = implement(contract.annotations);
  const changed = (clipIds: readonly number[] | null, schemas = false): void => {
    if (schemas) events.publish({ type: 'schemasChanged' });
    const named = clipIds !== null && clipIds.length <= namedClips ? [...clipIds] : null;
    events.publish({ type: 'annotationsChanged', clipIds: named, undo: workspace.annotations.undoState() });
  };
  const eventsChanged = (mediaIds: readonly number[]): void => {
    if (mediaIds.length > 0) publishEvents({ workspace, events }, mediaIds);
  };
  return {
    set: os.set.handler(({ input }) => {
      const result = workspace.annotations.set(input);
      if (result.changed) changed(input.clipIds);
      return result;
    }),
    accept: os.accept.handler(({ input: { schemaId, labels, source } }) => {
      const result = acceptLabels(workspace, schemaId, labels, source);
      if (result.changed) changed(labels.map(({ clipId }) => clipId));
      return { ...result, undo: workspace.annotations.undoState() };
    }),
    undo: os.undo.handler(() => {
      const { schemas, mediaIds, ...taken } = workspace.annotations.undo();
      changed(taken.clipIds, schemas);
      eventsChanged(mediaIds);
      return taken;
    }),
    redo: os.redo.handler(() => {
      const { schemas, mediaIds, ...taken } = workspace.annotations.redo();
      changed(taken.clipIds, schemas);
      eventsChanged(mediaIds);
      return taken;
    }),
    undoState: os.undoState.handler(() => workspace.annotations.undoState()),
    history: os.history.handler(({ input }) => workspace.annotations.history(input.clipId, input.limit)),
    inspect: os.inspect.handler(({ input }) => inspectLabels(input.path)),
    import: os.import.handler(async ({ input }) => {
      const report = await importLabels(workspace, input);
      if (!input.dryRun) changed(null, true);
      return report;
    }),
    export: os.export.handler(({ input }) => exportLabels(workspace, input)),
  };
}
