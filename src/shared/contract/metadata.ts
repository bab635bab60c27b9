// Metadata of recordings: columns with a type, values with the source they came from, and what an import of a table reports.
import { z } from 'zod';
import { id } from './clip.ts';
import { undoState } from './annotation.ts';

export const metadataType = z.enum(['text', 'number', 'datetime', 'category']);
export type MetadataType = z.infer<typeof metadataType>;

/**
 * `person`: set by hand; `import`: from a table; `pattern`: from the file name by a pattern of the user's; `sidecar`: a file beside it;
 * `file`: tags in the file; `name`: a pattern that is known of itself. Earlier ones win.
 */
export const metadataSource = z.enum(['person', 'import', 'pattern', 'sidecar', 'file', 'name']);
export type MetadataSource = z.infer<typeof metadataSource>;

export const metadataColumnKey = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^"\\\p{Cc}]+$/u, 'a name without quotes, backslashes and control characters');

/** `key`: the name. `filled`: recordings that have a value; `distinct`: different values. */
export const metadataColumn = z.object({
  id,
  key: metadataColumnKey,
  type: metadataType,
  builtIn: z.boolean(),
  filled: z.number().int(),
  distinct: z.number().int(),
});
export type MetadataColumn = z.infer<typeof metadataColumn>;

/**
 * `text`: canonical form. Times are ISO 8601 with the wall clock of the place first: `2023-10-05T06:30:00+02:00[Europe/Berlin]`; without
 * an offset where the time zone is not known, and a date alone where no time is known. `number`: a number, or seconds since 1970.
 */
export const metadataValue = z.object({ text: z.string(), number: z.number().nullable(), source: metadataSource });
export type MetadataValue = z.infer<typeof metadataValue>;

/** Values by the name of their column. */
export const metadataRow = z.object({
  mediaId: id,
  path: z.string(),
  durationS: z.number(),
  values: z.record(z.string(), metadataValue),
});
export type MetadataRow = z.infer<typeof metadataRow>;

export const metadataStep = z.object({
  step: id,
  /** Values that are different now. */
  changed: z.number().int(),
  undo: undoState,
});

export const metadataHistoryEntry = z.object({
  step: id,
  at: z.string(),
  text: z.string(),
  undone: z.boolean(),
  mediaId: id.nullable(),
  column: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  source: metadataSource,
});
export type MetadataHistoryEntry = z.infer<typeof metadataHistoryEntry>;

/** What is read of a table before it is imported. `columns`: names in the header, which may be thousands. */
export const metadataTable = z.object({
  path: z.string(),
  encoding: z.enum(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']),
  delimiter: z.string(),
  columns: z.array(z.string()),
  sample: z.array(z.array(z.string())),
  /** The column that seems to name recordings. */
  key: z.string().nullable(),
  /** Columns of metadata that the table's columns seem to mean. */
  targets: z.record(z.string(), z.string()),
});
export type MetadataTable = z.infer<typeof metadataTable>;

/** Where a column of the table goes: a column of metadata, a new one of a type, or nowhere (null). */
export const metadataMapping = z.record(
  z.string(),
  z.object({ column: metadataColumnKey, type: metadataType.optional() }).nullable(),
);

/** Lists name up to 1,000 each; the counts tell of all. */
export const metadataImportReport = z.object({
  path: z.string(),
  encoding: metadataTable.shape.encoding,
  rows: z.number().int(),
  key: z.string(),
  /** Whether the key names files, or holds values of a column of metadata. */
  joinedOn: z.string(),
  /** Columns of metadata that are filled. */
  columns: z.array(z.string()),
  newColumns: z.array(z.object({ column: z.string(), type: metadataType })),
  /** Recordings for which there is a row. */
  matched: z.number().int(),
  unmatched: z.array(z.object({ line: z.number().int(), key: z.string(), reason: z.string() })),
  unmatchedCount: z.number().int(),
  /** Rows that say different things of the same recording; none of them is taken. */
  duplicates: z.array(z.object({ path: z.string(), lines: z.array(z.number().int()) })),
  duplicateCount: z.number().int(),
  /** Cells that are no value of their column. */
  problems: z.array(z.object({ line: z.number().int(), column: z.string(), value: z.string(), reason: z.string() })),
  problemCount: z.number().int(),
  /** Values that are new or different. */
  changed: z.number().int(),
  /** Values that people set by hand and the table says otherwise; they stay. */
  kept: z.number().int(),
  /** Time zones of the times that were read; `none`: times without one. */
  zones: z.array(z.object({ zone: z.string(), count: z.number().int() })),
  sample: z.array(z.object({ path: z.string(), values: z.record(z.string(), z.string()) })),
  notes: z.array(z.string()),
  step: id.nullable(),
});
export type MetadataImportReport = z.infer<typeof metadataImportReport>;
