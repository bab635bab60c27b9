// What a label says of a clip or event: the values, and where the class shows. Defined here once for every room.
import { z } from 'zod';

export const labelValues = ['positive', 'negative', 'uncertain'] as const;
export const labelValue = z.enum(labelValues);
export type LabelValue = z.infer<typeof labelValue>;

/** Whether a class is heard, seen or both. */
export const presences = ['audible', 'visible', 'both'] as const;
export const presence = z.enum(presences);
export type Presence = z.infer<typeof presence>;
