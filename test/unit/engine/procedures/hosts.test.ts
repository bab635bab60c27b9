// The host's own small parts: upload names, the shelf of bulk answers, the event stream, error codes.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ORPCError } from '@orpc/server';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browseFolder } from '../../../../src/engine/procedures/importing/browseFolder.ts';
import { createDataShelf } from '../../../../src/engine/host/dataShelf.ts';
import { createEventBus } from '../../../../src/engine/host/eventBus.ts';
import { eventStream, maxWaiting, mostStreams } from '../../../../src/engine/host/eventStream.ts';
import { errorInterceptor, toEngineError } from '../../../../src/engine/host/orpcErrors.ts';
import { access } from '../../../../src/shared/contract/access.ts';
import { readOnlyInterceptor } from '../../../../src/engine/host/readOnlyGuard.ts';
import { safeFileName, storeUpload } from '../../../../src/engine/host/upload.ts';
import { contract } from '../../../../src/shared/contract/index.ts';
import { EngineError } from '../../../../src/shared/engineError.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-hosts-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('upload', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\me\\dog.mp4', 'dog.mp4'],
    ['.bashrc', 'bashrc'],
    ['a\u0000b.mp4', 'a_b.mp4'],
    ['con.txt', '_con.txt'],
    ['', 'upload'],
    ['..', 'upload'],
    ['küche 1.mp4', 'küche 1.mp4'],
    ['x/', 'upload'],
  ])('turns %j into %j', (given, safe) => expect(safeFileName(given)).toBe(safe));

  it('makes any name a plain file name of bounded length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (given) => {
        const name = safeFileName(given);
        // oxlint-disable-next-line no-control-regex -- a NUL is what must not be there
        expect(name).not.toMatch(/[/\\\u0000]|^\.|\.$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(256);
        expect(path.dirname(path.join('/w', name))).toBe('/w');
      }),
    );
  });

  const upload = (body: string, headers: Record<string, string> = { 'x-file-name': 'a.mp4' }) =>
    new Request('http://x/upload', { method: 'POST', body, headers });

  it('stores what was sent under its own folder', async () => {
    const file = await storeUpload(upload('hello', { 'x-file-name': encodeURIComponent('../ä.mp4') }), folder, 100);
    expect(path.basename(file)).toBe('ä.mp4');
    expect(path.dirname(path.dirname(file))).toBe(folder);
    expect(await readFile(file, 'utf8')).toBe('hello');
  });

  it('refuses too much, and leaves nothing behind', async () => {
    await expect(storeUpload(upload('x'.repeat(101)), folder, 100)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([[{}], [{ 'x-file-name': '%E0%A4%A' }]])('refuses headers %j', async (headers: Record<string, string>) => {
    await expect(storeUpload(upload('x', headers), folder, 100)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('data shelf', () => {
  it('drops the oldest when full and keeps the newest', () => {
    const shelf = createDataShelf(10);
    shelf.put('a', new Uint8Array(6));
    expect(shelf.put('b c', new Uint8Array(6))).toBe('/data/b%20c');
    expect(shelf.get('a')).toBeNull();
    expect(shelf.get('b c')?.length).toBe(6);
    shelf.put('huge', new Uint8Array(100));
    expect(shelf.get('huge')?.length).toBe(100);
  });
});

describe('event stream', () => {
  const cluster = (count: number) => ({ type: 'clipsChanged' as const, added: count });

  it('yields events in order and ends with its signal', async () => {
    const bus = createEventBus();
    const stop = new AbortController();
    const stream = eventStream(bus, stop.signal);
    const first = stream.next();
    bus.publish(cluster(1));
    bus.publish(cluster(2));
    expect((await first).value).toEqual(cluster(1));
    expect((await stream.next()).value).toEqual(cluster(2));
    const waiting = stream.next();
    stop.abort();
    expect((await waiting).done).toBe(true);
  });

  it('holds one progress message per map for a slow reader', async () => {
    const bus = createEventBus();
    const stream = eventStream(bus);
    const first = stream.next();
    for (let epoch = 0; epoch < 5000; epoch++)
      bus.publish({ type: 'projectionMoved', projectionId: 1, epoch, epochs: 5000, settled: false });
    expect((await first).value).toMatchObject({ epoch: 4999 });
  });

  it('lets a reader go that is too far behind, rather than remember without bound', async () => {
    const bus = createEventBus();
    const stream = eventStream(bus);
    const first = stream.next();
    for (let k = 0; k < maxWaiting + 10; k++) bus.publish(cluster(k));
    expect((await first).value).toEqual(cluster(0));
    let seen = 1;
    while (!(await stream.next()).done) seen++;
    expect(seen).toBe(maxWaiting);
  });

  it('are so many and no more; an ended one makes room', async () => {
    const bus = createEventBus();
    const stop = new AbortController();
    const streams = Array.from({ length: mostStreams }, () => eventStream(bus, stop.signal));
    const waiting = streams.map((stream) => stream.next());
    await expect(eventStream(bus).next()).rejects.toMatchObject({ code: 'CONFLICT' });
    stop.abort();
    await Promise.all(waiting);
    const again = eventStream(bus);
    const next = again.next();
    bus.publish(cluster(1));
    expect((await next).value).toEqual(cluster(1));
  });

  it('goes on when a listener throws', () => {
    const thrown: unknown[] = [];
    const bus = createEventBus((error) => thrown.push(error));
    const heard: number[] = [];
    bus.subscribe(() => {
      throw new Error('mine');
    });
    bus.subscribe((event) => heard.push(event.type === 'clipsChanged' ? event.added : 0));
    bus.publish(cluster(3));
    expect(heard).toEqual([3]);
    expect(thrown).toHaveLength(1);
  });
});

describe('errors', () => {
  const through = (thrown: unknown) =>
    errorInterceptor(() => {})({ path: ['a', 'b'], next: () => Promise.reject(thrown) });

  it('keeps code, message and detail', async () => {
    await expect(through(new EngineError('NOT_FOUND', 'no clip 7', { field: 'clipId' }))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
      message: 'no clip 7',
      data: { field: 'clipId' },
      defined: true,
    });
  });

  it('wraps the unknown once, and logs it', async () => {
    const logged: string[] = [];
    const log = (where: string) => void logged.push(where);
    await expect(
      errorInterceptor(log)({ path: ['a', 'b'], next: () => Promise.reject(new TypeError('x is undefined')) }),
    ).rejects.toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(logged).toEqual(['a.b']);
    expect(toEngineError(new ORPCError('INTERNAL', { message: 'again' })).code).toBe('INTERNAL');
  });

  it('tells a full disk and a cancellation', () => {
    expect(toEngineError(Object.assign(new Error('write'), { code: 'ENOSPC' })).code).toBe('DISK_FULL');
    expect(toEngineError(new DOMException('gone', 'AbortError')).code).toBe('CANCELLED');
  });
});

describe('read-only mode', () => {
  it('lets exactly the listed procedures through, all of which exist', async () => {
    const guard = readOnlyInterceptor(true);
    const names = Object.entries(contract).flatMap(([noun, procedures]) =>
      Object.keys(procedures).map((verb) => `${noun}.${verb}`),
    );
    const classified = Object.entries(access).flatMap(([noun, verbs]) =>
      Object.entries(verbs).map(([verb, kind]) => [`${noun}.${verb}`, kind]),
    );
    expect(classified.map(([name]) => name).toSorted()).toEqual(names.toSorted());
    const allowed: string[] = [];
    for (const name of names) {
      await guard({ path: name.split('.'), next: async () => allowed.push(name) }).catch(
        (error: ORPCError<string, unknown>) => expect(error.code).toBe('READ_ONLY'),
      );
    }
    expect(allowed.toSorted()).toEqual(
      classified.flatMap(([name, kind]) => (kind === 'read' ? [name] : [])).toSorted(),
    );
    expect(allowed).toEqual(expect.arrayContaining(['clips.list', 'inspect.attention', 'inspect.errorMap']));
    expect(
      allowed.filter((name) =>
        /\.(set|create|update|remove|import|undo|redo|start|rename|use|add|addClass|cancel|pause|resume|retry|relink|demo|stop|predict|download)$/.test(
          name,
        ),
      ),
    ).toEqual([]);
    for (const path of [['clips'], ['clips', 'list', 'x'], ['constructor', 'name'], ['clips', 'toString']])
      await expect(guard({ path, next: async () => null })).rejects.toMatchObject({ code: 'READ_ONLY' });
  });
});

describe('browse', () => {
  it('names what is wrong with a folder', async () => {
    await expect(browseFolder(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(browseFolder(import.meta.filename)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('lists folders before files', async () => {
    const listing = await browseFolder(path.resolve(import.meta.dirname, '..'));
    expect(listing.entries[0]?.kind).toBe('folder');
    expect(listing.parent).toBe(path.resolve(import.meta.dirname, '../..'));
  });
});
