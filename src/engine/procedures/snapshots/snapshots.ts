// Named snapshots of all annotations: made, listed, compared, restored.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../engineContext.ts';
import { publishEvents } from '../events/publishEvents.ts';

export function createSnapshotsProcedures({ workspace, events }: EngineContext) {
  const os = implement(contract.snapshots);
  const changed = (): void => events.publish({ type: 'snapshotsChanged' });
  return {
    list: os.list.handler(() => workspace.snapshots.list()),
    create: os.create.handler(({ input }) => {
      const made = workspace.snapshots.create(input.name, input.note);
      changed();
      return made;
    }),
    compare: os.compare.handler(({ input }) =>
      workspace.snapshots.compare(input.snapshotId, input.otherId ?? null, input.limit),
    ),
    restore: os.restore.handler(({ input }) => {
      const restored = workspace.snapshots.restore(input.snapshotId);
      const undo = workspace.annotations.undoState();
      changed();
      if (restored.changed > 0) {
        events.publish({ type: 'schemasChanged' });
        events.publish({ type: 'annotationsChanged', clipIds: null, undo });
        publishEvents({ workspace, events }, null);
      }
      return { ...restored, undo };
    }),
    remove: os.remove.handler(({ input }) => {
      workspace.snapshots.remove(input.snapshotId);
      changed();
      return {};
    }),
  };
}
