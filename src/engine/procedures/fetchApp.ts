// The only door to the engine: one Fetch application (Request → Response), the same under Electron's custom scheme and over HTTP.
import { serveStatic } from '@hono/node-server/serve-static';
import { RPCHandler } from '@orpc/server/fetch';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { contractErrors } from '../../shared/contract/errors.ts';
import { EngineError } from '../../shared/engineError.ts';
import { mediaResponse } from '../media/mediaResponse.ts';
import { dataResponse } from './dataResponse.ts';
import type { Engine } from './engine.ts';
import { securityHeaders } from './securityHeaders.ts';
import { storeUpload } from './upload.ts';
import { maxUploadBytes } from './system.ts';

export interface FetchAppOptions {
  /** The built page (`out/renderer`); without it only the procedures are served. */
  pageDir: string | null;
}

export interface FetchApp {
  fetch(request: Request): Promise<Response>;
}

const maxRpcBytes = 32 * 1024 ** 2;

/** An error on a plain URL, in the same terms as the procedures' errors. */
function errorResponse(thrown: unknown): Response {
  const error = EngineError.from(thrown);
  return Response.json(error.toJSON(), { status: contractErrors[error.code].status });
}

const notFound = (): Response => errorResponse(new EngineError('NOT_FOUND', 'there is nothing at this address'));

/** Serves the procedures, media, bulk numbers, uploads and the page. Who may ask is the host's affair (see main/web). */
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

  app.use('/rpc/*', bodyLimit({ maxSize: maxRpcBytes, onError: () => errorResponse(new EngineError('BAD_INPUT', 'the request is too large')) }));
  app.all('/rpc/*', async (c) => {
    const { matched, response } = await rpc.handle(c.req.raw, { prefix: '/rpc', context: {} });
    return matched ? c.newResponse(response.body, response) : notFound();
  });
  app.on(['GET', 'HEAD'], '/media/*', async (c) => (await mediaResponse(c.req.raw, context)) ?? notFound());
  app.on(['GET', 'HEAD'], '/data/*', async (c) => (await dataResponse(c.req.raw, context, engine.data)) ?? notFound());
  app.post('/upload', async (c) => {
    if (context.readOnly) throw new EngineError('READ_ONLY', 'this workspace is open for reading only');
    return c.json({ path: await storeUpload(c.req.raw, context.workspace.folder('uploads'), maxUploadBytes) });
  });
  servePage(app, pageDir);
  return { fetch: async (request) => app.fetch(request) };
}

function servePage(app: Hono, pageDir: string | null): void {
  if (!pageDir || !existsSync(path.join(pageDir, 'index.html'))) {
    app.get('/', (c) => c.text('The page is not built. Run: npm run build', 503));
    return;
  }
  app.get('/*', serveStatic({
    root: pageDir,
    onFound: (file, c) => c.header('cache-control', file.includes(`${path.sep}assets${path.sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache'),
  }));
}
