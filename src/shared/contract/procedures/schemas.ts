// Label schemas and their classes.
import { z } from 'zod';
import { labelClass, labelSchema } from '../annotation.ts';
import { id } from '../clip.ts';
import { base, none, ok } from './base.ts';

export const schemas = {
  list: base.input(none).output(z.array(labelSchema)),
  create: base
    .input(
      z.object({
        name: z.string().min(1).max(200),
        multiLabel: z.boolean().default(false),
        classes: z.array(z.string().min(1).max(200)).default([]),
      }),
    )
    .output(labelSchema),
  update: base
    .input(
      z.object({
        schemaId: id,
        name: z.string().min(1).max(200).optional(),
        multiLabel: z.boolean().optional(),
        /** Clip labels follow from events instead of being set by hand; the schema then allows several a clip. */
        fromEvents: z.boolean().optional(),
      }),
    )
    .output(labelSchema),
  remove: base.input(z.object({ schemaId: id })).output(ok),
  addClass: base
    .input(
      z.object({
        schemaId: id,
        name: z.string().min(1).max(200),
        colour: z.string().optional(),
        hotkey: z.string().length(1).optional(),
      }),
    )
    .output(labelClass),
  updateClass: base
    .input(
      z.object({
        classId: id,
        name: z.string().min(1).max(200).optional(),
        colour: z.string().optional(),
        hotkey: z.string().length(1).nullable().optional(),
      }),
    )
    .output(labelClass),
  /** Every annotation of `classId` becomes one of `intoClassId`. */
  mergeClass: base.input(z.object({ classId: id, intoClassId: id })).output(ok),
  removeClass: base.input(z.object({ classId: id })).output(ok),
};
