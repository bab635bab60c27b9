// A class by its name, found in the schemas of the workspace.
import type { LabelClass } from '../../shared/contract/annotation.ts';
import { EngineError } from '../../shared/engineError.ts';
import type { Client } from './session.ts';

/** @throws NOT_FOUND, or BAD_INPUT where several schemas have a class of the name and none is named */
export async function classOf(client: Client, name: string, schemaName: string | undefined): Promise<LabelClass> {
  const schemas = (await client.schemas.list({})).filter(
    (schema) => schemaName === undefined || schema.name === schemaName || String(schema.id) === schemaName,
  );
  const found = schemas.flatMap((schema) =>
    schema.classes
      .filter((one) => one.name.toLowerCase() === name.toLowerCase())
      .map((labelClass) => ({ labelClass, schema: schema.name })),
  );
  if (found.length === 1) return found[0]!.labelClass;
  if (found.length > 1)
    throw new EngineError(
      'BAD_INPUT',
      `several schemas have a class ${name}: ${found.map(({ schema }) => schema).join(', ')}`,
      {
        field: 'schema',
        hint: 'Name one with --schema.',
      },
    );
  const names = schemas.flatMap((schema) => schema.classes.map((one) => one.name));
  throw new EngineError('NOT_FOUND', `there is no class ${name}`, {
    field: 'class',
    hint:
      names.length === 0
        ? 'There are no classes yet: cavmae labels set CLIP CLASS makes one.'
        : `There are: ${[...new Set(names)].slice(0, 40).join(', ')}.`,
  });
}
