// The job that scores every clip by its reconstruction error, averaged over masks: what the model finds hard to tell is
// unusual.
import type { JobParams, JobState } from '../../../shared/contract/jobKinds.ts';
import type { MaskSpec } from '../../../shared/contract/model.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import type { ErrorMap } from '../../collection/stores.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { inputOfClip } from '../inputs/clipInputs.ts';
import type { EngineContext } from '../engineContext.ts';
import { storedModelId } from '../models/currentModel.ts';

export type ErrorScoresParams = JobParams<'reconstructionError'>;
export type ErrorScoresState = JobState<'reconstructionError'>;

/** The frame that is measured; the reference evaluates on the middle one. */
export const errorFrame = 5;
const RATIO = 0.75;

/** `count` random masks of the paper's ratio, the same for every clip. */
export const errorMasks = (count: number): MaskSpec[] =>
  Array.from({ length: count }, (_, seed) => ({ mode: 'unstructured', ratioA: RATIO, ratioV: RATIO, seed }));
/** Scores stored together. */
const CHUNK = 16;

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

async function run(
  context: EngineContext,
  job: JobContext<ErrorScoresParams, ErrorScoresState>,
): Promise<{ clips: number }> {
  const { workspace, compute, events } = context;
  const model = resolveModel(workspace, job.params.modelId);
  const masks = errorMasks(job.params.masks);
  const all = (job.retryItems?.flatMap(({ clipId }) => clipId ?? []) ?? workspace.clips.ids()).toSorted(
    (a, b) => a - b,
  );
  const state: ErrorScoresState = job.retryItems || !job.state ? { after: 0, clips: 0 } : { ...job.state };
  const todo = all.filter((id) => id > state.after);
  let scores = new Map<number, number>();
  let maps = new Map<number, ErrorMap>();
  const store = (last: number) => {
    workspace.clips.setScores('error', scores, storedModelId(job.params.modelId, model));
    workspace.errorMaps.save(maps);
    state.clips += scores.size;
    state.after = last;
    [scores, maps] = [new Map(), new Map()];
    job.saveState(state);
    events.publish({ type: 'columnsChanged', columns: ['error'] });
  };
  for (const [index, clipId] of todo.entries()) {
    job.signal.throwIfAborted();
    try {
      const { path } = await inputOfClip(context, clipId, job.signal);
      const { lossA, lossV, audio, visual } = await compute.calls.errorMaps(
        { model, input: path, frame: errorFrame, masks },
        { signal: job.signal },
      );
      // Modalities weigh the same; a clip of one is scored by that one.
      scores.set(clipId, mean([lossA, lossV].filter((loss) => loss !== null)));
      maps.set(clipId, { modelId: job.params.modelId, masks: masks.length, audio, visual });
    } catch (thrown) {
      const { code, message } = EngineError.from(thrown);
      if (job.signal.aborted || code === 'CANCELLED' || code === 'CHECKPOINT_MISMATCH' || code === 'DISK_FULL')
        throw thrown;
      job.itemFailed({ path: workspace.clips.get(clipId)?.absolutePath ?? '', clipId, code, message });
    }
    if ((index + 1) % CHUNK === 0 || index === todo.length - 1) store(clipId);
    job.progress({ done: all.length - todo.length + index + 1, total: all.length });
  }
  return { clips: state.clips };
}

export const createErrorScoresRunner = (
  context: EngineContext,
): JobRunner<ErrorScoresParams, ErrorScoresState, { clips: number }> => ({
  lane: 'compute',
  run: (job) => run(context, job),
});
