// Predictions of a classifier that was finetuned beyond its head: from the clips' inputs, not their embeddings.
import type { Classifier, Space } from '../../../shared/contract/model.ts';
import type { JobContext } from '../../collection/jobs/jobTypes.ts';
import type { EngineContext } from '../engineContext.ts';
import { preparedClips } from '../inputs/preparedClips.ts';

const FRAMES = 10;

/** What a chunk of clips gives: [clips, C]; rows of NaN have no prediction. */
export interface ChunkPrediction {
  probabilities: Float32Array;
  bySpace: Partial<Record<Space, Float32Array>>;
}

/** Clips that fail are reported to the job and get rows of NaN. */
export async function predictDeeper(
  context: EngineContext,
  classifier: Classifier & { checkpointFile: string },
  clipIds: readonly number[],
  job: Pick<JobContext<unknown, unknown>, 'signal' | 'itemFailed'>,
): Promise<ChunkPrediction> {
  const width = classifier.classes.length;
  const probabilities = new Float32Array(clipIds.length * width).fill(Number.NaN);
  const clips = await preparedClips(context, clipIds, {
    signal: job.signal,
    failed: job.itemFailed,
    model: classifier.checkpointFile,
  });
  if (!clips.length) return { probabilities, bySpace: {} };
  const activation = context.workspace.annotations.multiLabel(classifier.schemaId) ? 'sigmoid' : 'softmax';
  const result = await context.compute.calls.classify(
    {
      model: classifier.checkpointFile,
      inputs: clips.map((clip) => clip.path),
      frames: FRAMES,
      mode: classifier.mode,
      activation,
    },
    { signal: job.signal },
  );
  const place = new Map(clipIds.map((clipId, n) => [clipId, n]));
  clips.forEach((clip, i) =>
    probabilities.set(result.probabilities.subarray(i * width, (i + 1) * width), place.get(clip.clipId)! * width),
  );
  for (const { index, code, message } of result.failed)
    job.itemFailed({ path: clips[index]!.name, clipId: clips[index]!.clipId, code, message });
  return { probabilities, bySpace: {} };
}
