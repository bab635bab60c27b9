// What people say about clips: schemas, classes and annotations with a journal behind them.
import { z } from 'zod';
import { id } from './clip.ts';

export const labelClass = z.object({ id, schemaId: id, name: z.string().min(1).max(200), colour: z.string(), hotkey: z.string().nullable(), count: z.number().int() });
export type LabelClass = z.infer<typeof labelClass>;

export const labelSchema = z.object({ id, name: z.string().min(1).max(200), multiLabel: z.boolean(), classes: z.array(labelClass) });
export type LabelSchema = z.infer<typeof labelSchema>;

export const annotationValue = z.enum(['positive', 'negative', 'uncertain']);
export const presence = z.enum(['audible', 'visible', 'both']);
export const annotationSource = z.enum(['human', 'import', 'model', 'propagation']);

/** One line of the append-only journal, newest first where listed. */
export const journalEntry = z.object({
  step: id, clipId: id, classId: id, className: z.string(), before: annotationValue.nullable(), after: annotationValue.nullable(),
  presence: presence.nullable(), source: annotationSource, at: z.string(), undone: z.boolean(),
});
export type JournalEntry = z.infer<typeof journalEntry>;

export const undoState = z.object({ canUndo: z.boolean(), canRedo: z.boolean(), undoText: z.string().nullable(), redoText: z.string().nullable() });
export type UndoState = z.infer<typeof undoState>;

export const labelFormat = z.enum(['csv', 'jsonl', 'audioset-csv', 'vggsound-csv', 'cavmae-json', 'folders', 'parquet', 'fiftyone']);
