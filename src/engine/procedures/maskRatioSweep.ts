// Loss against mask ratio for one clip, beside a control: how much worse each modality is told with another clip's partner.
import { EngineError } from '../../shared/engineError.ts';
import type { EngineContext } from './engineContext.ts';
import { inputOfClip } from './clipInputs.ts';

export interface SweepPoint { ratio: number; lossA: number; lossV: number; controlA: number; controlV: number }

/** The frame whose reconstruction is measured; the reference evaluates on the middle one. */
const FRAME = 5;

/** A clip of another file, with both modalities, chosen by the seed. */
function partnerOf({ workspace }: EngineContext, clipId: number, mediaId: number, seed: number): number {
  const others = workspace.clips.many(workspace.clips.ids({ kinds: ['video'] })).filter(({ id, mediaId: source, badges }) => id !== clipId && source !== mediaId && !badges.includes('no-sound') && !badges.includes('no-picture'));
  const partner = others[(seed * 7919 + clipId) % Math.max(1, others.length)];
  if (!partner) throw new EngineError('BAD_INPUT', 'the control needs a second video with sound in the collection', { hint: 'Import another video.' });
  return partner.id;
}

const both = (value: number | null): number => {
  if (value === null) throw new EngineError('BAD_INPUT', 'the sweep needs a clip with both sound and picture, and ratios that hide something');
  return value;
};

/** @throws EngineError BAD_INPUT for a clip with one modality only, a ratio that hides nothing, or a collection without another video */
export async function maskRatioSweep(context: EngineContext, model: string, clipId: number, ratios: readonly number[], seed: number, signal?: AbortSignal): Promise<SweepPoint[]> {
  const { clip, path } = await inputOfClip(context, clipId, signal);
  const partner = (await inputOfClip(context, partnerOf(context, clipId, clip.mediaId, seed), signal)).path;
  const masks = ratios.map((ratio) => ({ mode: 'unstructured' as const, ratioA: ratio, ratioV: ratio, seed }));
  const losses = (input: string, other: string | null) => context.compute.calls.reconstructionLosses({ model, input, partner: other, frame: FRAME, masks }, signal ? { signal } : {});
  const own = await losses(path, null);
  // Own sound beside the partner's picture, then the partner's sound beside the own picture.
  const otherPicture = await losses(path, partner);
  const otherSound = await losses(partner, path);
  return ratios.map((ratio, i) => ({ ratio, lossA: both(own[i]!.lossA), lossV: both(own[i]!.lossV), controlA: both(otherPicture[i]!.lossA), controlV: both(otherSound[i]!.lossV) }));
}
