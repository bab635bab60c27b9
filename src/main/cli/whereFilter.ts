// The filter of a `--where` expression, with the names of classes of this workspace.
import type { ClipFilter } from '../../shared/contract/clip.ts';
import { parseClipExpression } from './clipExpression.ts';
import type { Client } from './session.ts';

/** @throws BAD_INPUT naming what was not understood */
export async function whereFilter(client: Client, expression: string): Promise<ClipFilter> {
  const classes = (await client.schemas.list({})).flatMap((schema) => schema.classes);
  const byName = Map.groupBy(classes, ({ name }) => name.toLowerCase());
  return parseClipExpression(expression, {
    classes: new Map([...byName].map(([name, own]) => [name, own.map(({ id }) => id)])),
  });
}
