// Retrieval by aligned frames, as CAV-MAE Sync is evaluated: every frame of a clip with the sound around it, instead of one vector a clip.
import type { AlignedStrategy } from '../../../shared/contract/model.ts';
import { resolveModel, wantsAlignedFrames } from '../../checkpoint/catalogue/catalogue.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { EngineContext } from '../engineContext.ts';
import { inputOfClip } from '../inputs/clipInputs.ts';

/** Frame vectors are computed on the spot, so that fewer clips are compared than by stored embeddings. */
const CLIPS = 300;

/** Whether a model pairs each frame with sound of its own. */
export const isSyncModel = ({ workspace }: Pick<EngineContext, 'workspace'>, modelId: string): Promise<boolean> =>
  wantsAlignedFrames(resolveModel(workspace, modelId));

/** An even draw of at most 300 clips. */
export function alignedDraw(ids: readonly number[]): number[] {
  const step = Math.max(1, ids.length / CLIPS);
  return Array.from({ length: Math.min(CLIPS, ids.length) }, (_, i) => ids[Math.floor(i * step)]!);
}

/** Clips of the collection that have sound and picture. */
function clipsWithBoth({ workspace }: EngineContext): number[] {
  return workspace.clips
    .many(workspace.clips.ids({}))
    .filter(({ badges }) => !badges.includes('no-sound') && !badges.includes('no-picture'))
    .map(({ id }) => id);
}

/**
 * R@1/5/10 and median rank over an even draw of at most 300 of the clips that have sound and picture.
 * @param ids all of them, where the caller knows which are meant
 * @throws EngineError BAD_INPUT when no clip has both
 */
export async function alignedRetrieval(
  context: EngineContext,
  set: { setId: number; modelId: string },
  strategy: AlignedStrategy,
  signal?: AbortSignal,
  ids: readonly number[] = clipsWithBoth(context),
) {
  const { workspace, compute } = context;
  if (ids.length === 0)
    throw new EngineError('BAD_INPUT', 'no clip has both sound and picture', { hint: 'Import clips that have both.' });
  const taken = alignedDraw(ids);
  const inputs: string[] = [];
  const model = resolveModel(workspace, set.modelId);
  const aligned = await wantsAlignedFrames(model);
  for (const id of taken) inputs.push((await inputOfClip(context, id, signal, aligned)).path);
  const { rows, ...result } = await compute.calls.alignedRetrieval(
    { model, inputs, strategy },
    signal ? { signal } : {},
  );
  return {
    ...result,
    of: ids.length,
    worst: result.worst.map(({ row, ...one }) => ({ ...one, clipId: taken[rows[row]!]! })),
  };
}
