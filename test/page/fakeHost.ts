// TEST CODE. Serves the built page with a made-up engine behind the real contract, for page tests and screenshots
// without models or media.
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { RPCHandler } from '@orpc/server/fetch';
import { Hono } from 'hono';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { encodeSafetensors } from '../../src/shared/wire/safetensors.ts';
import { FakeCollection } from './fakeCollection.ts';
import type { FakeOptions } from './fakeCollection.ts';
import { fakePicture, fakeSpectrogram } from './fakeMedia.ts';
import { fakeRouter } from './fakeRouter.ts';

/** The strictest policy the page lives with: no eval, no inline scripts. */
export const strictPolicy =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'";

export interface FakeHost {
  url: string;
  collection: FakeCollection;
  router: ReturnType<typeof fakeRouter>;
  close: () => Promise<void>;
}

export async function startFakeHost(pageDir: string, options: FakeOptions): Promise<FakeHost> {
  const collection = new FakeCollection(options);
  const router = fakeRouter(collection);
  const rpc = new RPCHandler(router.procedures as never);
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.header('content-security-policy', strictPolicy);
  });
  app.all('/rpc/*', async (c) => {
    const { matched, response } = await rpc.handle(c.req.raw, { prefix: '/rpc', context: {} });
    return matched
      ? c.newResponse(response.body, response)
      : c.json({ code: 'NOT_FOUND', message: `no procedure ${c.req.path}` }, 404);
  });
  app.get('/data/projections/:file', (c) => {
    if (collection.clips.length === 0) return c.json({ code: 'NOT_FOUND', message: 'no positions' }, 404);
    const clipIds = Int32Array.from(collection.clips, (clip) => clip.id);
    const xy = router.positions(Number.parseInt(c.req.param('file'), 10));
    return c.body(
      encodeSafetensors({
        clipIds: { shape: [clipIds.length], data: clipIds },
        xy: { shape: [clipIds.length, 2], data: xy },
      }),
    );
  });
  app.get('/media/clips/:id/:what{.+}', async (c) => {
    const clip = collection.clips[Number(c.req.param('id')) - 1];
    const what = c.req.param('what');
    if (!clip) return c.json({ code: 'NOT_FOUND', message: 'no such clip' }, 404);
    if (what === 'spectrogram.png')
      return c.body(await fakeSpectrogram(clip.id, 300), 200, { 'content-type': 'image/png' });
    if (what.endsWith('.jpg'))
      return c.body(await fakePicture(clip.id, collection.truth[clip.id - 1]!, what), 200, {
        'content-type': 'image/jpeg',
      });
    const media = options.media ?? [];
    const file = media[clip.id % Math.max(1, media.length)];
    if (!file || !existsSync(file)) return c.json({ code: 'NOT_FOUND', message: 'no media' }, 404);
    return ranged(readFileSync(file), c.req.header('range'));
  });
  app.post('/upload', async (c) =>
    c.json({ path: `/uploads/${decodeURIComponent(c.req.header('x-file-name') ?? 'file')}` }),
  );
  app.get('/*', serveStatic({ root: path.relative(process.cwd(), pageDir) || '.' }));
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) =>
      resolve({
        url: `http://127.0.0.1:${info.port}/`,
        collection,
        router,
        close: () =>
          new Promise((done) => {
            router.stop();
            (server as { closeAllConnections?: () => void }).closeAllConnections?.();
            server.close(() => done());
          }),
      }),
    );
  });
}

function ranged(bytes: Buffer, range: string | undefined): Response {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  const headers = { 'content-type': 'video/mp4', 'accept-ranges': 'bytes' };
  if (!match) return new Response(new Uint8Array(bytes), { headers });
  const [from, to] = [Number(match[1]), match[2] ? Number(match[2]) : bytes.length - 1];
  return new Response(new Uint8Array(bytes.subarray(from, to + 1)), {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${from}-${to}/${bytes.length}` },
  });
}
