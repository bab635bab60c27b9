// What people say about clips: schemas, classes and annotations with a journal behind them.
import { z } from 'zod';
import { labelValue, presence } from './labelValue.ts';
import { clip, id } from './clip.ts';

export const labelClass = z.object({
  id,
  schemaId: id,
  name: z.string().min(1).max(200),
  colour: z.string(),
  hotkey: z.string().nullable(),
  count: z.number().int(),
});
export type LabelClass = z.infer<typeof labelClass>;

export const labelSchema = z.object({
  id,
  name: z.string().min(1).max(200),
  multiLabel: z.boolean(),
  /** Clip labels follow from the events in the clip's window; present only where they do. */
  fromEvents: z.boolean().optional(),
  classes: z.array(labelClass),
});
export type LabelSchema = z.infer<typeof labelSchema>;

export const annotationSource = z.enum(['human', 'import', 'model', 'propagation']);

/** One line of the append-only journal, newest first where listed. */
export const journalEntry = z.object({
  step: id,
  clipId: id,
  classId: id,
  className: z.string(),
  before: labelValue.nullable(),
  after: labelValue.nullable(),
  presence: presence.nullable(),
  source: annotationSource,
  at: z.string(),
  undone: z.boolean(),
});
export type JournalEntry = z.infer<typeof journalEntry>;

/** What one step changed, so that a window can follow it without asking. `entries`: marks before and after, null where the clip does not have the class. `clips`: all labels that the changed clips have now. */
export const labelStep = z.object({
  step: id,
  source: annotationSource,
  at: z.string(),
  entries: z.array(
    z.object({
      clipId: id,
      classId: id,
      before: labelValue.nullable(),
      after: labelValue.nullable(),
      presence: presence.nullable(),
    }),
  ),
  clips: z.array(z.object({ clipId: id, labels: clip.shape.labels })),
});
export type LabelStep = z.infer<typeof labelStep>;

export const undoState = z.object({
  canUndo: z.boolean(),
  canRedo: z.boolean(),
  undoText: z.string().nullable(),
  redoText: z.string().nullable(),
});
export type UndoState = z.infer<typeof undoState>;

/** The columns of a table of labels, by what they hold. */
export const labelField = z.enum(['path', 'start', 'end', 'label', 'value', 'presence', 'schema']);
export type LabelField = z.infer<typeof labelField>;

export const labelFormat = z.enum([
  'csv',
  'jsonl',
  'audioset-csv',
  'vggsound-csv',
  'cavmae-json',
  'folders',
  'parquet',
  'fiftyone',
]);
export type LabelFormat = z.infer<typeof labelFormat>;

/** What a label file seems to be, before anything is read in: its format, and for tables the header, which column holds what, and the first rows. */
export const labelFileFacts = z.object({
  format: labelFormat,
  readable: z.boolean(),
  header: z.array(z.string()).nullable(),
  columns: z.partialRecord(labelField, z.string()),
  rows: z.array(z.array(z.string())),
});
export type LabelFileFacts = z.infer<typeof labelFileFacts>;

/** What an import did or, as a dry run, would do. `sample`: the first matches; `replaced`: statements that would read otherwise than they do now; `written`: it changed something, which is a step of undo. */
export const labelImportReport = z.object({
  annotations: z.number().int(),
  matchedClips: z.number().int(),
  replaced: z.number().int(),
  newClasses: z.array(z.string()),
  classes: z.array(
    z.object({ name: z.string(), schema: z.string(), annotations: z.number().int(), isNew: z.boolean() }),
  ),
  sample: z.array(
    z.object({ line: z.number().int(), path: z.string(), label: z.string(), clips: z.array(z.string()) }),
  ),
  unmatched: z.array(z.object({ line: z.number().int(), reason: z.string() })),
  written: z.boolean(),
});
export type LabelImportReport = z.infer<typeof labelImportReport>;
