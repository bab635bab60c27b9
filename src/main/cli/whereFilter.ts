// The filter of a `--where` expression: the query language of the window, read by the engine.
import type { ClipFilter } from '../../shared/contract/clip.ts';
import type { Client } from './session.ts';

/** @throws BAD_INPUT naming what was not understood, and where */
export async function whereFilter(client: Client, expression: string | undefined): Promise<ClipFilter> {
  if (expression === undefined || expression.trim() === '') return {};
  // Asked before any work begins, so that a mistake costs nothing.
  await client.clips.list({ filter: { query: expression }, limit: 1 });
  return { query: expression };
}
