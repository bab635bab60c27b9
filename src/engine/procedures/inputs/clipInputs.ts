// A clip of the collection as the compute worker takes it: the path of its input file, made again where the cache has dropped it.
import { EngineError } from '../../../shared/engineError.ts';
import { ensureClipInput } from '../../media/clipInput.ts';
import type { ClipRecord } from '../../collection/stores.ts';
import type { EngineContext } from '../engineContext.ts';

/**
 * @param aligned with the sixteen frames of CAV-MAE Sync
 * @throws EngineError NOT_FOUND for an unknown clip; DECODE_FAILED, NOT_FOUND for media that cannot be read
 */
export async function inputOfClip(
  context: EngineContext,
  clipId: number,
  signal?: AbortSignal,
  aligned = false,
): Promise<{ clip: ClipRecord; path: string }> {
  const clip = context.workspace.clips.get(clipId);
  if (!clip) throw new EngineError('NOT_FOUND', `there is no clip ${clipId}`, { field: 'clipId' });
  return { clip, path: await ensureClipInput(context, clip, { ...(signal && { signal }), aligned }) };
}
