// Label schemas and classes. Every change can be undone, so each tells of the new undo state too.
import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import type { EngineContext } from '../engineContext.ts';

export function createSchemasProcedures({ workspace, events }: EngineContext) {
  const os = implement(contract.schemas);
  /** `relabelled`: annotations of unknown clips changed with the schema. */
  const changed = <T>(result: T, relabelled = false): T => {
    events.publish({ type: 'schemasChanged' });
    events.publish({
      type: 'annotationsChanged',
      clipIds: relabelled ? null : [],
      undo: workspace.annotations.undoState(),
    });
    return result;
  };
  return {
    list: os.list.handler(() => workspace.schemas.list()),
    create: os.create.handler(({ input }) => changed(workspace.schemas.create(input))),
    update: os.update.handler(({ input }) => changed(workspace.schemas.update(input.schemaId, input))),
    remove: os.remove.handler(({ input }) => {
      workspace.schemas.remove(input.schemaId);
      return changed({}, true);
    }),
    addClass: os.addClass.handler(({ input }) => changed(workspace.schemas.addClass(input.schemaId, input))),
    updateClass: os.updateClass.handler(({ input }) => changed(workspace.schemas.updateClass(input.classId, input))),
    mergeClass: os.mergeClass.handler(({ input }) => {
      workspace.schemas.mergeClass(input.classId, input.intoClassId);
      return changed({}, true);
    }),
    removeClass: os.removeClass.handler(({ input }) => {
      workspace.schemas.removeClass(input.classId);
      return changed({}, true);
    }),
  };
}
