// The OpenAPI document of the contract, for programs in other languages: plain JSON over POST /api/<noun>/<verb>.
import { OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { contract } from '../../shared/contract/index.ts';
import { appVersion } from './appVersion.ts';

export const apiPrefix = '/api';

let document: Promise<unknown> | null = null;

/** Made when first asked for, then kept. */
export function apiDocument(): Promise<unknown> {
  return (document ??= new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(contract, {
    info: {
      title: 'CAV-MAE Studio',
      version: appVersion,
      description:
        'Every procedure of the engine. Sign in with `Authorization: Bearer <token>`; `cavmae serve --json` prints the token. Long work answers with a job; ask jobs.get for its state. Bulk numbers lie under /data and /media.',
    },
    servers: [{ url: apiPrefix }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    security: [{ bearer: [] }],
  }));
}
