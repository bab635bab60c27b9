// In the label layout, a single-label clip that was just labelled makes room for the next one.
import { useLayout } from '../../stores/layout.ts';
import { useSchemas } from '../../stores/schemas.ts';
import { useScope } from '../../stores/scope.ts';
import { useSelection } from '../../stores/selection.ts';

/**
 * Called with the clips that were labelled; what was opened or selected since then stays. Multi-label schemas wait for
 * J: there may be more to say.
 */
export function afterLabel(clipIds: readonly number[]): void {
  const [layout, schemas, scope, selection] = [useLayout(), useSchemas(), useScope(), useSelection()];
  if (layout.name !== 'label' || schemas.active?.multiLabel !== false) return;
  // Clips from elsewhere, as a range of a long file, have no next one in the list: the open clip stays.
  if (clipIds.length === 1 && selection.size === 0 && clipIds[0] === selection.current) {
    if (scope.clipIds.includes(selection.current)) scope.walk(1);
  } else if (selection.size === clipIds.length && clipIds.every((clipId) => selection.ids.has(clipId))) {
    const last = scope.clipIds.findLastIndex((clipId) => selection.ids.has(clipId));
    const next = last < 0 ? undefined : scope.clipIds[last + 1];
    selection.release();
    if (next !== undefined) selection.open(next);
  }
}
