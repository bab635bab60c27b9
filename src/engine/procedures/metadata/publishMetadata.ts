// Tells every window that metadata of some recordings changed.
import type { EngineContext } from '../engineContext.ts';

/** Above this many recordings the message says "many" instead of naming them. */
const namedRecordings = 1000;

export function publishMetadata(
  { workspace, events }: Pick<EngineContext, 'workspace' | 'events'>,
  mediaIds: readonly number[] | null,
): void {
  const named = mediaIds !== null && mediaIds.length <= namedRecordings ? [...mediaIds] : null;
  events.publish({ type: 'metadataChanged', mediaIds: named, undo: workspace.annotations.undoState() });
}
