// Downloads from a server that breaks off, lies and serves wrong bytes.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { download } from '../../../../../src/engine/checkpoint/catalogue/download.ts';
import { temporaryFolder } from '../smallCheckpoint.ts';

const at = temporaryFolder();
const body = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 31) % 251));
const quick = { retryMs: 1, attempts: 3, stallMs: 2000 };
let server: Server | null = null;
let ranges: (string | undefined)[] = [];

/** Answers request n with `answers[n]`, the last one from then on. */
async function serve(...answers: ((request: IncomingMessage, response: ServerResponse) => void)[]): Promise<string> {
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    (answers[ranges.length - 1] ?? answers.at(-1))?.(request, response);
  });
  await new Promise<void>((resolve) => {
    server?.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.pth`;
}
afterEach(() => server?.closeAllConnections());
afterEach(() => server?.close());

const startOf = (request: IncomingMessage): number =>
  Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
/** An honest server with ranges that breaks the connection after `count` bytes of each answer. */
const upTo =
  (count: number) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const start = startOf(request);
    response.writeHead(start ? 206 : 200, {
      'content-length': body.length - start,
      etag: '"one"',
      ...(start && { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }),
    });
    const piece = body.subarray(start, Math.min(body.length, start + count));
    if (start + piece.length === body.length) response.end(piece);
    else response.write(piece, () => setTimeout(() => response.destroy(), 20));
  };

describe('download', () => {
  it('fetches a file and tells its progress', async () => {
    const seen: (number | null)[] = [];
    const url = await serve(upTo(body.length));
    await download(url, at('plain'), { ...quick, progress: (bytes, total) => seen.push(bytes, total) });
    expect(readFileSync(at('plain')).equals(body)).toBe(true);
    expect(seen.slice(-2)).toEqual([body.length, body.length]);
    expect(existsSync(at('plain.partial'))).toBe(false);
    expect(existsSync(at('plain.partial.json'))).toBe(false);
  });

  it('goes on where the connection broke off, again and again', async () => {
    const url = await serve(upTo(30_000));
    await download(url, at('broken'), quick);
    expect(readFileSync(at('broken')).equals(body)).toBe(true);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.length).toBeGreaterThanOrEqual(4);
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true);
  });

  it('goes on in a later call after it was stopped', async () => {
    const stop = new AbortController();
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': body.length, etag: '"one"' });
      response.write(body.subarray(0, 40_000));
      void request;
    }, upTo(body.length));
    const first = download(url, at('stopped'), {
      ...quick,
      signal: stop.signal,
      progress: (bytes) => {
        if (bytes >= 40_000) stop.abort();
      },
    });
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(at('stopped'))).toBe(false);
    await download(url, at('stopped'), quick);
    expect(readFileSync(at('stopped')).equals(body)).toBe(true);
    expect(ranges[1]).toBe('bytes=40000-');
  });

  it('starts again when the server does not know ranges, or has another file now', async () => {
    const url = await serve(upTo(30_000), (_, response) =>
      response.writeHead(200, { 'content-length': body.length, etag: '"two"' }).end(body),
    );
    await download(url, at('again'), quick);
    expect(readFileSync(at('again')).equals(body)).toBe(true);
  });

  it('gives up after fruitless attempts, keeping what it has', async () => {
    const url = await serve(upTo(30_000), (_, response) => response.destroy());
    await expect(download(url, at('gone'), quick)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('keeps breaking off'),
    });
    expect(readFileSync(at('gone.partial')).length).toBe(30_000);
  });

  it('gives up on a server that falls silent', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.flushHeaders();
    });
    await expect(download(url, at('silent'), { ...quick, attempts: 1, stallMs: 80 })).rejects.toMatchObject({
      code: 'INTERNAL',
    });
  });

  it.each<
    [string, (request: IncomingMessage, response: ServerResponse) => void, Parameters<typeof download>[2], RegExp]
  >([
    [
      "a length that is not the file's",
      (_, response) => response.writeHead(200, { 'content-length': 5 }).end('12345'),
      { expected: { bytes: 7 } },
      /offers 5 bytes, the file has 7/,
    ],
    [
      'wrong bytes',
      (_, response) => response.writeHead(200, { 'content-length': 5 }).end('12345'),
      { expected: { sha256: createHash('sha256').update('right').digest('hex') } },
      /not the one expected/,
    ],
    [
      'a web page',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Sign in</h1>'),
      {},
      /a web page/,
    ],
    ['a missing file', (_, response) => response.writeHead(404).end(), {}, /answers 404/],
    [
      'absurd lengths',
      (_, response) => response.writeHead(200, { 'content-length': 9e12 }).end('x'),
      {},
      /more than a model/,
    ],
  ])('refuses %s and keeps nothing', async (name, answer, options, message) => {
    const to = at(`refused-${name.replaceAll(/\W/g, '')}`);
    await expect(download(await serve(answer), to, { ...quick, ...options })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(message),
    });
    expect([to, `${to}.partial`, `${to}.partial.json`].filter((path) => existsSync(path))).toEqual([]);
    expect(ranges.length).toBe(1);
  });

  it('refuses a continuation from another place', async () => {
    const url = await serve(upTo(30_000), (_, response) =>
      response
        .writeHead(206, {
          'content-range': `bytes 10-${body.length - 1}/${body.length}`,
          'content-length': body.length - 10,
        })
        .end(body.subarray(10)),
    );
    await expect(download(url, at('shifted'), quick)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('bytes from 10'),
    });
  });

  it('does not take a short answer for the whole file', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 1000), () => response.destroy());
    });
    await expect(download(url, at('short'), quick)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(existsSync(at('short'))).toBe(false);
  });
});
