// The distil job: clips → inputs → a small model that learns from a large one → a model of the catalogue.
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { EngineContext } from '../engineContext.ts';
import { preparedClips, remakeInput } from '../inputs/preparedClips.ts';
import { runJournal } from '../classifiers/runJournal.ts';

type Runner = JobRunner<JobParams<'distil'>, JobState<'distil'>, JobResult<'distil'>>;

export const createDistilRunner = (context: EngineContext): Runner => ({
  lane: 'compute',
  run: (job) => runDistilJob(context, job),
});

async function runDistilJob(
  context: EngineContext,
  job: JobContext<JobParams<'distil'>, JobState<'distil'>>,
): Promise<JobResult<'distil'>> {
  const { workspace, compute, events } = context;
  const { runId, modelId, size, seed, steps, name } = job.params;
  const folder = join(workspace.folder('runs'), String(runId));
  mkdirSync(folder, { recursive: true });
  const wanted = job.state?.clipIds ?? job.params.clipIds;
  const clips = await preparedClips(context, wanted, {
    signal: job.signal,
    failed: job.itemFailed,
    model: resolveModel(workspace, modelId),
    progress: (done) => job.progress({ done, total: wanted.length, note: 'Preparing clips' }),
  });
  if (!job.state) job.saveState({ clipIds: clips.map((clip) => clip.clipId) });
  job.progress({ done: 0, note: 'Embedding clips with the model to learn from' });
  const newId = `run-${runId}`;
  const file = join(workspace.folder('models'), `${newId}.safetensors`);
  const journal = runJournal(context, runId);
  const cacheBytes = Math.min(4 * 2 ** 30, os.freemem() * 0.3);
  const teacher = resolveModel(workspace, modelId);
  try {
    const { loss, ...result } = await compute.calls.distil(
      { teacher, size, seed, steps, clips, folder, file, name, parent: modelId, cacheBytes },
      {
        signal: job.signal,
        onEvent: (event) => {
          if ('missing' in event) {
            remakeInput(context, clips, event.missing, job.signal);
            return;
          }
          const { steps: total, ...point } = event;
          journal.add(point);
          job.progress({ done: point.step, total, note: null });
        },
      },
    );
    journal.flush();
    workspace.runs.update(runId, { status: 'done', modelId: newId });
    events.publish({ type: 'modelsChanged' });
    return { run: runId, modelId: newId, checkpoint: file, loss, ...result };
  } catch (thrown) {
    journal.flush();
    if (!job.signal.aborted) workspace.runs.update(runId, { status: 'failed' });
    throw EngineError.from(thrown);
  }
}
