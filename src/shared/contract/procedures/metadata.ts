// The procedures of metadata. All that write share one journal with labels: undo and redo are those of `annotations`.
import { z } from 'zod';
import { id } from '../clip.ts';
import {
  metadataColumn,
  metadataColumnKey,
  metadataHistoryEntry,
  metadataRow,
  metadataStep,
  metadataType,
} from '../metadata.ts';
import { base, none } from './base.ts';

const mostMedia = 1_000_000;

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
};
