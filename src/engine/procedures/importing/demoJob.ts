// The demo collection: rendered in batches, each imported as soon as it is there, so that a newcomer sees a map before
// the rest is made.
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { join } from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import { itemFailure } from '../../collection/jobs/itemFailure.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { demoClipCount, type MadeDemo } from '../../demo/makeDemo.ts';
import { chainEmbedding } from './chainEmbedding.ts';
import type { EngineContext } from '../engineContext.ts';
import { importFile } from './importFile.ts';
import { labelClips } from './labelClips.ts';
import { MediaGate } from '../inputs/mediaGate.ts';

export const demoSchemaName = 'Sounding events';
/**
 * The first batch is small: four of each class. Two of three clips of a class come labelled, the rest is left to do.
 */
const firstBatch = 56;
const batch = 112;
/** Rendering a batch may take this long before the worker counts as hung. */
const batchLimitS = 900;

export type DemoParams = JobParams<'demo'>;
type DemoState = JobState<'demo'>;
export type DemoResult = JobResult<'demo'>;

type Context = Pick<EngineContext, 'workspace' | 'media' | 'events' | 'jobs'>;
type File = MadeDemo['files'][number];

async function importBatch(
  context: Context,
  gate: MediaGate,
  files: readonly File[],
  from: number,
  job: JobContext<DemoParams, DemoState>,
): Promise<void> {
  const imported: { file: File; index: number }[] = [];
  let added = 0;
  for (const [k, file] of files.entries()) {
    job.signal.throwIfAborted();
    try {
      const store = await importFile(context, gate, file.path, {
        windowS: 10,
        hopS: 10,
        signal: job.signal,
        beforeStoring: () => undefined,
      });
      const { change, clipIds } = store();
      imported.push({ file, index: from + k });
      if (change === 'added') added += clipIds.length;
    } catch (thrown) {
      const error = EngineError.from(thrown);
      if (job.signal.aborted || error.code === 'DISK_FULL' || error.code === 'CANCELLED') throw error;
      job.itemFailed(itemFailure(file.path, error));
    }
    job.progress({ done: from + k + 1, total: job.params.clips ?? demoClipCount, note: 'Importing' });
  }
  const classes = new Set(files.map((file) => file.className)).size;
  labelClips(
    context,
    demoSchemaName,
    imported.filter(({ index }) => Math.floor(index / classes) % 3 !== 2).map(({ file }) => file),
    'Labels of the demo collection',
  );
  if (added) context.events.publish({ type: 'clipsChanged', added });
}

/**
 * Job `demo`. What is there already is neither rendered nor imported again. Embedding and map follow the first batch
 * and the last.
 */
export const createDemoRunner = (context: Context): JobRunner<DemoParams, DemoState, DemoResult> => ({
  lane: 'media',
  async run(job) {
    const { workspace, media } = context;
    const folder = join(workspace.path, 'demo');
    const gate = new MediaGate(media);
    const total = job.params.clips ?? demoClipCount;
    let chained = job.state?.chained ?? false;
    for (let from = 0; from < total;) {
      const to = Math.min(total, from + (from === 0 ? firstBatch : batch));
      const start = from;
      const made = await gate.call(folder, batchLimitS, job.signal, (calls, signal) =>
        calls.makeDemo(
          { folder, from: start, to },
          {
            signal,
            onEvent: ({ done }) =>
              job.progress({ done: start, total, note: `Rendering clip ${start + done} of ${total}` }),
          },
        ),
      );
      await importBatch(context, gate, made.files, start, job);
      if (!chained && to < total) {
        chained = true;
        chainEmbedding(context.jobs);
        job.saveState({ chained });
      }
      from = to;
    }
    chainEmbedding(context.jobs);
    return { clips: workspace.clips.count(), folder };
  },
});
