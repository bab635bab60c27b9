// Loss against mask ratio, beside a control: how much worse each modality is told with another clip's partner. For one
// clip, and as a job for the collection.
import type { JobParams, JobState } from '../../../shared/contract/jobKinds.ts';
import type { CollectionSweep, Subject, SweepPoint } from '../../../shared/contract/inspect.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import type { ClipRecord } from '../../collection/stores.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { inputOfClip } from '../inputs/clipInputs.ts';
import type { EngineContext } from '../engineContext.ts';
import { inputOfSubject } from '../inputs/subjectInputs.ts';

/** The frame whose reconstruction is measured; the reference evaluates on the middle one. */
const FRAME = 5;

/** Other files' clips tried before giving up: their media may be gone. */
const TRIES = 5;

/** Clips with both sound and picture. */
function pairedClips({ workspace }: EngineContext): ClipRecord[] {
  return workspace.clips
    .many(workspace.clips.ids({ kinds: ['video'] }))
    .filter(
      ({ badges }) => !badges.includes('no-sound') && !badges.includes('no-picture') && !badges.includes('missing'),
    );
}

/** Input of a clip of another file, with both modalities, chosen by the seed. */
async function partnerInput(
  context: EngineContext,
  own: { id: number; mediaId: number },
  paired: readonly ClipRecord[],
  seed: number,
  signal?: AbortSignal,
): Promise<string> {
  const others = paired.filter(({ mediaId }) => mediaId !== own.mediaId);
  for (let attempt = 0; attempt < Math.min(TRIES, others.length); attempt++) {
    const partner = others[(seed * 7919 + own.id * 31 + attempt) % others.length]!;
    const input = await inputOfClip(context, partner.id, signal).catch((thrown: unknown) => {
      if (signal?.aborted) throw thrown;
      return null;
    });
    if (input) return input.path;
  }
  throw new EngineError('BAD_INPUT', 'the control needs a second video with sound in the collection', {
    hint: 'Import another video.',
  });
}

const both = (value: number | null): number => {
  if (value === null)
    throw new EngineError(
      'BAD_INPUT',
      'the sweep needs a clip with both sound and picture, and ratios that hide something',
    );
  return value;
};

interface SweepRequest {
  model: string;
  own: string;
  partner: string;
  ratios: readonly number[];
  seed: number;
}

async function sweepInputs(
  context: EngineContext,
  { model, own, partner, ratios, seed }: SweepRequest,
  signal?: AbortSignal,
): Promise<SweepPoint[]> {
  const masks = ratios.map((ratio) => ({ mode: 'unstructured' as const, ratioA: ratio, ratioV: ratio, seed }));
  const losses = (input: string, other: string | null) =>
    context.compute.calls.reconstructionLosses(
      { model, input, partner: other, frame: FRAME, masks },
      signal ? { signal } : {},
    );
  const mine = await losses(own, null);
  // Own sound beside the partner's picture, then the partner's sound beside the own picture.
  const otherPicture = await losses(own, partner);
  const otherSound = await losses(partner, own);
  return ratios.map((ratio, i) => ({
    ratio,
    lossA: both(mine[i]!.lossA),
    lossV: both(mine[i]!.lossV),
    controlA: both(otherPicture[i]!.lossA),
    controlV: both(otherSound[i]!.lossV),
  }));
}

/** @throws EngineError BAD_INPUT for a clip with one modality only, a ratio that hides nothing, or a collection without another video */
export async function maskRatioSweep(
  context: EngineContext,
  model: string,
  subject: Subject,
  ratios: readonly number[],
  seed: number,
  signal?: AbortSignal,
): Promise<SweepPoint[]> {
  const { clip, path: own } = await inputOfSubject(context, subject, signal);
  const partner = await partnerInput(context, clip ?? { id: 0, mediaId: 0 }, pairedClips(context), seed, signal);
  return sweepInputs(context, { model, own, partner, ratios, seed }, signal);
}

export type CollectionSweepParams = JobParams<'maskSweep'>;
type CollectionSweepState = JobState<'maskSweep'>;

/** `count` of the clips, spread by the seed, the same for the same collection. */
function drawn(paired: readonly ClipRecord[], count: number, seed: number): ClipRecord[] {
  const key = ({ id }: ClipRecord): number => Math.imul((id + 1) ^ Math.imul(seed + 1, 0x9e3779b1), 0x85ebca6b) >>> 0;
  return paired.toSorted((a, b) => key(a) - key(b) || a.id - b.id).slice(0, count);
}

async function run(
  context: EngineContext,
  job: JobContext<CollectionSweepParams, CollectionSweepState>,
): Promise<CollectionSweep> {
  const { modelId, ratios, clips, seed } = job.params;
  const model = resolveModel(context.workspace, modelId);
  const paired = pairedClips(context);
  const chosen = drawn(paired, clips, seed);
  if (chosen.length < 2)
    throw new EngineError('BAD_INPUT', 'the sweep needs at least two videos with sound in the collection', {
      hint: 'Import more videos.',
    });
  const state: CollectionSweepState = job.state ?? {
    done: 0,
    counted: 0,
    sums: ratios.map((ratio) => ({ ratio, lossA: 0, lossV: 0, controlA: 0, controlV: 0 })),
  };
  for (const clip of chosen.slice(state.done)) {
    job.signal.throwIfAborted();
    try {
      const { path: own } = await inputOfClip(context, clip.id, job.signal);
      const partner = await partnerInput(context, clip, paired, seed, job.signal);
      const points = await sweepInputs(context, { model, own, partner, ratios, seed }, job.signal);
      for (const [i, point] of points.entries())
        for (const key of ['lossA', 'lossV', 'controlA', 'controlV'] as const) state.sums[i]![key] += point[key];
      state.counted++;
    } catch (thrown) {
      const { code, message } = EngineError.from(thrown);
      if (job.signal.aborted || code === 'CANCELLED' || code === 'CHECKPOINT_MISMATCH') throw thrown;
      job.itemFailed({ path: clip.absolutePath, clipId: clip.id, code, message });
    }
    state.done++;
    job.saveState(state);
    job.progress({ done: state.done, total: chosen.length });
  }
  if (state.counted === 0) throw new EngineError('BAD_INPUT', 'no clip could be swept; the list of failures says why');
  const mean = (sum: number): number => sum / state.counted;
  return {
    modelId,
    clips: state.counted,
    of: paired.length,
    points: state.sums.map(({ ratio, lossA, lossV, controlA, controlV }) => ({
      ratio,
      lossA: mean(lossA),
      lossV: mean(lossV),
      controlA: mean(controlA),
      controlV: mean(controlV),
    })),
  };
}

export const createMaskSweepRunner = (
  context: EngineContext,
): JobRunner<CollectionSweepParams, CollectionSweepState, CollectionSweep> => ({
  lane: 'compute',
  run: (job) => run(context, job),
});
