// What the host can do, its state, its events and its folders.
import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { capabilities, doctorReport, engineEvent } from '../system.ts';
import { base, none } from './base.ts';

export const system = {
  capabilities: base.input(none).output(capabilities),
  doctor: base.input(none).output(doctorReport),
  /** The doctor's report and the end of the log as text to attach to an issue, without names of people, folders or files. */
  report: base.input(none).output(z.object({ text: z.string() })),
  events: base.input(none).output(eventIterator(engineEvent)),
  /** For hosts without native dialogs: folders and media files under `path` (home folder when left out). */
  browse: base.input(z.object({ path: z.string().optional() })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      entries: z.array(z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'media', 'other']) })),
    }),
  ),
};
