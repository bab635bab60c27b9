// Hostile requests against the real web host over real sockets: every one fails cleanly, and the host goes on serving.
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src/engine/host/engine.ts';
import { createFetchApp } from '../../src/engine/host/fetchApp.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';
import { startWebHost, type WebHost } from '../../src/main/web/webHost.ts';

const secret = 'SECRET-OUTSIDE-EVERY-FOLDER';
let folder: string;
let engine: Engine;
let host: WebHost;
let cookie: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-hostile-'));
  const page = path.join(folder, 'page');
  await mkdir(path.join(page, 'assets'), { recursive: true });
  await writeFile(path.join(folder, 'secret.txt'), secret);
  await writeFile(path.join(page, 'index.html'), '<!doctype html><title>page</title>');
  await symlink(path.join(folder, 'secret.txt'), path.join(folder, 'link'));
  engine = await createEngine({ workspaceDir: path.join(folder, 'workspace'), host: 'cli', spawn: spawnNodeWorker });
  host = await startWebHost({ app: createFetchApp(engine, { pageDir: page }), port: 0, log: () => {} });
  const answer = await fetch(host.url, { redirect: 'manual' });
  cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
});
afterAll(async () => {
  await host.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  text: string;
  headers: string;
}

/** Exactly these bytes, as no well-behaved client would send them. */
function raw(bytes: string | Buffer, waitMs = 5000): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    const socket = net.connect(host.port, '127.0.0.1', () => socket.write(bytes));
    const end = () => {
      socket.destroy();
      const [headers = '', ...rest] = text.split('\r\n\r\n');
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text: rest.join('\r\n\r\n'), headers });
    };
    socket.setTimeout(waitMs, end);
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('close', end);
    socket.on('error', end);
  });
}

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  auth?: boolean;
}

function ask(target: string, { method = 'GET', headers = {}, body = '', auth = true }: Ask = {}): Promise<Answer> {
  const all = {
    host: `127.0.0.1:${host.port}`,
    connection: 'close',
    ...(auth ? { cookie } : {}),
    ...(body && !('content-length' in headers) ? { 'content-length': String(Buffer.byteLength(body)) } : {}),
    ...headers,
  };
  return raw(
    `${method} ${target} HTTP/1.1\r\n${Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}`,
  );
}

const json = { 'content-type': 'application/json' };
const rpc = (procedure: string, body: string, extra: Ask = {}) =>
  ask(`/rpc/${procedure}`, { method: 'POST', body, ...extra, headers: { ...json, ...extra.headers } });

async function stillServes(): Promise<void> {
  const { status, text } = await rpc('clips/list', '{"json":{}}');
  expect({
    status,
    total: (JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as { json: { total: number } }).json
      .total,
  }).toEqual({ status: 200, total: 0 });
}

describe('who may ask', () => {
  it.each<[string, string, Ask, number]>([
    ['nobody signed in', '/rpc/clips/list', { method: 'POST', auth: false }, 401],
    ['media without signing in', '/media/clips/1/source', { auth: false }, 401],
    [
      'an upload without signing in',
      '/upload',
      { method: 'POST', auth: false, body: 'x', headers: { 'x-file-name': 'a.mp4' } },
      401,
    ],
    ['a guessed token', '/?token=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', { auth: false }, 401],
    ['a guessed cookie', '/rpc/clips/list', { method: 'POST', auth: false, headers: { cookie: 'cavmae=1' } }, 401],
    [
      'a guessed bearer',
      '/rpc/clips/list',
      { method: 'POST', auth: false, headers: { authorization: 'Bearer x' } },
      401,
    ],
    ['DNS rebinding', '/rpc/clips/list', { method: 'POST', headers: { host: 'rebound.example' } }, 421],
    ['DNS rebinding with our port', '/', { headers: { host: 'rebound.example:4317' } }, 421],
    ['a cross-site POST', '/rpc/schemas/create', { method: 'POST', headers: { origin: 'https://evil.example' } }, 403],
    ['a sandboxed frame', '/rpc/clips/list', { method: 'POST', headers: { origin: 'null' } }, 403],
    [
      'a cross-site image',
      '/media/clips/1/thumbnail.jpg',
      { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } },
      403,
    ],
    ['another local port', '/rpc/clips/list', { method: 'POST', headers: { origin: 'http://127.0.0.1:1' } }, 403],
  ])('refuses %s', async (_, target, options, status) => {
    expect((await ask(target, options)).status).toBe(status);
  });

  it('never lets another site read an answer', async () => {
    const { headers } = await ask('/', { headers: { origin: 'https://evil.example' } });
    expect(headers.toLowerCase()).not.toContain('access-control-allow-origin');
  });

  it('answers no preflight', async () => {
    const { status, headers } = await ask('/rpc/clips/list', {
      method: 'OPTIONS',
      auth: false,
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(status).toBe(403);
    expect(headers.toLowerCase()).not.toContain('access-control');
  });
});

describe('traversal out of our folders', () => {
  const up = [
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '%2e%2e%2fsecret.txt',
    '..%252fsecret.txt',
    '..\\secret.txt',
    '..%5csecret.txt',
    '....//secret.txt',
    '%c0%ae%c0%ae/secret.txt',
    '..%00/secret.txt',
    './../secret.txt',
    'assets/../../secret.txt',
    '%u002e%u002e/secret.txt',
    '../link',
  ];
  const bases = ['/', '/media/clips/1/', '/data/', '/data/projections/'];

  it.each(bases.flatMap((base) => up.map((tail) => [`${base}${tail}`])))('gives nothing at %s', async (target) => {
    const { status, text } = await ask(target);
    expect(text).not.toContain(secret);
    expect([400, 404, 0]).toContain(status);
  });

  it.each([
    ['absolute form', 'http://evil.example/../secret.txt'],
    ['a file URL', 'file:///etc/passwd'],
    ['two slashes', '//etc/passwd'],
    ['a very long path', `/${'a'.repeat(12_000)}`],
  ])('gives nothing for %s', async (_, target) => {
    const { status, text } = await ask(target);
    expect(text).not.toMatch(/root:|SECRET/);
    expect([400, 404, 414, 421, 431]).toContain(status);
  });
});

describe('broken and oversized requests', () => {
  it.each<[string, string]>([
    ['no JSON', 'not json'],
    ['an empty body', ''],
    ['an array', '[1,2]'],
    ['a number too large', '{"json":{"limit":1e309}}'],
    ['wrong types', '{"json":{"filter":{"clipIds":"all"}}}'],
    ['too many', '{"json":{"limit":100000000}}'],
    ['deep nesting', `{"json":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['a polluted prototype', '{"json":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}'],
    ['polluting metadata', '{"json":{},"meta":[[1,["__proto__","polluted"]]]}'],
  ])('answers %s without falling over', async (_, body) => {
    const { status } = await rpc('clips/list', body);
    expect([200, 400, 413, 422]).toContain(status);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    await stillServes();
  });

  it.each([
    '__proto__',
    'constructor',
    'clips/__proto__',
    'clips/constructor/call',
    'clips/list/handler',
    'clips',
    '',
    'system.events',
    '%00',
  ])('has no procedure %j', async (name) => {
    expect([400, 404, 405]).toContain((await rpc(name, '{"json":{}}')).status);
  });

  it('takes no writes by GET', async () => {
    expect([404, 405]).toContain(
      (await ask('/rpc/schemas/create?data=%7B%22json%22%3A%7B%22name%22%3A%22x%22%7D%7D')).status,
    );
    const { text } = await rpc('schemas/list', '{"json":{}}');
    expect(text).not.toContain('"x"');
  });

  it('refuses a body announced as huge before reading it', async () => {
    const { status } = await rpc('clips/list', '', { headers: { 'content-length': String(10 * 1024 ** 3) } });
    expect([400, 413]).toContain(status);
  });

  it('refuses an upload announced as larger than the bound', async () => {
    const { status } = await ask('/upload', {
      method: 'POST',
      headers: { 'x-file-name': 'big.mp4', 'content-length': String(1024 ** 4) },
    });
    expect([400, 413]).toContain(status);
  });

  it('keeps uploads with hostile names inside their folder', async () => {
    for (const name of [
      '../../../evil.sh',
      '..%2f..%2fevil',
      '/etc/cron.d/evil',
      'C:\\evil.exe',
      '%00evil',
      '.htaccess',
      '~/evil',
      'a'.repeat(3000),
    ]) {
      const { status, text } = await ask('/upload', {
        method: 'POST',
        body: 'x',
        headers: { 'x-file-name': encodeURIComponent(name) },
      });
      expect(status).toBe(200);
      const { path: stored } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as { path: string };
      expect(path.dirname(path.dirname(stored))).toBe(engine.context.workspace.folder('uploads'));
    }
    expect(await readdir(folder)).toEqual(expect.not.arrayContaining(['evil.sh', 'evil']));
  });

  it.each([
    ['too many headers', `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(5000)}\r\n`],
    ['an oversized header', `GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(40_000)}\r\n\r\n`],
    ['smuggling: two lengths', 'POST /rpc/x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
    [
      'smuggling: length and chunks',
      'POST /rpc/x HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no HTTP at all', '\u0016\u0003\u0001\u0002\u0000'],
    ['a bare newline', '\n\n\n\n'],
    ['an unknown method', 'BREW / HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['header injection', 'GET /%0d%0aset-cookie:%20a=b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
  ])('survives %s', async (_, bytes) => {
    const { headers } = await raw(bytes, 1500);
    expect(headers.toLowerCase()).not.toContain('set-cookie: a=b');
    await stillServes();
  });

  it('serves others while a hundred slow clients say half a word', async () => {
    const slow = Array.from({ length: 100 }, () =>
      net
        .connect(host.port, '127.0.0.1', function (this: net.Socket) {
          this.write('POST /rpc/clips/list HTTP/1.1\r\nhost: 127');
        })
        .on('error', () => {}),
    );
    await stillServes();
    for (const socket of slow) socket.destroy();
  });
});

describe('every answer', () => {
  it.each([
    ['/', {}],
    ['/nowhere', {}],
    ['/media/clips/1/source', {}],
    ['/data/x', {}],
  ])('%s carries the security headers', async (target, options) => {
    const { headers } = await ask(target, options);
    for (const part of [
      "script-src 'self'",
      'x-content-type-options: nosniff',
      'cross-origin-opener-policy: same-origin',
      'cross-origin-embedder-policy: require-corp',
      "frame-ancestors 'none'",
    ])
      expect(headers.toLowerCase()).toContain(part);
    expect(/script-src[^;]*/.exec(headers)?.[0]).not.toContain('unsafe-inline');
  });

  it('tells no stack and no folder of this machine', async () => {
    const { text } = await rpc('clips/get', '{"json":{"clipId":123}}');
    expect(text).toContain('NOT_FOUND');
    expect(text).not.toMatch(/at .*\.ts:\d+|node_modules/);
  });
});
