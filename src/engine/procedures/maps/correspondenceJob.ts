// The correspondence job: cos(c_a, c_v) of every clip that has both, with its percentile against shuffled pairs.
import type { JobRunner } from '../../collection/jobs/jobTypes.ts';
import { embeddingSetOf } from './embeddingRows.ts';
import type { EngineContext } from '../engineContext.ts';
import { matrixFile } from './matrixFiles.ts';

export const createCorrespondenceRunner = (context: EngineContext): JobRunner<unknown, null, { clips: number }> => ({
  lane: 'projection',
  async run({ signal, progress }) {
    const { workspace, events, projection } = context;
    const { setId, modelId } = embeddingSetOf(context);
    const { clipIds, scores, percentiles } = await projection.calls.correspondence(
      { audio: matrixFile(context, setId, 'audio'), visual: matrixFile(context, setId, 'visual'), seed: 1 },
      { signal, onEvent: ({ done, total }) => progress({ done, total }) },
    );
    for (const [name, values] of [
      ['correspondence', scores],
      ['correspondencePercentile', percentiles],
    ] as const) {
      workspace.clips.clearScores(name, modelId);
      workspace.clips.setScores(name, new Map(Array.from(clipIds, (clipId, i) => [clipId, values[i]!])), modelId);
    }
    progress({ done: clipIds.length, total: clipIds.length });
    events.publish({ type: 'columnsChanged', columns: ['correspondence', 'correspondencePercentile'] });
    return { clips: clipIds.length };
  },
});
