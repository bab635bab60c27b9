// Labels of clips, undo and redo, label files.
import { z } from 'zod';
import { labelValue, presence } from '../labelValue.ts';
import {
  annotationSource,
  journalEntry,
  labelFileFacts,
  labelFormat,
  labelImportReport,
  undoState,
} from '../annotation.ts';
import { id } from '../clip.ts';
import { base, none } from './base.ts';

export const annotations = {
  /** One step whatever the number of clips; on disk before it returns. `value: null` clears. In a single-label schema a positive replaces the other classes. */
  set: base
    .input(
      z.object({
        clipIds: z.array(id).min(1),
        classId: id,
        value: labelValue.nullable().default('positive'),
        presence: presence.nullable().default(null),
        source: annotationSource.default('human'),
      }),
    )
    .output(z.object({ step: id, changed: z.number().int(), undo: undoState })),
  /** Suggested labels taken over as one step. Clips about which something was said meanwhile are left as they are (`skipped`). */
  accept: base
    .input(
      z.object({
        schemaId: id,
        labels: z
          .array(z.object({ clipId: id, classId: id }))
          .min(1)
          .max(20_000),
        source: annotationSource.exclude(['human', 'import']).default('propagation'),
      }),
    )
    .output(z.object({ step: id, changed: z.number().int(), skipped: z.number().int(), undo: undoState })),
  /** `text`: what was taken back or done again, which another window may have done. */
  undo: base.input(none).output(z.object({ text: z.string(), clipIds: z.array(id), undo: undoState })),
  redo: base.input(none).output(z.object({ text: z.string(), clipIds: z.array(id), undo: undoState })),
  undoState: base.input(none).output(undoState),
  history: base
    .input(z.object({ clipId: id.optional(), limit: z.number().int().min(1).max(1000).default(100) }))
    .output(z.array(journalEntry)),
  /** Tells a label file (or folder of class folders) by its name and beginning; nothing is read in. */
  inspect: base.input(z.object({ path: z.string().min(1) })).output(labelFileFacts),
  /** With `dryRun` nothing is written: what matched, what did not and why. */
  import: base
    .input(
      z.object({
        path: z.string().min(1),
        format: labelFormat,
        schemaId: id.optional(),
        columns: z.record(z.string(), z.string()).optional(),
        dryRun: z.boolean().default(false),
      }),
    )
    .output(labelImportReport),
  /** `clipIds`: only the labels of these clips; of all when left out. */
  export: base
    .input(
      z.object({
        path: z.string().min(1),
        format: labelFormat,
        schemaId: id.optional(),
        clipIds: z.array(id).max(2_000_000).optional(),
      }),
    )
    .output(z.object({ files: z.array(z.string()), annotations: z.number().int() })),
};
