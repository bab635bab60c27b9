// Clips embedded after a map settled take their places on it at once, by their neighbours, without a refit.
import type { Projection } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { EngineContext } from '../engineContext.ts';
import { matrixFile } from './matrixFiles.ts';

const quietMs = 1500;
/** An import announces embeddings once a second for as long as it runs: clips are placed meanwhile, too. */
const longestWaitMs = 4000;

/** Watches for new embeddings until the returned function is called. */
export function placeNewClips(context: EngineContext): () => void {
  let timer: NodeJS.Timeout | null = null;
  let dueMs = Infinity;
  const unsubscribe = context.events.subscribe((event) => {
    if (event.type !== 'embeddingsChanged' || context.readOnly) return;
    if (timer) clearTimeout(timer);
    dueMs = Math.min(dueMs, performance.now() + longestWaitMs);
    const waitMs = Math.max(0, Math.min(quietMs, dueMs - performance.now()));
    timer = setTimeout(() => {
      dueMs = Infinity;
      placeMissing(context).catch((thrown: unknown) => {
        const { code, message } = EngineError.from(thrown);
        if (code !== 'CANCELLED')
          context.events.publish({
            type: 'notice',
            level: 'warning',
            message: `New clips could not be placed on the map: ${message}`,
            hint: 'Draw the map again.',
          });
      });
    }, waitMs);
    timer.unref();
  });
  return () => {
    unsubscribe();
    if (timer) clearTimeout(timer);
  };
}

/** Places what the newest settled map of each space lacks. Returns how many clips were placed. */
export async function placeMissing(context: EngineContext): Promise<number> {
  const { workspace } = context;
  const current = workspace.vectors.current();
  if (!current) return 0;
  let placed = 0;
  for (const space of ['joint', 'audio', 'visual'] as const) {
    const map = workspace.projections
      .list()
      .findLast((one) => one.settled && one.setId === current.setId && one.space === space);
    if (map) placed += await placeOn(context, map);
  }
  return placed;
}

async function placeOn(context: EngineContext, map: Projection): Promise<number> {
  const { workspace, events, projection } = context;
  const known = workspace.projections.points(map.id);
  if (!known || known.clipIds.length === 0) return 0;
  const there = new Set(known.clipIds);
  const matrix = matrixFile(context, map.setId, map.space);
  const missing = matrix.clipIds.filter((clipId) => clipId > 0 && !there.has(clipId));
  if (missing.length === 0) return 0;
  const added = await projection.calls.place({ matrix, map: known, clipIds: missing });
  if (added.clipIds.length === 0 || !workspace.projections.get(map.id)?.settled) return 0;
  const clipIds = new Int32Array(known.clipIds.length + added.clipIds.length),
    xy = new Float32Array(clipIds.length * 2);
  clipIds.set(known.clipIds);
  clipIds.set(added.clipIds, known.clipIds.length);
  xy.set(known.xy);
  xy.set(added.xy, known.xy.length);
  workspace.projections.save(map.id, clipIds, xy, true);
  events.publish({ type: 'projectionMoved', projectionId: map.id, epoch: 1, epochs: 1, settled: true });
  return added.clipIds.length;
}
