// The job that asks files, and the files beside them, for their metadata: those of an earlier version, or any again.
import { EngineError } from '../../../shared/engineError.ts';
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { itemFailure } from '../../collection/jobs/itemFailure.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { EngineContext } from '../engineContext.ts';
import { fileLimitS, MediaGate } from '../inputs/mediaGate.ts';
import { publishMetadata } from './publishMetadata.ts';

type Params = JobParams<'readMetadata'>;
type State = JobState<'readMetadata'>;
type Result = JobResult<'readMetadata'>;

const saveMs = 500;

export const createReadMetadataRunner = (context: EngineContext): JobRunner<Params, State, Result> => ({
  lane: 'media',
  run: (job) => readMetadata(context, job),
});

async function readMetadata(context: EngineContext, job: JobContext<Params, State>): Promise<Result> {
  const { workspace, media } = context;
  const { params, signal } = job;
  const gate = new MediaGate(media);
  const wanted =
    params.mediaIds ?? (params.all ? workspace.media.places().map(({ mediaId }) => mediaId) : workspace.found.unread());
  const state: State = job.state ? { ...job.state } : { last: 0, read: 0 };
  const ids = [...new Set(wanted)].toSorted((a, b) => a - b);
  let savedMs = 0;
  for (const [k, mediaId] of ids.entries()) {
    if (mediaId <= state.last) continue;
    signal.throwIfAborted();
    const file = workspace.media.get(mediaId);
    if (!file) continue;
    try {
      const tags = await gate.call(file.absolutePath, fileLimitS(file.sizeBytes), signal, (calls, own) =>
        calls.tags({ path: file.absolutePath }, { signal: own }),
      );
      workspace.found.save(mediaId, tags);
      state.read++;
    } catch (thrown) {
      const error = EngineError.from(thrown);
      if (signal.aborted || error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw thrown;
      job.itemFailed(itemFailure(file.absolutePath, error));
    }
    state.last = mediaId;
    if (Date.now() - savedMs > saveMs || k === ids.length - 1) {
      savedMs = Date.now();
      job.saveState(state);
    }
    job.progress({ done: k + 1, total: ids.length });
  }
  publishMetadata(context, null);
  return { read: state.read };
}
