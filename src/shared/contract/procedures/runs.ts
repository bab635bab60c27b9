// Training runs and their curves.
import { z } from 'zod';
import { run } from '../model.ts';
import { base, none } from './base.ts';

export const runs = {
  list: base.input(none).output(z.array(run)),
};
