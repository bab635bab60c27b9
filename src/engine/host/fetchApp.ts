// The engine as one Fetch application (Request → Response). Electron's custom scheme and HTTP serve the same one.
import { serveStatic } from '@hono/node-server/serve-static';
import { OpenAPIHandler } from '@orpc/openapi/fetch';
import { RPCHandler } from '@orpc/server/fetch';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { contractErrors } from '../../shared/contract/errors.ts';
import { EngineError } from '../../shared/engineError.ts';
import { mediaResponse } from '../media/mediaResponse.ts';
import { recordingResponse } from '../media/recording/recordingResponse.ts';
import { apiDocument, apiPrefix } from './apiDocument.ts';
import { dataResponse } from './dataResponse.ts';
import type { Engine } from './engine.ts';
import { exportedResponse } from './exportedResponse.ts';
import { securityHeaders } from './securityHeaders.ts';
import { storeUpload } from './upload.ts';
import { maxUploadBytes } from '../procedures/system.ts';

export interface FetchAppOptions {
  /** The built page (`out/renderer`); without it only the procedures are served. */
  pageDir: string | null;
}

export interface FetchApp {
  fetch(request: Request): Promise<Response>;
}

/** A selection of a million clips has eight megabytes; parsing more would hold everybody up. */
const maxRpcBytes = 12 * 1024 ** 2;

/** An error on a plain URL, in the same terms as the procedures' errors. */
function errorResponse(thrown: unknown): Response {
  const error = EngineError.from(thrown);
  return Response.json(error.toJSON(), { status: contractErrors[error.code].status });
}

const notFound = (): Response => errorResponse(new EngineError('NOT_FOUND', 'there is nothing at this address'));

/**
 * Serves the procedures, media, bulk numbers, uploads and the page. Who may ask is the host's affair (see main/web).
 */
export function createFetchApp(engine: Engine, { pageDir }: FetchAppOptions): FetchApp {
  const app = new Hono();
  const { context } = engine;
  const rpc = new RPCHandler(engine.router, { clientInterceptors: engine.interceptors });

  app.use(securityHeaders);
  app.onError((thrown) => {
    const error = EngineError.from(thrown);
    if (error.code === 'INTERNAL') engine.log('http', error);
    return errorResponse(error);
  });
  app.notFound(notFound);

  const api = new OpenAPIHandler(engine.router, { clientInterceptors: engine.interceptors });
  for (const [prefix, handler] of [
    ['/rpc', rpc],
    [apiPrefix, api],
  ] as const) {
    app.use(
      `${prefix}/*`,
      bodyLimit({
        maxSize: maxRpcBytes,
        onError: () => errorResponse(new EngineError('BAD_INPUT', 'the request is too large')),
      }),
    );
    app.all(`${prefix}/*`, async (c) => {
      const { matched, response } = await handler.handle(c.req.raw, { prefix, context: {} });
      return matched ? c.newResponse(response.body, response) : notFound();
    });
  }
  app.get('/openapi.json', async (c) => c.json(await apiDocument()));
  app.on(
    ['GET', 'HEAD'],
    '/media/recordings/*',
    async (c) => (await recordingResponse(c.req.raw, context)) ?? notFound(),
  );
  app.on(['GET', 'HEAD'], '/media/*', async (c) => (await mediaResponse(c.req.raw, context)) ?? notFound());
  app.on(['GET', 'HEAD'], '/data/*', async (c) => (await dataResponse(c.req.raw, context, engine.data)) ?? notFound());
  app.on(['GET', 'HEAD'], '/exports/*', async (c) => (await exportedResponse(c.req.raw, context)) ?? notFound());
  app.post('/upload', async (c) => {
    if (context.readOnly) throw new EngineError('READ_ONLY', 'this workspace is open for reading only');
    const folder = context.workspace.folder('uploads');
    const stored = await storeUpload(c.req.raw, folder, maxUploadBytes);
    // All uploads are one source, though each lies in a folder of its own. What is only searched by, and lists of
    // labels, become none.
    if (!['search', 'labels', 'model'].includes(c.req.header('x-purpose') ?? ''))
      context.workspace.roots.ensureFolder(folder);
    return c.json({ path: stored });
  });
  servePage(app, pageDir);
  return { fetch: async (request) => app.fetch(request) };
}

function servePage(app: Hono, pageDir: string | null): void {
  if (!pageDir || !existsSync(path.join(pageDir, 'index.html'))) {
    app.get('/', (c) => c.text('The page is not built. Run: npm run build', 503));
    return;
  }
  app.get(
    '/*',
    async (c, next) => {
      await next();
      // Files under assets carry the hash of their content in their name; the page that names them must always be
      // fresh.
      if (c.res.ok)
        c.header(
          'cache-control',
          c.req.path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
    },
    serveStatic({ root: pageDir }),
  );
}
