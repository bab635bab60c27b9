// Retrieval by aligned frames, as CAV-MAE Sync is evaluated: every frame of a clip with the sound around it, instead of one vector a clip.
import type { AlignedStrategy } from '../../../shared/contract/model.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { EngineContext } from '../engineContext.ts';
import { inputOfClip } from '../inputs/clipInputs.ts';

/** Frame vectors are computed on the spot, so that fewer clips are compared than by stored embeddings. */
const CLIPS = 300;

/** Whether a model pairs each frame with sound of its own. */
export async function isSyncModel({ workspace, compute }: EngineContext, modelId: string): Promise<boolean> {
  const { config } = await compute.calls.describeModel({ path: resolveModel(workspace, modelId) });
  return config.alignedFrames > 0;
}

/**
 * R@1/5/10 and median rank over an even draw of at most 300 of the model's embedded clips that have sound and picture.
 * @throws EngineError BAD_INPUT when no clip has both
 */
export async function alignedRetrieval(
  context: EngineContext,
  set: { setId: number; modelId: string },
  strategy: AlignedStrategy,
  signal?: AbortSignal,
) {
  const { workspace, compute } = context;
  const ids = workspace.clips.ids({}).filter((id) => {
    const clip = workspace.clips.get(id);
    return clip && !clip.badges.includes('no-sound') && !clip.badges.includes('no-picture');
  });
  if (ids.length === 0)
    throw new EngineError('BAD_INPUT', 'no clip has both sound and picture', { hint: 'Import clips that have both.' });
  const step = Math.max(1, ids.length / CLIPS);
  const taken = Array.from({ length: Math.min(CLIPS, ids.length) }, (_, i) => ids[Math.floor(i * step)]!);
  const inputs: string[] = [];
  for (const id of taken) inputs.push((await inputOfClip(context, id, signal)).path);
  const { rows, ...result } = await compute.calls.alignedRetrieval(
    { model: resolveModel(workspace, set.modelId), inputs, strategy },
    signal ? { signal } : {},
  );
  return {
    ...result,
    of: ids.length,
    worst: result.worst.map(({ row, ...one }) => ({ ...one, clipId: taken[rows[row]!]! })),
  };
}
