// Labels set, taken back, looked up, and carried in and out.
import { implement } from '@orpc/server';
import type { LabelStep } from '../../../shared/contract/annotation.ts';
import { contract } from '../../../shared/contract/index.ts';
import { exportLabels } from '../../collection/labels/exportLabels.ts';
import { importLabels } from '../../collection/labels/importLabels.ts';
import { inspectLabels } from '../../collection/labels/inspectLabels.ts';
import type { Change } from '../../collection/stepLog.ts';
import { publishEvents } from '../events/publishEvents.ts';
import { publishMetadata } from '../metadata/publishMetadata.ts';
import { acceptLabels } from './acceptLabels.ts';
import type { EngineContext } from '../engineContext.ts';

/** Above this many clips the event says "many" instead of naming them. */
const namedClips = 1000;

const stepOf = (workspace: EngineContext['workspace'], step: number, changes: readonly Change[]): LabelStep => ({
  step,
  source: changes[0]?.after?.source ?? 'human',
  at: new Date().toISOString(),
  entries: changes.map(({ clipId, classId, before, after }) => ({
    clipId,
    classId,
    before: before?.value ?? null,
    after: after?.value ?? null,
    presence: (after ?? before)?.presence ?? null,
  })),
  clips: workspace.annotations.ofClips([...new Set(changes.map(({ clipId }) => clipId))]),
});

export function createAnnotationsProcedures({ workspace, events }: EngineContext) {
  const os = implement(contract.annotations);
  const changed = (clipIds: readonly number[] | null, schemas = false, step?: LabelStep): void => {
    if (schemas) events.publish({ type: 'schemasChanged' });
    const named = clipIds !== null && clipIds.length <= namedClips ? [...clipIds] : null;
    const undo = workspace.annotations.undoState();
    events.publish({ type: 'annotationsChanged', clipIds: named, undo, ...(step && { step }) });
  };
  const eventsChanged = (mediaIds: readonly number[]): void => {
    if (mediaIds.length > 0) publishEvents({ workspace, events }, mediaIds);
  };
  const auditsChanged = (designIds: readonly number[]): void => {
    for (const designId of designIds)
      events.publish({ type: 'auditsChanged', designId, undo: workspace.annotations.undoState() });
  };
  return {
    set: os.set.handler(({ input }) => {
      const { changes, ...result } = workspace.annotations.set(input);
      if (result.changed)
        changed(
          input.clipIds,
          false,
          input.clipIds.length <= namedClips ? stepOf(workspace, result.step, changes) : undefined,
        );
      return result;
    }),
    accept: os.accept.handler(({ input: { schemaId, labels, source } }) => {
      const result = acceptLabels(workspace, schemaId, labels, source);
      if (result.changed) changed(labels.map(({ clipId }) => clipId));
      return { ...result, undo: workspace.annotations.undoState() };
    }),
    undo: os.undo.handler(() => {
      const { schemas, mediaIds, metadata, audits, ...taken } = workspace.annotations.undo();
      changed(taken.clipIds, schemas);
      eventsChanged(mediaIds);
      auditsChanged(audits);
      if (metadata) publishMetadata({ workspace, events }, metadata.length > 0 ? metadata : null);
      return taken;
    }),
    redo: os.redo.handler(() => {
      const { schemas, mediaIds, metadata, audits, ...taken } = workspace.annotations.redo();
      changed(taken.clipIds, schemas);
      eventsChanged(mediaIds);
      auditsChanged(audits);
      if (metadata) publishMetadata({ workspace, events }, metadata.length > 0 ? metadata : null);
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
