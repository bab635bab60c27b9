// The procedures of metadata. All that write share one journal with labels: undo and redo are those of `annotations`.
import { z } from 'zod';
import { id } from '../clip.ts';
import {
  metadataColumn,
  metadataColumnKey,
  metadataHistoryEntry,
  metadataImportReport,
  metadataMapping,
  metadataRow,
  metadataSource,
  metadataStep,
  metadataTable,
  metadataType,
} from '../metadata.ts';
import { started } from '../job.ts';
import { base, none } from './base.ts';

const mostMedia = 1_000_000;
const zone = z.string().trim().min(1).max(100);
const pattern = z.string().min(1).max(500);
const path = z.string().min(1);
/** Values that files have and that are none, such as a time that daylight saving leaves out. */
const problems = z.object({
  problems: z.array(
    z.object({
      mediaId: id,
      path: z.string(),
      column: z.string(),
      text: z.string(),
      source: metadataSource,
      reason: z.string(),
    }),
  ),
  problemCount: z.number().int(),
});
const rules = z.object({ zone: zone.nullable(), pattern: pattern.nullable() });

export const metadata = {
  columns: base.input(none).output(z.array(metadataColumn)),
  /** Recordings with their values, by path; `clipIds`: the recordings of these clips. */
  rows: base
    .input(
      z.object({
        mediaIds: z.array(id).max(mostMedia).optional(),
        clipIds: z.array(id).max(mostMedia).optional(),
        offset: z.number().int().min(0).default(0),
        limit: z.number().int().min(1).max(10_000).default(200),
      }),
    )
    .output(z.object({ total: z.number().int(), rows: z.array(metadataRow) })),
  /** Different values of a column, most frequent first. */
  values: base
    .input(z.object({ column: z.string(), limit: z.number().int().min(1).max(10_000).default(200) }))
    .output(z.array(z.object({ value: z.string(), count: z.number().int() }))),
  /**
   * Sets values of recordings, as one step. `null`: there is none, whatever a file says; `reset`: columns in which what was found counts
   * again. `zone`: of times that name none. BAD_INPUT where a value is none of its column's type; nothing is changed then.
   */
  set: base
    .input(
      z.object({
        mediaIds: z.array(id).max(mostMedia).optional(),
        clipIds: z.array(id).max(mostMedia).optional(),
        values: z.record(z.string(), z.string().max(10_000).nullable()).default({}),
        reset: z.array(z.string()).default([]),
        zone: z.string().max(100).optional(),
        /** Columns that are missing are made, of this type or of the one that the value has. */
        addColumns: z.boolean().default(false),
        type: metadataType.optional(),
      }),
    )
    .output(metadataStep.extend({ columns: z.array(z.string()) })),
  addColumn: base.input(z.object({ key: metadataColumnKey, type: metadataType })).output(metadataColumn),
  /** `unread`: values that are none of the new type; they stay as text. */
  updateColumn: base
    .input(z.object({ columnId: id, key: metadataColumnKey.optional(), type: metadataType.optional() }))
    .output(z.object({ unread: z.number().int() })),
  removeColumn: base.input(z.object({ columnId: id })).output(z.object({})),
  history: base
    .input(z.object({ mediaId: id.optional(), limit: z.number().int().min(1).max(1000).default(100) }))
    .output(z.array(metadataHistoryEntry)),
  /** Header and beginning of a table, how it is written, and the column that seems to name recordings. */
  inspect: base.input(z.object({ path })).output(metadataTable),
  /**
   * Joins a table to recordings: `key` is a column of the table that names files (by path, name or stem) or holds values of a column of
   * metadata. Everything is one step; with `dryRun` nothing is written. Values that people set by hand stay unless `replace`.
   */
  import: base
    .input(
      z.object({
        path,
        key: z.string().optional(),
        /** Without it every column, under its own name. */
        columns: metadataMapping.optional(),
        zone: zone.optional(),
        dayFirst: z.boolean().optional(),
        replace: z.boolean().default(false),
        dryRun: z.boolean().default(false),
      }),
    )
    .output(metadataImportReport),
  /** A CSV that `import` reads back, or JSON with the sources of the values. */
  export: base
    .input(z.object({ path, format: z.enum(['csv', 'json']), clipIds: z.array(id).max(mostMedia).optional() }))
    .output(z.object({ files: z.array(z.string()), recordings: z.number().int() })),
  /** What a pattern reads in the names of the whole collection, the first recordings one by one. */
  previewPattern: base
    .input(z.object({ pattern, zone: zone.optional(), limit: z.number().int().min(1).max(1000).default(100) }))
    .output(
      z.object({
        columns: z.array(z.string()),
        matched: z.number().int(),
        total: z.number().int(),
        /** Recordings with a value that is none. */
        problems: z.number().int(),
        rows: z.array(
          z.object({
            mediaId: id,
            path: z.string(),
            values: z.record(z.string(), z.string()).nullable(),
            problem: z.string().nullable(),
          }),
        ),
      }),
    ),
  /** Takes the values of a pattern over, as one step. Values that people set by hand or imported stay. */
  applyPattern: base.input(z.object({ pattern, zone: zone.optional() })).output(metadataStep),
  /** How values are found in files: the time zone of times that name none, and a pattern for names. */
  rules: base.input(none).output(rules.extend({ unread: z.number().int() })),
  setRules: base.input(rules).output(problems),
  problems: base.input(z.object({ limit: z.number().int().min(1).max(1000).default(200) })).output(problems),
  /** Own notes: `clipId` null is on the whole recording. Searched by the query `note ~ words`, as captions are by `caption ~ words`. */
  notes: base.input(z.object({ mediaId: id })).output(z.array(z.object({ clipId: id.nullable(), text: z.string() }))),
  /** One step; an empty text takes the note away. */
  setNote: base
    .input(z.object({ mediaId: id, clipId: id.nullable().default(null), text: z.string().max(20_000) }))
    .output(metadataStep),
  /** Everything that a file, and the files beside it, say. */
  tags: base
    .input(z.object({ mediaId: id }))
    .output(z.object({ file: z.record(z.string(), z.string()), sidecar: z.record(z.string(), z.string()) }).nullable()),
  /** Job result: { read, failed }. Asks files, and the files beside them, again; without `mediaIds` all that were never asked, or with `all` all. */
  read: base
    .input(z.object({ mediaIds: z.array(id).max(mostMedia).optional(), all: z.boolean().default(false) }))
    .output(started),
};
