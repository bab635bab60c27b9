// Loss against mask ratio for one clip, beside a control: how much worse each modality is told with another clip's partner.
import { EngineError } from '../../shared/engineError.ts';
import type { ClipRecord } from '../collection/stores.ts';
import type { EngineContext } from './engineContext.ts';
import { inputOfClip } from './clipInputs.ts';

export interface SweepPoint { ratio: number; lossA: number; lossV: number; controlA: number; controlV: number }

/** The frame whose reconstruction is measured; the reference evaluates on the middle one. */
const FRAME = 5;

/** Other files' clips tried before giving up: their media may be gone. */
const TRIES = 5;

/** Input of a clip of another file, with both modalities, chosen by the seed. */
async function partnerInput(context: EngineContext, clip: ClipRecord, seed: number, signal?: AbortSignal): Promise<string> {
  const { workspace } = context;
  const others = workspace.clips.many(workspace.clips.ids({ kinds: ['video'] })).filter(({ mediaId, badges }) => mediaId !== clip.mediaId && !badges.includes('no-sound') && !badges.includes('no-picture'));
  for (let attempt = 0; attempt < Math.min(TRIES, others.length); attempt++) {
    const partner = others[(seed * 7919 + clip.id + attempt) % others.length]!;
    const input = await inputOfClip(context, partner.id, signal).catch((thrown: unknown) => {
      if (signal?.aborted) throw thrown;
      return null;
    });
    if (input) return input.path;
  }
  throw new EngineError('BAD_INPUT', 'the control needs a second video with sound in the collection', { hint: 'Import another video.' });
}

const both = (value: number | null): number => {
  if (value === null) throw new EngineError('BAD_INPUT', 'the sweep needs a clip with both sound and picture, and ratios that hide something');
  return value;
};

/** @throws EngineError BAD_INPUT for a clip with one modality only, a ratio that hides nothing, or a collection without another video */
export async function maskRatioSweep(context: EngineContext, model: string, clipId: number, ratios: readonly number[], seed: number, signal?: AbortSignal): Promise<SweepPoint[]> {
  const { clip, path } = await inputOfClip(context, clipId, signal);
  const partner = await partnerInput(context, clip, seed, signal);
  const masks = ratios.map((ratio) => ({ mode: 'unstructured' as const, ratioA: ratio, ratioV: ratio, seed }));
  const losses = (input: string, other: string | null) => context.compute.calls.reconstructionLosses({ model, input, partner: other, frame: FRAME, masks }, signal ? { signal } : {});
  const own = await losses(path, null);
  // Own sound beside the partner's picture, then the partner's sound beside the own picture.
  const otherPicture = await losses(path, partner);
  const otherSound = await losses(partner, path);
  return ratios.map((ratio, i) => ({ ratio, lossA: both(own[i]!.lossA), lossV: both(own[i]!.lossV), controlA: both(otherPicture[i]!.lossA), controlV: both(otherSound[i]!.lossV) }));
}
