// The job that writes every event as a media file of its own.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import type { TimedEvent } from '../../../shared/contract/event.ts';
import type { JobParams, JobResult, JobState } from '../../../shared/contract/jobKinds.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import type { EngineContext } from '../engineContext.ts';

type Params = JobParams<'cutEvents'>;
type State = JobState<'cutEvents'>;
type Result = JobResult<'cutEvents'>;

/** A point event without padding still gets something to hear or see. */
const leastS = 0.1;

export const createCutEventsRunner = (context: EngineContext): JobRunner<Params, State, Result> => ({
  lane: 'media',
  run: (job) => cut(context, job),
});

/** The file name of an event: characters that a file system refuses become hyphens. */
export function cutName(pattern: string, event: TimedEvent, n: number): string {
  const values: Record<string, string> = {
    path: path.basename(event.path, path.extname(event.path)),
    class: event.class,
    onset: event.onsetS.toFixed(3),
    offset: (event.offsetS ?? event.onsetS).toFixed(3),
    id: String(event.id),
    n: String(n),
  };
  const name = pattern.replaceAll(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  return (
    name
      .replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, '-')
      .replace(/^\.+/, '')
      .slice(0, 180) || 'event'
  );
}

async function cut(context: EngineContext, job: JobContext<Params, State>): Promise<Result> {
  const { workspace } = context;
  const ids = workspace.eventQuery.ids(job.params.filter).toSorted((a, b) => a - b);
  if (ids.length === 0)
    throw new EngineError('NOT_FOUND', 'there are no events to cut out', { hint: 'Mark or import some first.' });
  await mkdir(job.params.path, { recursive: true });
  const state: State = job.state ? { done: [...job.state.done], files: [...job.state.files] } : { done: [], files: [] };
  const done = new Set(state.done);
  const taken = new Set(state.files.map((file) => file.toLowerCase()));
  for (const [n, id] of ids.entries()) {
    if (done.has(id)) continue;
    job.signal.throwIfAborted();
    const [event] = workspace.eventQuery.list({ ids: [id] }, undefined, 0, 1).rows;
    if (event) {
      try {
        const file = await cutOne(context, job, event, n + 1, taken);
        taken.add(file.toLowerCase());
        state.files.push(file);
      } catch (thrown) {
        const { code, message } = EngineError.from(thrown);
        if (job.signal.aborted || code === 'CANCELLED' || code === 'DISK_FULL' || code === 'READ_ONLY') throw thrown;
        job.itemFailed({
          path: event.path,
          code,
          message: `event ${id} (${event.class} at ${event.onsetS} s): ${message}`,
        });
      }
    }
    state.done.push(id);
    job.saveState(state);
    job.progress({ done: state.done.length, total: ids.length });
  }
  return { files: state.files };
}

async function cutOne(
  { workspace, media }: EngineContext,
  job: JobContext<Params, State>,
  event: TimedEvent,
  n: number,
  taken: ReadonlySet<string>,
): Promise<string> {
  const { paddingS, name, media: kind, path: folder } = job.params;
  const facts = workspace.media.describe(event.mediaId);
  const video = kind === 'video' || (kind === 'auto' && facts.kind === 'video' && event.modality !== 'heard');
  const startS = Math.max(0, event.onsetS - paddingS);
  const endS = Math.min(
    facts.durationS || Infinity,
    Math.max((event.offsetS ?? event.onsetS) + paddingS, startS + leastS),
  );
  const stem = cutName(name, event, n);
  const extension = video ? '.mp4' : '.wav';
  let outputPath = path.join(folder, `${stem}${extension}`);
  for (let k = 2; taken.has(outputPath.toLowerCase()); k++)
    outputPath = path.join(folder, `${stem} (${k})${extension}`);
  const options = { signal: job.signal };
  if (video) await media.calls.preview({ path: event.path, startS, endS, outputPath }, options);
  else
    await media.calls.cutSound(
      { path: event.path, startS, endS, rateHz: facts.sampleRateHz ?? 44_100, outputPath },
      options,
    );
  return outputPath;
}
