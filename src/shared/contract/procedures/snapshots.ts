// Named snapshots of all annotations: made, listed, compared, restored.
import { z } from 'zod';
import { id } from '../clip.ts';
import { undoState } from '../annotation.ts';
import { snapshot, snapshotComparison } from '../snapshot.ts';
import { base, none, ok } from './base.ts';

export const snapshots = {
  /** Newest first. */
  list: base.input(none).output(z.array(snapshot)),
  create: base
    .input(z.object({ name: z.string().trim().min(1).max(200), note: z.string().trim().max(2000).default('') }))
    .output(snapshot),
  /** Without `otherId` with what is there now. */
  compare: base
    .input(
      z.object({ snapshotId: id, otherId: id.optional(), limit: z.number().int().min(0).max(100_000).default(500) }),
    )
    .output(snapshotComparison),
  /** One step of undo. What was there is kept as a snapshot of its own. */
  restore: base
    .input(z.object({ snapshotId: id }))
    .output(z.object({ step: id, changed: z.number().int(), kept: snapshot, undo: undoState })),
  remove: base.input(z.object({ snapshotId: id })).output(ok),
};
