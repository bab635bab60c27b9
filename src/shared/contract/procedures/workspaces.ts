// Listing, opening and forgetting workspaces.
import { z } from 'zod';
import { workspaceList } from '../workspaces.ts';
import { base, none, ok } from './base.ts';

/** Changing the workspace makes every window load itself anew (event `workspaceOpened`). */
export const workspaces = {
  list: base.input(none).output(workspaceList),
  /** With `create`, an empty or new folder becomes a workspace. */
  open: base
    .input(z.object({ path: z.string().min(1), create: z.boolean().default(false) }))
    .output(z.object({ path: z.string() })),
  forget: base.input(z.object({ path: z.string().min(1) })).output(ok),
};
