// Subsets of the collection out of the workspace, with everything that is known of them.
import { z } from 'zod';
import { clipFilter, id } from '../clip.ts';
import { datasetLayout } from '../dataset.ts';
import { base } from './base.ts';

export const datasets = {
  /** Of clips that match a filter, or of a saved view. Job result: { files, clips }. @throws BAD_INPUT where none matches or the folder is in use */
  export: base
    .input(
      z.object({
        path: z.string().min(1),
        layout: datasetLayout,
        filter: clipFilter.optional(),
        viewId: id.optional(),
        /** What was chosen, in words, for the manifest. */
        scope: z.string().max(500).optional(),
      }),
    )
    .output(z.object({ jobId: id, clips: z.number().int() })),
};
