// How often a class occurs: audits, estimates by group, time budgets of events, and the report of all that.
import { z } from 'zod';
import { clipFilter, id } from '../clip.ts';
import {
  askedPresence,
  auditAnswer,
  auditDesign,
  auditPresence,
  auditState,
  auditStep,
  budgetRow,
  estimate,
} from '../estimate.ts';
import { base, ok } from './base.ts';

const confidence = z.number().min(0.5).max(0.999).default(0.95);
const column = z.string().trim().min(1).max(100);

export const estimates = {
  /** Newest first. */
  designs: base.input(z.object({ classId: id.optional() })).output(z.array(auditDesign)),
  /** Draws a sample stratified by score; `by`: and by a column of metadata. */
  start: base
    .input(
      z.object({
        classId: id,
        source: z.object({ kind: z.enum(['classifier', 'detector']), id }),
        by: column.optional(),
        filter: clipFilter.optional(),
        scope: z.string().max(500).optional(),
        seed: z.number().int().default(1),
      }),
    )
    .output(auditDesign),
  remove: base.input(z.object({ designId: id })).output(ok),
  state: base
    .input(
      z.object({
        designId: id,
        confidence,
        by: column.optional(),
        asked: askedPresence.default('any'),
        next: z.number().int().min(0).max(1000).default(10),
      }),
    )
    .output(auditState),
  /** One step of the journal. `label`: the clips get the label as well. */
  answer: base
    .input(
      z.object({
        designId: id,
        answers: z
          .array(
            z.object({ clipId: id, answer: auditAnswer.nullable(), presence: auditPresence.nullable().default(null) }),
          )
          .min(1)
          .max(100_000),
        label: z.boolean().default(false),
      }),
    )
    .output(auditStep),
  /** From the newest audit of the class that has answers, else from labels. */
  estimate: base
    .input(
      z.object({
        classId: id,
        designId: id.optional(),
        by: column.optional(),
        confidence,
        asked: askedPresence.default('any'),
      }),
    )
    .output(estimate),
  /** Writes a page, figures and tables into a folder; by default a new one in the workspace's exports. `html`: the page. */
  report: base
    .input(
      z.object({
        classId: id,
        designId: id.optional(),
        by: column.optional(),
        confidence,
        asked: askedPresence.default('any'),
        path: z.string().min(1).optional(),
      }),
    )
    .output(z.object({ folder: z.string(), files: z.array(z.string()), html: z.string() })),
  budget: base
    .input(
      z.object({
        schemaId: id.optional(),
        classId: id.optional(),
        by: column.optional(),
        asked: askedPresence.default('any'),
        confidence,
      }),
    )
    .output(z.object({ rows: z.array(budgetRow), notes: z.array(z.string()) })),
};
