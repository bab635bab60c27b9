// The predict job: calibrated probabilities of a classifier over the collection (or some clips), chunk by chunk,
// resumable.
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import type { z } from 'zod';
import type { attribution, Classifier, Space } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { embeddedClips, embeddingSetOf, placesOfClips } from '../maps/embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { predictDeeper, type ChunkPrediction } from './predictLayers.ts';

export type PredictParams = JobParams<'predict'>;
export type PredictState = JobState<'predict'>;
export type PredictResult = JobResult<'predict'>;
type Attribution = z.infer<typeof attribution>;

const chunkSize = { head: 2000, deeper: 16 };
/** Attribution is kept for the likeliest classes of a clip only: there may be hundreds. */
const attributedClasses = 8;

export const createPredictRunner = (context: EngineContext): JobRunner<PredictParams, PredictState, PredictResult> => ({
  lane: 'compute',
  run: (job) => runPredict(context, job),
});

async function runPredict(
  context: EngineContext,
  job: JobContext<PredictParams, PredictState>,
): Promise<PredictResult> {
  const { workspace, events } = context;
  const { classifierId } = job.params;
  const classifier = workspace.classifiers.get(classifierId);
  if (!classifier) throw new EngineError('NOT_FOUND', `there is no classifier ${classifierId}`);
  const head = classifier.depth === 'head';
  const set = head ? embeddingSetOf(context, classifier.modelId) : null;
  const all = (
    job.retryItems?.flatMap((item) => item.clipId ?? []) ??
    job.params.clipIds ??
    (set ? embeddedClips(context, set) : workspace.clips.ids())
  ).toSorted((a, b) => a - b);
  const state: PredictState = job.retryItems || !job.state ? { after: 0, predicted: 0, failed: 0 } : { ...job.state };
  const todo = all.filter((id) => id > state.after);
  const size = head ? chunkSize.head : chunkSize.deeper;
  for (let from = 0; from < todo.length; from += size) {
    job.signal.throwIfAborted();
    const clipIds = todo.slice(from, from + size);
    const { has, missing } = await predictAndStore(context, classifier, clipIds, job);
    if (head) reportMissing(context, job, missing, classifier.mode);
    state.predicted += has;
    state.failed += missing.length;
    state.after = clipIds.at(-1)!;
    job.saveState(state);
    job.progress({ done: all.length - todo.length + from + clipIds.length, total: all.length });
    events.publish({ type: 'predictionsChanged', classifierId });
  }
  return { predicted: state.predicted, failed: state.failed };
}

/** Predicts clips and keeps what was said of them; `missing`: clips that have nothing this classifier could look at. */
export async function predictAndStore(
  context: EngineContext,
  classifier: Classifier & { checkpointFile: string },
  clipIds: number[],
  job: Pick<JobContext<unknown, unknown>, 'signal' | 'itemFailed'>,
): Promise<{ has: number; missing: number[] }> {
  const { classifiers } = context.workspace;
  const classIds = classifier.classes.map(({ classId }) => classId);
  const chunk = await predictClips(context, classifier, clipIds, job);
  const has = clipIds.flatMap((_, n) => (Number.isNaN(chunk.probabilities[n * classIds.length]!) ? [] : [n]));
  const present = new Set(has);
  const kept = new Float32Array(has.length * classIds.length);
  has.forEach((n, i) =>
    kept.set(chunk.probabilities.subarray(n * classIds.length, (n + 1) * classIds.length), i * classIds.length),
  );
  classifiers.savePredictions(
    classifier.id,
    has.map((n) => clipIds[n]!),
    kept,
  );
  if (classifier.depth === 'head')
    classifiers.saveAttributions(classifier.id, attributions(chunk, has, clipIds, classIds));
  return { has: has.length, missing: clipIds.filter((_, n) => !present.has(n)) };
}

/** Probabilities [clipIds.length, C] of any classifier, computed now. */
export async function predictClips(
  context: EngineContext,
  classifier: Classifier & { checkpointFile: string },
  clipIds: number[],
  job: Pick<JobContext<unknown, unknown>, 'signal' | 'itemFailed'>,
): Promise<ChunkPrediction> {
  if (classifier.depth === 'head')
    return predictHeadFile(context, classifier.checkpointFile, embeddingSetOf(context, classifier.modelId), clipIds);
  return predictDeeper(context, classifier, clipIds, job);
}

/** What a head in `file` says of embedded clips. */
export async function predictHeadFile(
  context: EngineContext,
  file: string,
  set: { setId: number; modelId: string; dim: number },
  clipIds: number[],
): Promise<ChunkPrediction> {
  const features = Object.fromEntries(
    Object.entries(placesOfClips(context, set, clipIds)).map(([space, rows]) => [space, { dim: set.dim, rows }]),
  );
  return context.compute.calls.predictHead({ file, features, count: clipIds.length });
}

function attributions(
  { bySpace }: ChunkPrediction,
  rows: readonly number[],
  clipIds: readonly number[],
  classIds: readonly number[],
): Map<number, Attribution[]> {
  const width = classIds.length;
  const value = (space: Space, i: number): number | null => {
    const p = bySpace[space]?.[i];
    return p === undefined || Number.isNaN(p) ? null : p;
  };
  return new Map(
    rows.map((n) => {
      const all = classIds.map((classId, k) => ({
        classId,
        both: value('joint', n * width + k),
        audio: value('audio', n * width + k),
        visual: value('visual', n * width + k),
      }));
      const likely = (a: Attribution) => Math.max(a.both ?? 0, a.audio ?? 0, a.visual ?? 0);
      return [clipIds[n]!, all.toSorted((a, b) => likely(b) - likely(a)).slice(0, attributedClasses)];
    }),
  );
}

function reportMissing(
  { workspace }: EngineContext,
  job: JobContext<PredictParams, PredictState>,
  clipIds: number[],
  mode: string,
): void {
  const what = mode === 'audioonly' ? 'sound' : mode === 'videoonly' ? 'a picture' : 'an embedding';
  for (const clip of workspace.clips.many(clipIds))
    job.itemFailed({
      path: clip.absolutePath,
      clipId: clip.id,
      code: 'BAD_INPUT',
      message: `the clip has no ${what.replace(/^an? /, '')}, which this classifier needs`,
    });
}
