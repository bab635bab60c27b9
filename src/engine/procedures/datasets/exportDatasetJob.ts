// The job that writes a subset: its tables, and in most layouts the window of every clip as a media file.
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import { writeDurably } from '../../base/writeDurably.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { ClipRecord } from '../../collection/stores.ts';
import type { EngineContext } from '../engineContext.ts';
import { cutClip, endingOf } from './cutClip.ts';
import { datasetRows, type DatasetRow } from './datasetRows.ts';
import { writeTables } from './datasetTables.ts';
import { writeShard, type Sample } from './tarShard.ts';

type Params = JobParams<'exportDataset'>;
type State = JobState<'exportDataset'>;
type Result = JobResult<'exportDataset'>;
type Job = JobContext<Params, State>;

/** Samples of a shard: some hundred megabytes of ten-second videos. */
const shardSamples = 500;

export const createExportDatasetRunner = (context: EngineContext): JobRunner<Params, State, Result> => ({
  lane: 'media',
  run: (job) => run(context, job),
});

const sampleKey = (clipId: number): string => `clip-${String(clipId).padStart(9, '0')}`;

/** What a sample says of itself: labels of the one schema as `label`, and all of them by schema. */
function described({ labels, metadata, ...row }: DatasetRow): Record<string, unknown> {
  const all = Object.values(labels).flat();
  return { ...row, ...(all.length === 1 ? { label: all[0] } : {}), labels: all, labelsBySchema: labels, ...metadata };
}

/** Cuts a clip; null where it cannot be, which is told and stops nothing else. */
async function cut(context: EngineContext, job: Job, clip: ClipRecord, folder: string): Promise<string | null> {
  try {
    const file = path.join(folder, `${sampleKey(clip.id)}${endingOf(clip, job.params.layout)}`);
    await cutClip(context, clip, file, job.signal);
    return file;
  } catch (thrown) {
    const { code, message } = EngineError.from(thrown);
    if (job.signal.aborted || code === 'CANCELLED' || code === 'DISK_FULL' || code === 'READ_ONLY') throw thrown;
    job.itemFailed({ path: clip.absolutePath, clipId: clip.id, code, message });
    return null;
  }
}

/** A folder of media with metadata.jsonl, as `load_dataset("audiofolder", data_dir=…)` reads it. */
async function writeFolder(context: EngineContext, job: Job, state: State): Promise<string[]> {
  const { path: folder, clipIds } = job.params;
  const data = path.join(folder, 'data');
  await mkdir(data, { recursive: true });
  for (const clip of context.workspace.clips.many(clipIds.slice(state.done))) {
    job.signal.throwIfAborted();
    const file = await cut(context, job, clip, data);
    if (file !== null) state.files.push(path.basename(file));
    state.done = clipIds.indexOf(clip.id, state.done) + 1;
    job.saveState(state);
    job.progress({ done: state.done, total: clipIds.length });
  }
  const names = new Map(state.files.map((name) => [Number(/\d+/.exec(name)![0]), name]));
  const lines = datasetRows(context.workspace, [...names.keys()]).map(
    (row) => `${JSON.stringify({ file_name: `data/${names.get(row.clip)!}`, ...described(row) })}\n`,
  );
  const metadata = path.join(folder, 'metadata.jsonl');
  writeDurably(metadata, new TextEncoder().encode(lines.join('')));
  return [metadata, ...state.files.map((name) => path.join(data, name))];
}

/** Tar shards, each written whole before the next is begun. */
async function writeShards(context: EngineContext, job: Job, state: State): Promise<string[]> {
  const { path: folder, clipIds } = job.params;
  const waiting = path.join(folder, 'waiting.part');
  while (state.done < clipIds.length) {
    await mkdir(waiting, { recursive: true });
    const ids = clipIds.slice(state.done, state.done + shardSamples);
    const rows = new Map(datasetRows(context.workspace, ids).map((row) => [row.clip, row]));
    const samples: Sample[] = [];
    for (const [n, clip] of context.workspace.clips.many(ids).entries()) {
      job.signal.throwIfAborted();
      const file = await cut(context, job, clip, waiting);
      if (file !== null)
        samples.push({
          key: sampleKey(clip.id),
          parts: [
            { ending: path.extname(file), file },
            { ending: '.json', text: JSON.stringify(described(rows.get(clip.id)!)) },
          ],
        });
      job.progress({ done: state.done + n + 1, total: clipIds.length });
    }
    if (samples.length > 0) {
      const name = `shard-${String(state.files.length).padStart(6, '0')}.tar`;
      await writeShard(path.join(folder, name), samples);
      state.files.push(name);
    }
    state.done += ids.length;
    job.saveState(state);
    await rm(waiting, { recursive: true, force: true });
  }
  return state.files.map((name) => path.join(folder, name));
}

async function run(context: EngineContext, job: Job): Promise<Result> {
  const { path: folder, layout, clipIds, scope } = job.params;
  await mkdir(folder, { recursive: true });
  const state: State = job.state ? { ...job.state, files: [...job.state.files] } : { done: 0, files: [] };
  const media =
    layout === 'tables'
      ? []
      : layout === 'webdataset'
        ? await writeShards(context, job, state)
        : await writeFolder(context, job, state);
  const tables = await writeTables(context, {
    folder: layout === 'tables' ? folder : path.join(folder, 'tables'),
    clipIds,
    scope,
    layout,
    signal: job.signal,
  });
  job.progress({ done: clipIds.length, total: clipIds.length });
  return { files: [...tables, ...media], clips: clipIds.length };
}
