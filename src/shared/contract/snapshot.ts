// Named snapshots of all annotations: labels, events, completeness of recordings, schemas and classes.
import { z } from 'zod';
import { id } from './clip.ts';

export const snapshot = z.object({
  id,
  name: z.string(),
  note: z.string(),
  createdAt: z.string(),
  labels: z.number().int(),
  events: z.number().int(),
});
export type Snapshot = z.infer<typeof snapshot>;

const count = z.number().int();
const changes = z.object({ added: count, removed: count, changed: count });
export type SnapshotChanges = z.infer<typeof changes>;

/** What is different in the second against the first, by class, with the clips and recordings. */
export const snapshotComparison = z.object({
  from: z.string(),
  to: z.string(),
  labels: changes,
  events: changes,
  classes: z.array(z.object({ classId: id, class: z.string(), schema: z.string(), labels: changes, events: changes })),
  /** Labels first, then events; not more than were asked for. `clipId` is null for events. */
  rows: z.array(
    z.object({
      clipId: id.nullable(),
      eventId: id.nullable(),
      path: z.string(),
      startS: z.number(),
      endS: z.number(),
      class: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
  /** Schemas and classes that were made, renamed, merged or removed in between. */
  schemas: count,
});
export type SnapshotComparison = z.infer<typeof snapshotComparison>;
