// Tells every window that events of some recordings changed, and the clip labels that follow from them.
import type { EngineContext } from '../engineContext.ts';

/** Above this many recordings the message says "many" instead of naming them. */
const namedRecordings = 1000;

export function publishEvents(
  { workspace, events }: Pick<EngineContext, 'workspace' | 'events'>,
  mediaIds: readonly number[] | null,
): void {
  const named = mediaIds !== null && mediaIds.length <= namedRecordings ? [...mediaIds] : null;
  const undo = workspace.annotations.undoState();
  events.publish({ type: 'eventsChanged', mediaIds: named, undo });
  if (workspace.schemas.list().some(({ fromEvents }) => fromEvents))
    events.publish({ type: 'annotationsChanged', clipIds: null, undo });
}
