import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileResponse, parseRange } from '../../../../src/engine/media/fileResponse.ts';

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ranges-'));
  path = join(folder, 'x.mp4');
  writeFileSync(path, '0123456789');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const get = (headers: Record<string, string> = {}, method = 'GET') =>
  fileResponse(new Request('http://x/', { headers, method }), path, {
    contentType: 'video/mp4',
    cacheControl: 'no-cache',
  });

test.each([
  ['bytes=0-3', { first: 0, last: 3 }],
  ['bytes=4-', { first: 4, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-99', { first: 0, last: 9 }],
  ['bytes=8-99', { first: 8, last: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-2', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=0-1,4-5', 'whole'],
  ['items=0-1', 'whole'],
  ['bytes=a-b', 'whole'],
  [null, 'whole'],
])('range %s of ten bytes', (header, expected) => expect(parseRange(header, 10)).toEqual(expected));

test('whole, part, and what lies outside', async () => {
  const whole = (await get())!;
  expect([
    whole.status,
    await whole.text(),
    whole.headers.get('content-length'),
    whole.headers.get('accept-ranges'),
  ]).toEqual([200, '0123456789', '10', 'bytes']);
  const part = (await get({ range: 'bytes=2-5' }))!;
  expect([
    part.status,
    await part.text(),
    part.headers.get('content-range'),
    part.headers.get('content-length'),
  ]).toEqual([206, '2345', 'bytes 2-5/10', '4']);
  const outside = (await get({ range: 'bytes=20-' }))!;
  expect([outside.status, outside.headers.get('content-range')]).toEqual([416, 'bytes */10']);
});

test('validators: 304 when unchanged, the whole file when the range was for another version, HEAD without a body', async () => {
  const etag = (await get({}, 'HEAD'))!.headers.get('etag')!;
  expect((await get({ 'if-none-match': etag }))!.status).toBe(304);
  expect((await get({ range: 'bytes=0-1', 'if-range': etag }))!.status).toBe(206);
  expect((await get({ range: 'bytes=0-1', 'if-range': '"other"' }))!.status).toBe(200);
  const head = (await get({}, 'HEAD'))!;
  expect([head.headers.get('content-length'), await head.text()]).toEqual(['10', '']);
});

test('nothing for a folder, a missing file or one that is refused', async () => {
  const options = { contentType: 'video/mp4', cacheControl: 'no-cache' };
  const request = new Request('http://x/');
  expect(await fileResponse(request, folder, options)).toBeNull();
  expect(await fileResponse(request, join(folder, 'none'), options)).toBeNull();
  expect(await fileResponse(request, path, { ...options, accept: ({ sizeBytes }) => sizeBytes === 11 })).toBeNull();
});
