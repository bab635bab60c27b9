// The pretrain job: clips → inputs → the compute worker's training → a model of the catalogue. Killed, it goes on at its last
// checkpoint and ends with the same weights.
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { CavMaeConfig } from '../../model/config.ts';
import type { EngineContext } from '../engineContext.ts';
import { preparedClips, remakeInput } from '../inputs/preparedClips.ts';
import { memoryPlan, pretrainStart } from './pretrainStart.ts';
import { runJournal } from '../classifiers/runJournal.ts';

export type PretrainParams = JobParams<'pretrain'>;
export type PretrainState = JobState<'pretrain'>;
export type PretrainJobResult = JobResult<'pretrain'>;

export const createPretrainRunner = (
  context: EngineContext,
): JobRunner<PretrainParams, PretrainState, PretrainJobResult> => ({
  lane: 'compute',
  run: (job) => runPretrainJob(context, job),
});

/** Without the fields that were left out. */
const definedOf = (config: NonNullable<PretrainParams['config']>): Partial<CavMaeConfig> =>
  Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));

async function runPretrainJob(
  context: EngineContext,
  job: JobContext<PretrainParams, PretrainState>,
): Promise<PretrainJobResult> {
  const { workspace, compute, events } = context;
  const { runId, modelId, variant, size, config, values, seed, steps, name } = job.params;
  const folder = join(workspace.folder('runs'), String(runId));
  mkdirSync(folder, { recursive: true });
  job.progress({ done: 0, note: 'Preparing clips' });
  const wanted = job.state?.clipIds ?? job.params.clipIds;
  const clips = await preparedClips(context, wanted, {
    signal: job.signal,
    failed: job.itemFailed,
    model: modelId === null ? null : resolveModel(workspace, modelId),
    progress: (done) => job.progress({ done, total: wanted.length, note: 'Preparing clips' }),
  });
  if (!job.state) job.saveState({ clipIds: clips.map((clip) => clip.clipId) });
  const start = await pretrainStart(context, modelId, { variant, size, config });
  const newId = `run-${runId}`;
  const file = join(workspace.folder('models'), `${newId}.safetensors`);
  const journal = runJournal(context, runId);
  try {
    const result = await compute.calls.pretrain(
      {
        model: start.path,
        size: start.size,
        variant,
        ...(config && { config: definedOf(config) }),
        values,
        seed,
        steps,
        clips,
        folder,
        file,
        name,
        parent: modelId,
        ...memoryPlan(start.config),
        cacheBytes: Math.min(4 * 2 ** 30, os.freemem() * 0.3),
      },
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
    return {
      run: runId,
      modelId: newId,
      checkpoint: file,
      steps: result.steps,
      losses: result.losses,
      retrieval: result.retrieval,
    };
  } catch (thrown) {
    journal.flush();
    if (!job.signal.aborted) workspace.runs.update(runId, { status: 'failed' });
    throw EngineError.from(thrown);
  }
}
