// Training runs and their curves.
import { z } from 'zod';
import { id } from '../clip.ts';
import { run } from '../model.ts';
import { base, none } from './base.ts';

export const runs = {
  list: base.input(none).output(z.array(run)),
  get: base.input(z.object({ runId: id })).output(run),
};
