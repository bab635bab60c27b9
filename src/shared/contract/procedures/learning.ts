// The classifier that refits by itself while labels are given.
import { z } from 'zod';
import { id } from '../clip.ts';
import { started } from '../job.ts';
import { classifierComparison, learningState } from '../learning.ts';
import { base, ok } from './base.ts';

export const learning = {
  /** After every dozen labels the classifier “Automatic” of a schema refits by itself; this says how it stands. */
  state: base.input(z.object({ schemaId: id })).output(learningState),
  setAutomatic: base.input(z.object({ enabled: z.boolean() })).output(ok),
  /** Refits now. Job result: { classifierId, metrics, used }. */
  refit: base.input(z.object({ schemaId: id })).output(started),
  /** Two refits over the whole collection, by their kept weights. */
  compare: base.input(z.object({ schemaId: id, pointId: id, otherId: id })).output(classifierComparison),
  /**
   * Goes back to the classifier of an earlier point (as one of its own, which later refits leave alone), or to the
   * automatic one for the newest point.
   */
  restore: base
    .input(z.object({ schemaId: id, pointId: id }))
    .output(z.object({ classifierId: id, jobId: id.nullable() })),
};
