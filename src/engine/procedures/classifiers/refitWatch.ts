// Watches labels being given and queues a refit of a schema's automatic classifier after every dozen.
import type { EngineContext } from '../engineContext.ts';
import { refitWaitsFor } from './automaticRefit.ts';
import { automaticEnabled, changeRecord, readRecord, refitEvery } from './learningRecord.ts';

/** Labels come in bursts: they are counted this long after the first. */
const gatherMs = 500;
/** Behind everything that a person has asked for. */
const priority = -10;

/** The refit of a schema that is queued or under way. */
export function activeRefit(context: Pick<EngineContext, 'workspace' | 'jobs'>, schemaId: number): number | null {
  const { jobId } = readRecord(context, schemaId);
  const status = jobId === null ? undefined : context.jobs.get(jobId)?.status;
  return status === 'queued' || status === 'running' || status === 'paused' ? jobId : null;
}

/** Queues a refit unless one is on its way; returns its job. */
export function queueRefit(context: Pick<EngineContext, 'workspace' | 'jobs'>, schemaId: number): number {
  const active = activeRefit(context, schemaId);
  if (active !== null) return active;
  const jobId = context.jobs.add('refit', 'Refit the automatic classifier', { schemaId }, { priority });
  changeRecord(context, schemaId, { jobId });
  return jobId;
}

/** Queues what is due; returns the schemas concerned. */
export function refitWhatIsDue(context: Pick<EngineContext, 'workspace' | 'jobs'>): number[] {
  if (!automaticEnabled(context)) return [];
  const { workspace } = context;
  const due = workspace.schemas
    .list()
    .filter(
      ({ id }) =>
        activeRefit(context, id) === null &&
        workspace.annotations.changedSince(id, readRecord(context, id).seq).clips >= refitEvery &&
        refitWaitsFor(context, id) === null,
    );
  for (const { id } of due) queueRefit(context, id);
  return due.map(({ id }) => id);
}

/** Starts watching; the returned function ends it. `onError` gets what a check throws. */
export function watchForRefits(
  context: Pick<EngineContext, 'workspace' | 'jobs' | 'events'>,
  onError: (thrown: unknown) => void,
  delayMs = gatherMs,
): () => void {
  let timer: NodeJS.Timeout | null = null;
  const check = (): void => {
    timer = null;
    try {
      refitWhatIsDue(context);
    } catch (thrown) {
      onError(thrown);
    }
  };
  const unsubscribe = context.events.subscribe((event) => {
    const concerns =
      event.type === 'annotationsChanged' ||
      event.type === 'embeddingsChanged' ||
      (event.type === 'jobChanged' &&
        (event.job.kind === 'finetune' || event.job.kind === 'refit') &&
        event.job.status === 'done');
    if (!concerns || timer) return;
    timer = setTimeout(check, delayMs);
    timer.unref();
  });
  return () => {
    unsubscribe();
    if (timer) clearTimeout(timer);
    timer = null;
  };
}
