// The Fetch application over a real workspace: procedures, plain API, its document, uploads, the page, read-only mode.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../../../src/engine/host/engine.ts';
import { createFetchApp, type FetchApp } from '../../../../src/engine/host/fetchApp.ts';
import { spawnNodeWorker } from '../../../../src/engine/workers/spawnWorker.ts';
import type { Contract } from '../../../../src/shared/contract/index.ts';

let folder: string;
let engine: Engine;
let app: FetchApp;
let client: ContractRouterClient<Contract>;

const clientOf = (served: FetchApp): ContractRouterClient<Contract> =>
  createORPCClient(
    new RPCLink({ url: 'http://studio/rpc', fetch: (request, init) => served.fetch(new Request(request, init)) }),
  );
const get = (target: string, headers: Record<string, string> = {}) =>
  app.fetch(new Request(`http://studio${target}`, { headers }));

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-app-'));
  const pageDir = path.join(folder, 'page');
  await mkdir(path.join(pageDir, 'assets'), { recursive: true });
  await writeFile(path.join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(path.join(pageDir, 'assets', 'main-abc.js'), 'export {};');
  engine = await createEngine({ workspaceDir: path.join(folder, 'workspace'), host: 'cli', spawn: spawnNodeWorker });
  app = createFetchApp(engine, { pageDir });
  client = clientOf(app);
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('fetch application', () => {
  it("answers procedures, with the contract's errors", async () => {
    const schema = await client.schemas.create({ name: 'birds', classes: ['wren'] });
    expect(schema.classes[0]?.name).toBe('wren');
    await expect(client.clips.get({ clipId: 7 })).rejects.toMatchObject({ code: 'NOT_FOUND', defined: true });
    await expect(client.clips.list({ limit: 0 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      data: { field: 'limit' },
    });
  });

  it('answers the same procedures called in this process, whatever handlers were made before', async () => {
    const direct = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
    expect((await direct.schemas.list({})).map(({ name }) => name)).toContain('birds');
  });

  it('streams events until the listener goes', async () => {
    const stop = new AbortController();
    const events = await client.system.events({}, { signal: stop.signal });
    const heard = (async () => {
      for await (const event of events) if (event.type === 'schemasChanged') return event.type;
      return null;
    })();
    await client.schemas.create({ name: 'frogs' });
    expect(await heard).toBe('schemasChanged');
    stop.abort();
  });

  it('answers plain JSON for other languages, as its document says', async () => {
    const answer = await app.fetch(
      new Request('http://studio/api/clips/list', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"limit":3}',
      }),
    );
    expect(await answer.json()).toEqual({ total: 0, rows: [] });
    const document = (await (await get('/openapi.json')).json()) as { openapi: string; paths: Record<string, unknown> };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/clips/list', '/annotations/set', '/embeddings/export', '/jobs/get']),
    );
  });

  it('serves the page, its hashed files for ever', async () => {
    expect(await (await get('/')).text()).toContain('<title>page</title>');
    expect((await get('/')).headers.get('cache-control')).toBe('no-cache');
    const script = await get('/assets/main-abc.js');
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await get('/assets/none.js')).status).toBe(404);
  });

  it('keeps bulk answers until they are fetched', async () => {
    const url = engine.data.put('reconstruction 1.safetensors', Uint8Array.of(1, 2, 3));
    expect([...new Uint8Array(await (await get(url)).arrayBuffer())]).toEqual([1, 2, 3]);
    expect((await get('/data/nothing')).status).toBe(404);
    expect((await get('/data/%E0%A4%A')).status).toBe(404);
  });

  it('takes uploads and says where they are', async () => {
    const answer = await app.fetch(
      new Request('http://studio/upload', { method: 'POST', headers: { 'x-file-name': 'a%20b.wav' }, body: 'sound' }),
    );
    const { path: stored } = (await answer.json()) as { path: string };
    expect(path.basename(stored)).toBe('a b.wav');
    expect(await readFile(stored, 'utf8')).toBe('sound');
    expect((await app.fetch(new Request('http://studio/upload', { method: 'POST', body: 'x' }))).status).toBe(400);
  });

  it('says plainly where the page is not built', async () => {
    const bare = createFetchApp(engine, { pageDir: null });
    const answer = await bare.fetch(new Request('http://studio/'));
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('npm run build');
  });
});

describe('read-only', () => {
  it('opens beside a writer, reads, and changes nothing', async () => {
    const second = await createEngine({
      workspaceDir: path.join(folder, 'workspace'),
      host: 'cli',
      spawn: spawnNodeWorker,
      readOnly: true,
    });
    try {
      const readOnlyApp = createFetchApp(second, { pageDir: null });
      const reader = clientOf(readOnlyApp);
      expect((await reader.schemas.list({})).length).toBeGreaterThan(0);
      await expect(reader.schemas.create({ name: 'no' })).rejects.toMatchObject({ code: 'READ_ONLY' });
      expect(
        (
          await readOnlyApp.fetch(
            new Request('http://studio/upload', { method: 'POST', headers: { 'x-file-name': 'a' }, body: 'x' }),
          )
        ).status,
      ).toBe(403);
    } finally {
      await second.close();
    }
  });

  it('a second writer is refused by name', async () => {
    await expect(
      createEngine({ workspaceDir: path.join(folder, 'workspace'), host: 'cli', spawn: spawnNodeWorker }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
