// Hostile content and hostile questions about it, asked over the real web host by somebody who is signed in: nothing
// outside leaks or is written.
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src/engine/host/engine.ts';
import { createFetchApp } from '../../src/engine/host/fetchApp.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';
import { startWebHost, type WebHost } from '../../src/main/web/webHost.ts';
import { syntheticMedia } from './syntheticWorkspace.ts';

const secret = 'SECRET-OUTSIDE-EVERY-FOLDER';
let folder: string;
let engine: Engine;
let host: WebHost;
let clipIds: number[];
const at = (name: string): string => path.join(folder, name);

async function put(name: string, bytes: string): Promise<number> {
  const file = at(`media/${name}`);
  await writeFile(file, bytes);
  const { size, mtimeMs } = await stat(file);
  return engine.context.workspace.media.put({
    ...syntheticMedia(1),
    absolutePath: file,
    sizeBytes: size,
    modifiedMs: Math.round(mtimeMs),
    contentHash: name,
    clips: [{ startS: 0, endS: 5, badges: [] }],
  }).clipIds[0]!;
}
const ask = (target: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${host.port}${target}`, {
    ...init,
    headers: { authorization: `Bearer ${host.bearer}`, ...init.headers },
  });
const rpc = async (procedure: string, input: unknown): Promise<{ status: number; text: string }> => {
  const response = await ask(`/rpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ json: input }),
  });
  return { status: response.status, text: await response.text() };
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-content-'));
  await mkdir(at('media'));
  await writeFile(at('secret.txt'), secret);
  engine = await createEngine({ workspaceDir: at('workspace'), host: 'cli', spawn: spawnNodeWorker });
  host = await startWebHost({ app: createFetchApp(engine, { pageDir: null }), port: 0, log: () => {} });
  clipIds = [
    await put('a.mp4', 'x'.repeat(1000)),
    await put('swapped.mp4', 'y'.repeat(secret.length)),
    await put('=HYPERLINK("http:evil").mp4', 'z'),
  ];
});
afterAll(async () => {
  await host.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('ranges gone wrong', () => {
  it.each([
    ['bytes=0-', 206],
    ['bytes=999-999', 206],
    ['bytes=-1', 206],
    ['bytes=1000-', 416],
    ['bytes=5-2', [200, 416]],
    ['bytes=-0', [200, 416]],
    ['bytes=0-99999999999999999999', 206],
    ['bytes=a-b', [200, 416]],
    ['bytes=0-1,2-3', [200, 206, 416]],
    [`bytes=${Array.from({ length: 1000 }, (_, i) => `${i}-${i}`).join(',')}`, [200, 206, 416, 431]],
    ['bytes=--5', [200, 416]],
    ['items=0-5', 200],
    ['bytes=9007199254740993-', 416],
    ['bytes=0x1-0x2', [200, 416]],
  ] as [string, number | number[]][])('%s', async (range, expected) => {
    const response = await ask(`/media/clips/${clipIds[0]}/source`, { headers: { range } });
    expect([expected].flat()).toContain(response.status);
    // Never more than the file has.
    expect((await response.arrayBuffer()).byteLength).toBeLessThanOrEqual(1000);
  });
});

describe('a known medium', () => {
  it('that became a link to something else is not served, whatever its size', async () => {
    const file = at('media/swapped.mp4');
    const { mtime } = await stat(file);
    await rm(file);
    await symlink(at('secret.txt'), file);
    const answer = await ask(`/media/clips/${clipIds[1]}/source`);
    expect(answer.status).toBe(409);
    expect(await answer.text()).not.toContain(secret);
    // Even the same size is another file while its time differs.
    expect((await stat(at('secret.txt'))).mtimeMs).not.toBe(mtime.getTime());
  });

  it('that is gone is said to be, with the next step', async () => {
    const gone = await put('gone.mp4', 'soon');
    await rm(at('media/gone.mp4'));
    const answer = await ask(`/media/clips/${gone}/source`);
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', detail: { hint: 'Relink its folder.' } },
    });
  });

  it.each([
    'clips/1.5/source',
    'clips/-1/source',
    'clips/1e3/source',
    'clips/0x1/source',
    'clips/1%2f..%2f2/source',
    'clips/999999/source',
    'clips/NaN/source',
    'clips/1/frames/-1.jpg',
    'clips/1/frames/10.jpg',
    'clips/1/frames/%2e%2e.jpg',
    'clips/1/frames/0x0.jpg',
  ])('has no %s', async (what) => {
    expect([400, 404]).toContain((await ask(`/media/${what}`)).status);
  });
});

describe('what is imported', () => {
  it('writes nothing outside by the names in an archive (zip slip)', async () => {
    const names = [
      '../../../slipped.txt',
      '/tmp/slipped-absolute.txt',
      'archive/../../slipped.txt',
      String.raw`..\..\slipped.txt`,
      'archive/data.pkl',
    ];
    await writeFile(
      at('slip.pth'),
      zipSync(Object.fromEntries(names.map((name) => [name, new TextEncoder().encode(secret)])), { level: 0 }),
    );
    const before = await readdir(folder, { recursive: true });
    const { status, text } = await rpc('models/add', { path: at('slip.pth') });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toMatch(/BAD_INPUT|CHECKPOINT_MISMATCH/);
    const after = await readdir(folder, { recursive: true });
    expect(after.filter((name) => !before.includes(name) && /slip/.test(name))).toEqual([]);
    expect(
      await stat('/tmp/slipped-absolute.txt').then(
        () => true,
        () => false,
      ),
    ).toBe(false);
  });

  it('does not pollute prototypes by labels in JSON, nor by classes of that name', async () => {
    await writeFile(
      at('labels.json'),
      '{"data":[{"wav":"a.mp4","video_id":"a","labels":"__proto__","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}]}',
    );
    await writeFile(at('labels.csv'), 'path,label\na.mp4,__proto__\na.mp4,constructor\na.mp4,toString\n');
    for (const [file, format] of [
      ['labels.json', 'cavmae-json'],
      ['labels.csv', 'csv'],
    ] as const) {
      const { status } = await rpc('annotations/import', { path: at(file), format });
      expect([200, 400]).toContain(status);
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.prototype.toString.call({})).toBe('[object Object]');
  });
});

describe('what is exported', () => {
  it('runs no formula in a spreadsheet', async () => {
    const { text } = await rpc('schemas/create', {
      name: 'Evil',
      classes: ['=1+1', '+cmd|calc', '-2+3', '@SUM(1)', '\t=1', 'plain'],
    });
    const { id, classes } = (JSON.parse(text) as { json: { id: number; classes: { id: number }[] } }).json;
    for (const { id: classId } of classes)
      expect((await rpc('annotations/set', { clipIds: [clipIds[2]], classId })).status).toBe(200);
    await rpc('annotations/set', { clipIds: [clipIds[0]], classId: classes[0]!.id });
    const answer = await rpc('annotations/export', { path: at('labels-out.csv'), format: 'csv', schemaId: id });
    expect(answer.status).toBe(200);
    const { files } = (JSON.parse(answer.text) as { json: { files: string[] } }).json;
    const written = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
    const cells = written
      .split('\n')
      .flatMap((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
      .map((cell) => cell.replace(/^"/, ''));
    expect(cells.length).toBeGreaterThan(5);
    // Numbers may be negative; anything else that a spreadsheet would run must not begin a cell.
    expect(
      cells.filter((cell) => /^[=+@\t]/.test(cell) || (cell.startsWith('-') && Number.isNaN(Number(cell)))),
    ).toEqual([]);
    expect(written).toContain("'=1+1");
  });
});

describe('questions about folders', () => {
  it.each([
    ['a file', 'secret.txt'],
    ['nothing there', 'nowhere'],
    ['no folder of ours', 'media'],
  ])('opens no workspace from %s', async (_, name) => {
    const { status, text } = await rpc('workspaces/open', { path: at(name), create: true });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain(secret);
    expect(await readdir(at('media'))).not.toContain('workspace.db');
  });

  it('turns strangers away after so many requests in a minute, and still serves the owner', async () => {
    const stranger = (): Promise<number> =>
      fetch(`http://127.0.0.1:${host.port}/rpc/clips/list`, { method: 'POST' }).then((response) => response.status);
    const answers: number[] = [];
    for (let i = 0; i < 320; i += 20) answers.push(...(await Promise.all(Array.from({ length: 20 }, stranger))));
    expect(answers.slice(0, 200).every((status) => status === 401)).toBe(true);
    expect(answers.at(-1)).toBe(429);
    expect((await rpc('clips/list', {})).status).toBe(200);
  });
});
