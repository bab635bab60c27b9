// Finetuning beyond the head: it reads the clips' inputs, not their embeddings.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import os from 'node:os';
import { resolveModel } from '../../checkpoint/catalogue/catalogue.ts';
import type { JobContext } from '../../collection/jobs/jobTypes.ts';
import type { TrainingData } from '../../training/data/trainingData.ts';
import type { EngineContext } from '../engineContext.ts';
import type { FinetuneParams, Trained } from './finetuneParams.ts';
import { preparedClips, remakeInput } from '../inputs/preparedClips.ts';
import { runJournal } from './runJournal.ts';

export async function trainDeeper(
  context: EngineContext,
  job: JobContext<FinetuneParams, null>,
  data: TrainingData,
  file: string,
): Promise<Trained> {
  const { params, signal } = job;
  const clips = await preparedClips(context, data.clipIds, {
    signal,
    failed: job.itemFailed,
    model: resolveModel(context.workspace, params.modelId),
    progress: (done) => job.progress({ done, total: data.clipIds.length, note: 'Preparing clips' }),
  });
  const rowOf = new Map(data.clipIds.map((clipId, row) => [clipId, row]));
  const rows = clips.map((clip) => rowOf.get(clip.clipId)!);
  const width = data.classes.length;
  const targets = new Float32Array(rows.length * width);
  rows.forEach((row, n) => targets.set(data.targets.subarray(row * width, (row + 1) * width), n * width));
  const folder = join(context.workspace.folder('runs'), String(params.runId));
  mkdirSync(folder, { recursive: true });
  const journal = runJournal(context, params.runId);
  const model = resolveModel(context.workspace, params.modelId);
  const result = await context.compute.calls.finetune(
    {
      runId: params.runId,
      model,
      modelId: params.modelId,
      depth: params.depth === 'last' ? 'last' : 'full',
      mode: params.mode,
      multiLabel: data.multiLabel,
      classes: data.classes,
      clips,
      targets,
      held: rows.map((row) => data.held[row]!),
      seed: params.seed,
      values: params.values,
      folder,
      file,
      cacheBytes: Math.min(4 * 2 ** 30, os.freemem() * 0.3),
      microBatch: 8,
    },
    {
      signal,
      onEvent: (event) => {
        if ('missing' in event) {
          remakeInput(context, clips, event.missing, signal);
          return;
        }
        journal.add(event);
        job.progress({ done: event.epoch, total: params.values.epochs, note: null });
      },
    },
  );
  journal.flush();
  return result;
}
