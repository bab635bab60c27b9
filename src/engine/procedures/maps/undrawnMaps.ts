// Maps whose job was cancelled or failed before they had a point: removed, so that no list offers them.
import type { EngineContext } from '../engineContext.ts';

/** Watches project jobs until the returned function is called. */
export function forgetUndrawnMaps(context: EngineContext): () => void {
  return context.events.subscribe((event) => {
    if (event.type !== 'jobChanged' || event.job.kind !== 'project' || context.readOnly) return;
    if (['done', 'failed', 'cancelled'].includes(event.job.status)) removeUndrawn(context);
  });
}

function removeUndrawn({ workspace, jobs }: EngineContext): void {
  // Maps of jobs that wait have no points yet either.
  if (jobs.list({ active: true }).some(({ kind }) => kind === 'project')) return;
  for (const { id, points } of workspace.projections.list()) if (points === 0) workspace.projections.remove(id);
}
