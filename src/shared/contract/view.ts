// A saved view: what is asked for, in which order, in which colours, and where it is a list, of which clips.
import { z } from 'zod';
import { clipFilter, clipSort, columnName, id } from './clip.ts';

export const savedView = z.object({
  id,
  name: z.string().trim().min(1).max(200),
  filter: clipFilter,
  sort: clipSort,
  colourBy: columnName,
  /**
   * A list or selection kept with the view; `null`: all that match the filter. Clips removed since are left out when it
   * is read.
   */
  clipIds: z.array(id).max(2_000_000).nullable(),
});
export type SavedView = z.infer<typeof savedView>;
