// Events in time: intervals and points in a recording, detectors that learn from them, and what detectors propose.
import { z } from 'zod';
import { labelValue } from './labelValue.ts';
import { undoState } from './annotation.ts';
import { id } from './clip.ts';

export const eventModality = z.enum(['heard', 'seen', 'both']);
export type EventModality = z.infer<typeof eventModality>;
export const eventSource = z.enum(['person', 'detector', 'import']);
export type EventSource = z.infer<typeof eventSource>;
export const eventFormat = z.enum(['csv', 'raven', 'audacity', 'elan', 'textgrid', 'boris', 'via']);
export type EventFormat = z.infer<typeof eventFormat>;

const seconds = z.number().min(0).max(1e8);
const hertz = z.number().min(0).max(1e7).nullable();

/** Times in seconds from the beginning of the recording; `offsetS` null: a point event. `confidence`: of the detector that proposed it. */
export const timedEvent = z.object({
  id,
  mediaId: id,
  /** Absolute path of the recording. */
  path: z.string(),
  schemaId: id,
  classId: id,
  class: z.string(),
  onsetS: seconds,
  offsetS: seconds.nullable(),
  modality: eventModality,
  value: labelValue,
  lowHz: hertz,
  highHz: hertz,
  source: eventSource,
  annotator: z.string().nullable(),
  confidence: z.number().min(0).max(1).nullable(),
  proposalId: id.nullable(),
});
export type TimedEvent = z.infer<typeof timedEvent>;

const fields = {
  classId: id,
  onsetS: seconds,
  offsetS: seconds.nullable(),
  modality: eventModality,
  value: labelValue,
  lowHz: hertz,
  highHz: hertz,
  annotator: z.string().max(200).nullable(),
};

export const newEvent = z.object({
  ...fields,
  mediaId: id,
  modality: eventModality.default('heard'),
  value: labelValue.default('positive'),
  lowHz: hertz.default(null),
  highHz: hertz.default(null),
  annotator: z.string().max(200).nullable().default(null),
});
export type NewEvent = z.infer<typeof newEvent>;

export const eventChange = z.object({ id }).extend(z.object(fields).partial().shape);
export type EventChange = z.infer<typeof eventChange>;

/** Criteria of different fields are joined by "and", values of one field by "or". Ranges are inclusive. */
export const eventFilter = z.object({
  ids: z.array(id).optional(),
  mediaIds: z.array(id).optional(),
  schemaId: id.optional(),
  classIds: z.array(id).optional(),
  modalities: z.array(eventModality).optional(),
  values: z.array(labelValue).optional(),
  sources: z.array(eventSource).optional(),
  annotators: z.array(z.string()).optional(),
  /** Events that overlap this span of their recording. */
  timeS: z.tuple([z.number(), z.number()]).optional(),
  durationS: z.tuple([z.number(), z.number()]).optional(),
  confidence: z.tuple([z.number(), z.number()]).optional(),
  /** Events whose band overlaps this one; events without a band never match. */
  bandHz: z.tuple([z.number(), z.number()]).optional(),
  /** Part of the recording's path. */
  text: z.string().optional(),
});
export type EventFilter = z.infer<typeof eventFilter>;

export const eventSort = z.object({
  by: z.enum(['time', 'class', 'confidence', 'duration', 'id']).default('time'),
  descending: z.boolean().default(false),
});
export type EventSort = z.infer<typeof eventSort>;

export const eventFacets = z.object({
  total: z.number().int(),
  recordings: z.number().int(),
  /** Recordings marked completely, for the filter's schema or for any. */
  completeRecordings: z.number().int(),
  classes: z.array(z.object({ id, name: z.string(), count: z.number().int() })),
  modalities: z.array(z.object({ value: eventModality, count: z.number().int() })),
  values: z.array(z.object({ value: labelValue, count: z.number().int() })),
  sources: z.array(z.object({ value: eventSource, count: z.number().int() })),
  annotators: z.array(z.object({ value: z.string(), count: z.number().int() })),
});
export type EventFacets = z.infer<typeof eventFacets>;

export const eventRecording = z.object({
  mediaId: id,
  path: z.string(),
  durationS: z.number(),
  events: z.number().int(),
  /** Schemas of which every event of the recording is marked: unmarked time is negative. */
  completeSchemaIds: z.array(id),
});
export type EventRecording = z.infer<typeof eventRecording>;

/** One line of the event journal, newest first where listed. `before` and `after` null: the event was not there. */
export const eventHistoryEntry = z.object({
  step: id,
  eventId: id,
  mediaId: id.nullable(),
  class: z.string(),
  before: z.object({ onsetS: z.number(), offsetS: z.number().nullable(), value: labelValue }).nullable(),
  after: z.object({ onsetS: z.number(), offsetS: z.number().nullable(), value: labelValue }).nullable(),
  source: eventSource,
  text: z.string(),
  at: z.string(),
  undone: z.boolean(),
});
export type EventHistoryEntry = z.infer<typeof eventHistoryEntry>;

/** Answer of every procedure that writes events: one step of the journal shared with labels. */
export const eventStep = z.object({
  step: id,
  changed: z.number().int(),
  /** Events made or changed, in the order asked for; empty when there are more than 10,000. */
  ids: z.array(id),
  undo: undoState,
});

/** What an import did or, as a dry run, would do. */
export const eventImportReport = z.object({
  format: eventFormat,
  events: z.number().int(),
  /** Events that are there already, with the same recording, class, modality and times; they are not written twice. */
  known: z.number().int(),
  recordings: z.number().int(),
  /** Recordings named in the file that the collection does not have, with the number of their events. */
  unmatched: z.array(z.object({ path: z.string(), events: z.number().int(), reason: z.string() })),
  classes: z.array(z.object({ name: z.string(), as: z.string(), events: z.number().int(), isNew: z.boolean() })),
  schema: z.string(),
  /** Rows that cannot be read in, by line (0 where the format has no lines); at most 1000 are listed. */
  problems: z.array(z.object({ line: z.number().int(), reason: z.string() })),
  problemCount: z.number().int(),
  /** Rows that are read in but deserve a look, such as overlapping events of one class. */
  warnings: z.array(z.string()),
  /** What the file holds that events cannot keep. */
  lost: z.array(z.string()),
  written: z.boolean(),
});
export type EventImportReport = z.infer<typeof eventImportReport>;

const rate = z.object({ precision: z.number(), recall: z.number(), f1: z.number() });
/** Event-based scores as sed_eval counts them: label, onset within the collar, offset within max(collar, 20 % of the length). */
export const eventScores = z.object({
  micro: rate,
  macroF1: z.number(),
  truePositives: z.number().int(),
  falsePositives: z.number().int(),
  falseNegatives: z.number().int(),
  /** F1 over one-second segments. */
  segment: rate,
});
export type EventScores = z.infer<typeof eventScores>;

/** `ids`: events behind a figure (matched, missed), `found`: detections behind it that match no event. */
const found = z.object({ mediaId: id, classId: id, onsetS: z.number(), offsetS: z.number(), confidence: z.number() });
export const detectorMetrics = z.object({
  recordings: z.number().int(),
  events: z.number().int(),
  folds: z.number().int(),
  heard: eventScores.nullable(),
  seen: eventScores.nullable(),
  classes: z.array(
    z.object({
      classId: id,
      name: z.string(),
      modality: z.enum(['heard', 'seen']),
      events: z.number().int(),
      precision: z.number(),
      recall: z.number(),
      f1: z.number(),
      missedIds: z.array(id),
      falseAlarms: z.array(found),
    }),
  ),
  /** Detections at or above each confidence, over all modalities. */
  byConfidence: z.array(
    z.object({
      confidence: z.number(),
      precision: z.number(),
      recall: z.number(),
      detections: z.number().int(),
      /** Events found with a confidence from here to the next. */
      ids: z.array(id).default([]),
    }),
  ),
  /** Found minus marked onset of matched events, in seconds. */
  onsetErrors: z.array(z.object({ fromS: z.number(), toS: z.number(), ids: z.array(id) })),
  calibrationError: z.number(),
  seconds: z.number(),
  warnings: z.array(z.string()),
});
export type DetectorMetrics = z.infer<typeof detectorMetrics>;

export const detectorMode = z.enum(['audio', 'visual', 'both']);
export type DetectorMode = z.infer<typeof detectorMode>;

export const detector = z.object({
  id,
  name: z.string(),
  schemaId: id,
  mode: detectorMode,
  classes: z.array(z.object({ classId: id, name: z.string() })),
  seed: z.number().int(),
  metrics: detectorMetrics.nullable(),
  createdAt: z.string(),
  /** Answers to its proposals since it was trained. */
  answersSince: z.number().int(),
});
export type Detector = z.infer<typeof detector>;

export const proposalAnswer = z.enum(['accepted', 'adjusted', 'rejected']);
export const eventProposal = z.object({
  id,
  detectorId: id,
  mediaId: id,
  path: z.string(),
  classId: id,
  class: z.string(),
  onsetS: z.number(),
  offsetS: z.number(),
  modality: eventModality,
  confidence: z.number(),
  /** Null while nobody has answered it; undoing the answer opens it again. */
  answer: proposalAnswer.nullable(),
  eventId: id.nullable(),
});
export type EventProposal = z.infer<typeof eventProposal>;
