// Input files of many clips, made where they are missing, a few at a time: what training reads.
import type { ItemFailure } from '../../../shared/contract/errors.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { wantsAlignedFrames } from '../../checkpoint/catalogue/catalogue.ts';
import { ensureClipInput } from '../../media/clipInput.ts';
import type { TrainingClip } from '../../training/data/inputCache.ts';
import type { EngineContext } from '../engineContext.ts';
import { fileLimitS, MediaGate } from './mediaGate.ts';

const LANES = 2;

/**
 * In the order of `clipIds`; clips that cannot be decoded are told and left out.
 * @param options `model`: that reads them, by its path; a CAV-MAE Sync wants more frames
 */
export async function preparedClips(
  context: EngineContext,
  clipIds: readonly number[],
  {
    signal,
    failed,
    progress,
    model,
  }: {
    signal: AbortSignal;
    failed: (failure: ItemFailure) => void;
    progress?: (done: number) => void;
    model: string | null;
  },
): Promise<TrainingClip[]> {
  const { workspace } = context;
  const gate = new MediaGate(context.media);
  const aligned = model !== null && (await wantsAlignedFrames(model));
  const clips = workspace.clips.many(clipIds);
  const out = new Array<TrainingClip | null>(clips.length).fill(null);
  let next = 0;
  let done = 0;
  const lane = async () => {
    while (next < clips.length) {
      const at = next++;
      const clip = clips[at]!;
      signal.throwIfAborted();
      try {
        const limitS = fileLimitS(workspace.media.get(clip.mediaId)?.sizeBytes ?? 0);
        const path = await gate.call(clip.absolutePath, limitS, signal, (calls, within) =>
          ensureClipInput({ workspace, media: { calls } }, clip, { signal: within, aligned }),
        );
        out[at] = { clipId: clip.id, path, source: clip.mediaId, name: clip.absolutePath, ...(aligned && { aligned }) };
      } catch (thrown) {
        const error = EngineError.from(thrown);
        if (signal.aborted || error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
        failed({ path: clip.absolutePath, clipId: clip.id, code: error.code, message: error.message });
      }
      progress?.(++done);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return out.filter((clip) => clip !== null);
}

/** Makes an input file again that the bounded folder dropped during a training. A failure is the waiting worker's to tell, when it has waited long enough. */
export function remakeInput(
  context: EngineContext,
  clips: readonly TrainingClip[],
  path: string,
  signal: AbortSignal,
): void {
  const missing = clips.find((clip) => clip.path === path);
  const clip = missing && context.workspace.clips.get(missing.clipId);
  if (clip)
    void ensureClipInput({ workspace: context.workspace, media: context.media }, clip, {
      signal,
      aligned: missing.aligned ?? false,
    }).catch(() => undefined);
}
