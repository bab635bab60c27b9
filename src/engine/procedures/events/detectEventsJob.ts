// The job that looks for events in recordings with a detector, recording by recording; what is found is proposed, not
// said.
import { EngineError } from '../../../shared/engineError.ts';
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { EngineContext } from '../engineContext.ts';
import { detectorInput } from './detectorInputs.ts';

type Params = JobParams<'detectEvents'>;
type State = JobState<'detectEvents'>;
type Result = JobResult<'detectEvents'>;

export const createDetectEventsRunner = (context: EngineContext): JobRunner<Params, State, Result> => ({
  lane: 'compute',
  run: (job) => detectEvents(context, job),
});

async function detectEvents(context: EngineContext, job: JobContext<Params, State>): Promise<Result> {
  const { workspace, events, compute } = context;
  const detector = workspace.detectors.get(job.params.detectorId);
  const all = job.params.mediaIds ?? workspace.media.places().map(({ mediaId }) => mediaId);
  const state: State = job.state ? { ...job.state } : { done: [], proposals: 0 };
  const done = new Set(state.done);
  for (const mediaId of all) {
    if (done.has(mediaId)) continue;
    job.signal.throwIfAborted();
    try {
      const inputPath = await detectorInput(context, mediaId, job.signal);
      const found = await compute.calls.detectEvents({ file: detector.file, inputPath }, { signal: job.signal });
      const proposals = found.flatMap(({ modality, detections }) =>
        detections.map(({ classIndex, onsetS, offsetS, confidence }) => ({
          mediaId,
          classId: detector.classes[classIndex]!.classId,
          onsetS,
          offsetS,
          modality: modality === 'audio' ? ('heard' as const) : ('seen' as const),
          confidence,
        })),
      );
      workspace.detectors.propose(detector.id, [mediaId], proposals);
      state.proposals += proposals.length;
    } catch (thrown) {
      const { code, message } = EngineError.from(thrown);
      if (job.signal.aborted || code === 'CANCELLED' || code === 'CHECKPOINT_MISMATCH' || code === 'DISK_FULL')
        throw thrown;
      job.itemFailed({ path: workspace.media.get(mediaId)?.absolutePath ?? '', code, message });
    }
    state.done = [...state.done, mediaId];
    job.saveState(state);
    job.progress({ done: state.done.length, total: all.length });
  }
  events.publish({ type: 'proposalsChanged', detectorId: detector.id });
  return { detectorId: detector.id, recordings: all.length, proposals: state.proposals };
}
