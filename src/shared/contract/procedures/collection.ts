// The media of a workspace: import, watch, relink, remove.
import { z } from 'zod';
import { id, root } from '../clip.ts';
import { started } from '../job.ts';
import { base, none, ok } from './base.ts';

export const collection = {
  summary: base.input(none).output(
    z.object({
      media: z.number().int(),
      clips: z.number().int(),
      embedded: z.number().int(),
      labelled: z.number().int(),
      missing: z.number().int(),
      durationS: z.number(),
      roots: z.array(root),
    }),
  ),
  /**
   * Imports files and folders. Job result: { added, known, changed, failed, clips }. With `embed`, embedding and a map
   * follow by themselves; with `watch`, folders are watched from then on.
   */
  import: base
    .input(
      z.object({
        paths: z.array(z.string().min(1)).min(1),
        windowS: z.number().min(1).max(60).default(10),
        hopS: z.number().min(0.5).max(60).default(10),
        folderLabels: z.boolean().default(false),
        labels: z.string().optional(),
        embed: z.boolean().default(true),
        watch: z.boolean().default(false),
      }),
    )
    .output(started),
  /** The demo collection: made if missing, imported, embedded and mapped. */
  demo: base.input(none).output(started),
  relink: base
    .input(z.object({ rootId: id, path: z.string().min(1) }))
    .output(z.object({ found: z.number().int(), missing: z.number().int() })),
  /**
   * Of a watched folder, new and changed files are imported by themselves while the window or the server runs, cut as
   * by its last import; what vanished is marked.
   */
  watch: base.input(z.object({ rootId: id, watched: z.boolean() })).output(root),
  /** Another name for a source; its folder stays where it is. */
  renameSource: base.input(z.object({ rootId: id, name: z.string().trim().min(1).max(200) })).output(root),
  /**
   * Takes every file of a source out of the collection, and the source with them. The files stay on disk; imported
   * again, they get their labels back.
   */
  removeSource: base.input(z.object({ rootId: id })).output(z.object({ removed: z.number().int() })),
  removeMedia: base.input(z.object({ mediaIds: z.array(id).min(1) })).output(ok),
};
