// Workspaces opened lately, and changing to another.
import { z } from 'zod';

/** `there`: its folder can be reached now. */
export const recentWorkspace = z.object({
  path: z.string(),
  name: z.string(),
  openedAt: z.string(),
  there: z.boolean(),
});
export type RecentWorkspace = z.infer<typeof recentWorkspace>;
/** `canSwitch`: this host can exchange the open workspace for another. */
export const workspaceList = z.object({
  current: z.string(),
  canSwitch: z.boolean(),
  recent: z.array(recentWorkspace),
});
