// A job's parameters and state as they lie in the database, parsed by the schemas of its kind before it runs.
import type { z } from 'zod';
import { EngineError } from '../../../shared/engineError.ts';
import type { JobRow } from './jobTable.ts';
import type { JobSchemas } from './jobTypes.ts';

/**
 * @param schemas null leaves the values as they were stored
 * @throws EngineError CONFLICT where they do not fit: another version stored them, or the database was changed by hand
 */
export function storedJob(
  { kind, params, state }: Pick<JobRow, 'kind' | 'params' | 'state'>,
  schemas: JobSchemas | null,
): { params: unknown; state: unknown } {
  const read = (what: 'parameters' | 'state', text: string, schema: z.ZodType | undefined): unknown => {
    const value: unknown = JSON.parse(text);
    if (!schema) return value;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new EngineError(
      'CONFLICT',
      `the stored ${what} of this ${kind} job cannot be used: ${issue?.path.join('.') || 'value'}: ${issue?.message ?? 'not valid'}`,
      { field: what, hint: 'Another version stored them. Start the work anew; what it finished is kept.' },
    );
  };
  return {
    params: read('parameters', params, schemas?.[kind]?.params),
    state: state === null ? null : read('state', state, schemas?.[kind]?.state),
  };
}
