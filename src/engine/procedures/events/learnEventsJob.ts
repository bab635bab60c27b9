// The job that trains a detector on the events of a schema.
import path from 'node:path';
import { EngineError } from '../../../shared/engineError.ts';
import type { DetectorMode, TimedEvent } from '../../../shared/contract/event.ts';
import type { JobParams, JobResult } from '../../../shared/contract/jobKinds.ts';
import type { JobContext, JobRunner } from '../../collection/jobs/jobTypes.ts';
import { detectorMetrics, type MeasuredModality } from '../../events/detectorMetrics.ts';
import type { LabelledRecording, Modality } from '../../events/timedSpan.ts';
import type { LearntEvents } from '../../workers/eventHandlers.ts';
import type { EngineContext } from '../engineContext.ts';
import { detectorInput } from './detectorInputs.ts';

type Params = JobParams<'learnEvents'>;
type Result = JobResult<'learnEvents'>;

/** Recordings without marks that are also listened to. */
const unlabelledMost = 60;
/** Longer ones cost more to look at than they teach. */
const unlabelledLongestS = 600;
const words: Record<Modality, string> = { audio: 'heard', visual: 'seen' };

export const createLearnEventsRunner = (context: EngineContext): JobRunner<Params, null, Result> => ({
  lane: 'compute',
  run: (job) => learn(context, job),
});

function eventsOf({ workspace }: EngineContext, schemaId: number): TimedEvent[] {
  const events: TimedEvent[] = [];
  for (let offset = 0; ; offset += 10_000) {
    const { rows } = workspace.eventQuery.list({ schemaId }, { by: 'time', descending: false }, offset, 10_000);
    events.push(...rows);
    if (rows.length < 10_000) return events;
  }
}

/** The modalities to learn: those asked for that have events, else those of which there are any. */
function modalitiesOf(events: readonly TimedEvent[], mode: DetectorMode | undefined): Modality[] {
  const asked: Modality[] = mode === undefined || mode === 'both' ? ['audio', 'visual'] : [mode];
  const found = asked.filter((modality) =>
    events.some((event) => event.value === 'positive' && holds(event, modality)),
  );
  if (found.length === 0)
    throw new EngineError(
      'BAD_INPUT',
      `there are no positive events ${mode === undefined ? '' : `that are ${asked.map((one) => words[one]).join(' or ')} `}to learn from`,
      {
        hint: 'Mark a few events of each class first, or import them.',
      },
    );
  return found;
}

const holds = ({ modality }: TimedEvent, wanted: Modality): boolean =>
  modality === 'both' || modality === words[wanted];

function recordingsOf(
  { workspace }: EngineContext,
  events: readonly TimedEvent[],
  complete: ReadonlySet<number>,
  classes: readonly { classId: number }[],
  modality: Modality,
): LabelledRecording[] {
  const index = new Map(classes.map(({ classId }, k) => [classId, k]));
  const byMedia = new Map<number, TimedEvent[]>();
  for (const mediaId of complete) byMedia.set(mediaId, []);
  for (const event of events)
    if (holds(event, modality)) byMedia.set(event.mediaId, [...(byMedia.get(event.mediaId) ?? []), event]);
  return [...byMedia]
    .toSorted(([a], [b]) => a - b)
    .map(([mediaId, marks]) => ({
      mediaId,
      durationS: workspace.media.get(mediaId)!.durationS,
      complete: complete.has(mediaId),
      spans: marks.map((event) => ({
        eventId: event.id,
        classIndex: index.get(event.classId)!,
        onsetS: event.onsetS,
        offsetS: event.offsetS ?? event.onsetS,
        value: event.value,
      })),
    }));
}

interface Material {
  classes: { classId: number; name: string }[];
  marks: TimedEvent[];
  modalities: { modality: Modality; recordings: LabelledRecording[] }[];
  /** Recordings without marks. */
  others: number[];
}

function materialOf(context: EngineContext, { schemaId, mode }: Params): Material {
  const { workspace } = context;
  const events = eventsOf(context, schemaId);
  const positive = new Set(events.filter(({ value }) => value === 'positive').map(({ classId }) => classId));
  const classes = workspace.schemas
    .get(schemaId)
    .classes.filter(({ id }) => positive.has(id))
    .map(({ id, name }) => ({ classId: id, name }));
  const marks = events.filter(({ classId }) => positive.has(classId));
  const complete = new Set(workspace.events.completeMedia(schemaId));
  const modalities = modalitiesOf(marks, mode).map((modality) => ({
    modality,
    recordings: recordingsOf(context, marks, complete, classes, modality),
  }));
  const known = new Set(modalities.flatMap(({ recordings }) => recordings.map(({ mediaId }) => mediaId)));
  const others = workspace.eventQuery
    .recordings({ offset: 0, limit: 10_000 })
    .rows.filter(({ mediaId, durationS }) => !known.has(mediaId) && durationS <= unlabelledLongestS)
    .slice(0, unlabelledMost)
    .map(({ mediaId }) => mediaId);
  return { classes, marks, modalities, others };
}

async function learn(context: EngineContext, job: JobContext<Params, null>): Promise<Result> {
  const { workspace, compute } = context;
  const began = Date.now();
  const entrySeq = workspace.events.position();
  const { classes, marks, modalities, others } = materialOf(context, job.params);
  const known = new Set(modalities.flatMap(({ recordings }) => recordings.map(({ mediaId }) => mediaId)));
  const paths = await inputs(context, job, [...known, ...others]);
  const file = path.join(workspace.folder('models'), `detector-${job.jobId}.safetensors`);
  const trainedAt = Date.now();
  const learnt = await compute.calls.learnEvents(
    {
      modalities: modalities.map(({ modality, recordings }) => ({
        modality,
        recordings: recordings.flatMap((one) => {
          const inputPath = paths.get(one.mediaId);
          return inputPath === undefined ? [] : [{ ...one, inputPath }];
        }),
      })),
      unlabelled: others.flatMap((mediaId) => paths.get(mediaId) ?? []),
      classes: classes.length,
      seed: job.params.seed,
      outputPath: file,
    },
    {
      signal: job.signal,
      onEvent: ({ share }) => job.progress({ done: Math.round(share * 100), total: 100, note: 'Training' }),
    },
  );
  const warnings = warningsOf(
    classes,
    marks,
    learnt.map(({ folds }) => folds),
  );
  const metrics = detectorMetrics(measured(modalities, learnt), classes, {
    seconds: (Date.now() - trainedAt) / 1000,
    warnings,
  });
  const modes = modalities.map(({ modality }) => modality);
  const schemaName = workspace.schemas.get(job.params.schemaId).name;
  const detectorId = keep(context, job.params, { schemaName, classes, metrics, file, entrySeq, modes, began });
  return { detectorId, metrics };
}

function measured(modalities: Material['modalities'], learnt: readonly LearntEvents[]): MeasuredModality[] {
  return learnt.map(({ modality, folds, heldOut }) => {
    const recordings = modalities.find((one) => one.modality === modality)!.recordings;
    const byId = new Map(recordings.map((one) => [one.mediaId, one]));
    return {
      modality,
      folds,
      recordings: heldOut.map(({ mediaId, detections }) => ({ recording: byId.get(mediaId)!, detections })),
    };
  });
}

function warningsOf(
  classes: readonly { classId: number; name: string }[],
  marks: readonly TimedEvent[],
  folds: readonly number[],
): string[] {
  const few = classes.filter(
    ({ classId }) => marks.filter((one) => one.classId === classId && one.value === 'positive').length < 5,
  );
  return [
    ...(few.length > 0
      ? [`few examples of ${few.map(({ name }) => name).join(', ')}: mark at least five of each`]
      : []),
    ...(folds.includes(1)
      ? ['all events lie in one recording, so the scores are of what was learned from and too high']
      : []),
  ];
}

async function inputs(
  context: EngineContext,
  job: JobContext<Params, null>,
  mediaIds: readonly number[],
): Promise<Map<number, string>> {
  const paths = new Map<number, string>();
  for (const [i, mediaId] of mediaIds.entries()) {
    job.signal.throwIfAborted();
    job.progress({ done: i, total: mediaIds.length, note: 'Reading recordings' });
    try {
      paths.set(mediaId, await detectorInput(context, mediaId, job.signal));
    } catch (thrown) {
      const { code, message } = EngineError.from(thrown);
      if (job.signal.aborted || code === 'CANCELLED' || code === 'DISK_FULL') throw thrown;
      job.itemFailed({ path: context.workspace.media.get(mediaId)?.absolutePath ?? '', code, message });
    }
  }
  return paths;
}

interface Kept {
  schemaName: string;
  classes: { classId: number; name: string }[];
  metrics: Result['metrics'];
  file: string;
  entrySeq: number;
  modes: Modality[];
  began: number;
}

function keep({ workspace, events }: EngineContext, params: Params, kept: Kept): number {
  const { classes, metrics, file, entrySeq } = kept;
  const mode = kept.modes.length > 1 ? ('both' as const) : kept.modes[0]!;
  const known = params.detectorId === undefined ? null : workspace.detectors.get(params.detectorId);
  const name =
    params.name ??
    known?.name ??
    `${kept.schemaName} ${new Date(kept.began).toISOString().slice(0, 16).replace('T', ' ')}`;
  const detector = { name, schemaId: params.schemaId, mode, classes, seed: params.seed, metrics, file, entrySeq };
  if (known) {
    workspace.detectors.replace(known.id, detector);
    if (known.file !== file) workspace.discard(known.file);
  }
  const detectorId = known?.id ?? workspace.detectors.create(detector);
  events.publish({ type: 'detectorsChanged' });
  return detectorId;
}
