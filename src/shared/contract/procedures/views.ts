// Saved views.
import { z } from 'zod';
import { id } from '../clip.ts';
import { savedView } from '../view.ts';
import { base, none, ok } from './base.ts';

/** Filter, order, colour and a chosen list of clips under a name, kept with the workspace. */
export const views = {
  list: base.input(none).output(z.array(savedView)),
  /** A view of the same name is replaced. */
  save: base.input(savedView.omit({ id: true })).output(savedView),
  /** Refused with CONFLICT where another view has that name. */
  rename: base.input(z.object({ viewId: id, name: savedView.shape.name })).output(savedView),
  remove: base.input(z.object({ viewId: id })).output(ok),
};
