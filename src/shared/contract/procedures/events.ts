// The procedures of events in time. All that write share one journal with labels: undo and redo are those of
// `annotations`.
import { z } from 'zod';
import { id } from '../clip.ts';
import {
  detector,
  detectorMode,
  eventChange,
  eventFacets,
  eventFilter,
  eventFormat,
  eventHistoryEntry,
  eventImportReport,
  eventModality,
  eventProposal,
  eventRecording,
  eventSort,
  eventStep,
  newEvent,
  timedEvent,
} from '../event.ts';
import { started } from '../job.ts';
import { base, none, ok } from './base.ts';

const page = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(10_000).default(200),
};

export const events = {
  list: base
    .input(z.object({ filter: eventFilter.optional(), sort: eventSort.optional(), ...page }))
    .output(z.object({ total: z.number().int(), rows: z.array(timedEvent) })),
  facets: base.input(z.object({ filter: eventFilter.optional() })).output(eventFacets),
  /**
   * Positive events per class and bin of [startS, endS): what a timeline draws where single events are narrower than a
   * pixel.
   */
  overview: base
    .input(
      z.object({
        mediaId: id,
        startS: z.number().min(0),
        endS: z.number(),
        bins: z.number().int().min(1).max(4096).default(512),
        filter: eventFilter.optional(),
      }),
    )
    .output(z.object({ classes: z.array(z.object({ classId: id, counts: z.array(z.number().int()) })) })),
  /** Recordings of the collection with their number of events, those with events first. */
  recordings: base
    .input(
      z.object({
        mediaIds: z.array(id).max(1000).optional(),
        schemaId: id.optional(),
        text: z.string().optional(),
        ...page,
      }),
    )
    .output(z.object({ total: z.number().int(), rows: z.array(eventRecording) })),
  /** New events by a person, as one step. BAD_INPUT: zero length, beyond the file, band upside down. */
  set: base.input(z.object({ events: z.array(newEvent).min(1).max(100_000) })).output(eventStep),
  update: base.input(z.object({ changes: z.array(eventChange).min(1).max(100_000) })).output(eventStep),
  /** All events that match, as one step. */
  remove: base
    .input(
      z.object({
        filter: eventFilter.refine((filter) => Object.values(filter).some(Boolean), 'name the events to remove'),
      }),
    )
    .output(eventStep),
  /** Two events in place of one; the first keeps the id. */
  split: base.input(z.object({ id, atS: z.number() })).output(eventStep),
  /**
   * One event from the first onset to the last offset of several of one class and recording; the earliest keeps its id.
   */
  merge: base.input(z.object({ ids: z.array(id).min(2).max(10_000) })).output(eventStep),
  /** Marks recordings as completely marked for a schema, or takes that back. */
  setComplete: base
    .input(z.object({ mediaIds: z.array(id).min(1), schemaId: id, complete: z.boolean() }))
    .output(eventStep),
  history: base
    .input(
      z.object({
        mediaId: id.optional(),
        eventId: id.optional(),
        limit: z.number().int().min(1).max(1000).default(100),
      }),
    )
    .output(z.array(eventHistoryEntry)),
  /** The format a file seems to have; null where it is none of them. */
  inspect: base
    .input(z.object({ path: z.string().min(1) }))
    .output(
      z.object({ format: eventFormat.nullable(), recordings: z.array(z.string()), classes: z.array(z.string()) }),
    ),
  /**
   * Everything or nothing is written, as one step. With `dryRun` nothing is. The schema and its classes are made if
   * missing.
   */
  import: base
    .input(
      z.object({
        path: z.string().min(1),
        format: eventFormat,
        /** Name of the schema; without it the only one there is, else one named after the file. */
        schema: z.string().min(1).max(200).optional(),
        /** Names in the file → names of classes. Kept for the next import into the schema. */
        classNames: z.record(z.string(), z.string().min(1).max(200)).optional(),
        /** The recording of a file that names none (Audacity, Praat): else the one with the same name. */
        mediaId: id.optional(),
        /** Of events whose file does not say. */
        modality: eventModality.default('heard'),
        /** The recordings named are marked completely: unmarked time is negative. */
        complete: z.boolean().default(false),
        annotator: z.string().max(200).optional(),
        dryRun: z.boolean().default(false),
      }),
    )
    .output(eventImportReport),
  /**
   * One file; for formats that hold one recording, a folder with a file for each. `lost`: what the format cannot keep.
   */
  export: base
    .input(z.object({ path: z.string().min(1), format: eventFormat, filter: eventFilter.optional() }))
    .output(z.object({ files: z.array(z.string()), events: z.number().int(), lost: z.array(z.string()) })),
  /**
   * Job result: { files, failed }. `name`: file name without extension with {path} {class} {onset} {offset} {id} {n}.
   */
  cut: base
    .input(
      z.object({
        path: z.string().min(1),
        filter: eventFilter.optional(),
        paddingS: z.number().min(0).max(60).default(0),
        name: z.string().min(1).max(200).default('{path}_{onset}-{offset}_{class}'),
        media: z.enum(['auto', 'sound', 'video']).default('auto'),
      }),
    )
    .output(started),
  detectors: base.input(none).output(z.array(detector)),
  renameDetector: base.input(z.object({ detectorId: id, name: z.string().min(1).max(200) })).output(detector),
  removeDetector: base.input(z.object({ detectorId: id })).output(ok),
  /** Job result: { detectorId, metrics }. `mode` left out: what the schema's events are, heard, seen or both. */
  learn: base
    .input(
      z.object({
        schemaId: id,
        mode: detectorMode.optional(),
        seed: z.number().int().min(0).default(1),
        name: z.string().min(1).max(200).optional(),
        /** Train again in the place of this detector. */
        detectorId: id.optional(),
      }),
    )
    .output(started),
  /**
   * Job result: { detectorId, recordings, proposals, failed }. Replaces the open proposals of the recordings; without
   * `mediaIds` of all.
   */
  detect: base.input(z.object({ detectorId: id, mediaIds: z.array(id).optional() })).output(started),
  /** `useful`: most uncertain first, spread over classes and recordings; `time`: a plain pass. */
  proposals: base
    .input(
      z.object({
        detectorId: id,
        mediaIds: z.array(id).optional(),
        classIds: z.array(id).optional(),
        confidence: z.tuple([z.number(), z.number()]).optional(),
        open: z.boolean().default(true),
        order: z.enum(['useful', 'time', 'confidence']).default('useful'),
        ...page,
      }),
    )
    .output(z.object({ total: z.number().int(), rows: z.array(eventProposal) })),
  /**
   * Every answer is a label: a rejected proposal becomes a negative event. After a dozen answers the detector refits by
   * itself.
   */
  answer: base
    .input(
      z.object({
        answers: z
          .array(
            z.object({
              proposalId: id,
              answer: z.enum(['accept', 'adjust', 'reject']),
              onsetS: z.number().min(0).optional(),
              offsetS: z.number().min(0).optional(),
              classId: id.optional(),
            }),
          )
          .min(1)
          .max(100_000),
        annotator: z.string().max(200).optional(),
      }),
    )
    .output(eventStep.extend({ refitJobId: id.nullable() })),
  /**
   * The lowest confidence above which people's answers support a precision of at least `precision` (Wilson's lower
   * bound, 95 %), and how many open proposals lie above it. `sample`: open proposals to answer next where the answers
   * do not suffice yet.
   */
  audit: base.input(z.object({ detectorId: id, precision: z.number().min(0.5).max(0.999).default(0.9) })).output(
    z.object({
      confidence: z.number().nullable(),
      audited: z.number().int(),
      correct: z.number().int(),
      low: z.number().nullable(),
      acceptable: z.number().int(),
      sample: z.array(eventProposal),
    }),
  ),
  /**
   * Accepts every open proposal at or above the audited confidence, as one step. CONFLICT where the audit does not
   * support the precision.
   */
  acceptAudited: base
    .input(z.object({ detectorId: id, precision: z.number().min(0.5).max(0.999).default(0.9) }))
    .output(eventStep),
};
