// The import job on a real workspace and a real media worker.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  readdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { JobQueue } from '../../../../../src/engine/collection/jobs/jobQueue.ts';
import type { JobContext } from '../../../../../src/engine/collection/jobs/jobTypes.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import {
  createImportRunner,
  type ImportParams,
  type ImportResult,
  type ImportState,
} from '../../../../../src/engine/procedures/importing/importJob.ts';
import { WorkerHandle } from '../../../../../src/engine/workers/channel.ts';
import type { MediaHandlers } from '../../../../../src/engine/workers/media.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import type { ItemFailure } from '../../../../../src/shared/contract/errors.ts';
import type { EngineEvent } from '../../../../../src/shared/contract/system.ts';
import { makeMedia } from '../../media/mediaFactory.ts';

let base: string;
let folder: string;
let samples: string[];
let workspace: Workspace;
let events: EngineEvent[];
const media = new WorkerHandle<MediaHandlers>('media', () => spawnNodeWorker('media'));

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'import-'));
  samples = await Promise.all(
    [0, 1, 2].map((k) =>
      makeMedia(join(base, `s${k}.mkv`), {
        format: 'matroska',
        video: { codec: 'libx264', level: (x) => 40 + 40 * k + (x % 20) },
        audio: { codec: 'flac' },
        durationS: 1 + k / 10,
      }),
    ),
  );
});
afterAll(() => {
  media.stop('closed', true);
  rmSync(base, { recursive: true, force: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(base, 'media-'));
  workspace = Workspace.open(mkdtempSync(join(base, 'workspace-')));
  events = [];
});
afterEach(() => workspace.close());

const runner = (worker: Pick<typeof media, 'calls'> = media) =>
  createImportRunner({
    workspace,
    media: worker as typeof media,
    events: { publish: (event) => events.push(event), subscribe: () => () => undefined },
  });
const params = (change: Partial<ImportParams> = {}): ImportParams => ({
  paths: [folder],
  windowS: 10,
  hopS: 10,
  folderLabels: false,
  embed: false,
  ...change,
});

/** `failed`: what was told item by item. */
type Outcome = ImportResult & { failed: ItemFailure[] };

async function run(
  change: Partial<ImportParams> = {},
  over: Partial<JobContext<ImportParams, ImportState>> = {},
  using = runner(),
): Promise<Outcome> {
  const failed: ItemFailure[] = [];
  const result = await using.run({
    jobId: 1,
    params: params(change),
    state: null,
    saveState: () => undefined,
    signal: new AbortController().signal,
    progress: () => undefined,
    itemFailed: (failure) => failed.push(failure),
    retryItems: null,
    stopReason: () => null,
    ...over,
  });
  return { ...result, failed };
}
const at = (...names: string[]) => join(folder, ...names);
const put = (name: string, sample: number) => {
  mkdirSync(join(at(name), '..'), { recursive: true });
  copyFileSync(samples[sample]!, at(name));
};
const records = () =>
  workspace.clips
    .many(workspace.clips.ids())
    .sort((a, b) =>
      a.absolutePath === b.absolutePath ? a.startS - b.startS : a.absolutePath < b.absolutePath ? -1 : 1,
    );

test('good files become clips with inputs and thumbnails, bad ones are named, and nothing is done twice', async () => {
  put('a.mkv', 0);
  put('sub/ü 日本.mkv', 1);
  writeFileSync(at('empty.mp4'), '');
  writeFileSync(at('broken.mp4'), 'no video at all');
  writeFileSync(at('notes.txt'), 'passed by');
  const first = await run();
  expect(first).toMatchObject({ added: 2, known: 0, changed: 0, clips: 2 });
  expect(first.failed).toMatchObject([
    { path: at('broken.mp4'), code: 'DECODE_FAILED' },
    { path: at('empty.mp4'), code: 'DECODE_FAILED', message: expect.stringContaining('0 bytes') },
  ]);
  expect(records().map((clip) => [clip.absolutePath, clip.startS, clip.endS])).toEqual([
    [at('a.mkv'), 0, 1],
    [at('sub', 'ü 日本.mkv'), 0, 1.1],
  ]);
  expect(readdirSync(join(workspace.path, 'inputs')).sort()).toEqual(
    records()
      .map((clip) => `${clip.contentHash.slice(0, 16)}-0-${clip.endS * 1000}.safetensors`)
      .sort(),
  );
  expect(readdirSync(join(workspace.path, 'thumbnails'))).toHaveLength(2);
  expect(
    events
      .filter((event) => event.type === 'clipsChanged')
      .reduce((sum, event) => sum + (event as { added: number }).added, 0),
  ).toBe(2);
  expect(await run()).toMatchObject({ added: 0, known: 2, changed: 0, clips: 2 });
});

test('a folder is one source however deep its files lie, none where it gave nothing, and an upload keeps its own', async () => {
  put('deep/er/a.mkv', 0);
  put('b/c.mkv', 1);
  const uploads = workspace.roots.ensureFolder(join(workspace.path, 'uploads'));
  mkdirSync(join(base, 'nothing'), { recursive: true });
  writeFileSync(join(base, 'nothing', 'broken.mkv'), 'x');
  await run();
  await run({ paths: [join(base, 'nothing')] });
  expect(
    workspace.roots.list().map(({ id, path, mediaCount }) => [id === uploads ? 'uploads' : path, mediaCount]),
  ).toEqual([
    ['uploads', 0],
    [folder, 2],
  ]);
});

test('touched, moved, changed and copied files keep their identity', async () => {
  put('a.mkv', 0);
  put('b.mkv', 1);
  await run();
  const [a, b] = records();
  utimesSync(at('a.mkv'), 1000, 1000);
  expect(await run()).toMatchObject({ added: 0, known: 2, changed: 0 });
  mkdirSync(at('elsewhere'));
  renameSync(at('a.mkv'), at('elsewhere', 'renamed.mkv'));
  expect(await run()).toMatchObject({ added: 0, known: 2, changed: 0 });
  expect(workspace.clips.get(a!.id)!.absolutePath).toBe(at('elsewhere', 'renamed.mkv'));
  copyFileSync(samples[2]!, at('b.mkv'));
  expect(await run()).toMatchObject({ added: 0, known: 1, changed: 1 });
  expect(workspace.clips.many(workspace.clips.ids({ mediaIds: [b!.mediaId] })).map((clip) => clip.endS)).toEqual([1.2]);
  copyFileSync(samples[2]!, at('copy.mkv'));
  expect(await run()).toMatchObject({ added: 1, known: 2 });
  const copies = records().filter((clip) => clip.endS === 1.2);
  expect(copies.map((clip) => [clip.absolutePath, clip.badges.includes('duplicate')])).toEqual([
    [at('b.mkv'), false],
    [at('copy.mkv'), true],
  ]);
});

test('a file that vanished is marked, and unmarked when it is back', async () => {
  put('a.mkv', 0);
  put('b.mkv', 1);
  await run();
  renameSync(at('a.mkv'), join(base, 'away.mkv'));
  expect(await run()).toMatchObject({ added: 0, known: 1, failed: [] });
  const marked = () =>
    records()
      .filter((clip) => clip.badges.includes('missing'))
      .map((clip) => clip.absolutePath);
  expect(marked()).toEqual([at('a.mkv')]);
  renameSync(join(base, 'away.mkv'), at('a.mkv'));
  expect(await run()).toMatchObject({ added: 0, known: 2 });
  expect(marked()).toEqual([]);
});

test('long files become windows, and other windows on demand', async () => {
  await makeMedia(at('long.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 25 });
  expect(await run()).toMatchObject({ added: 1, clips: 3 });
  expect(records().map((clip) => [clip.startS, clip.endS, clip.badges.includes('cut')])).toEqual([
    [0, 10, true],
    [10, 20, true],
    [20, 25, true],
  ]);
  const [first] = records();
  expect(await run({ windowS: 10, hopS: 5 })).toMatchObject({ added: 0, changed: 1, clips: 4 });
  expect(
    records()
      .map((clip) => clip.startS)
      .sort((x, y) => x - y),
  ).toEqual([0, 5, 10, 15]);
  expect(records().some((clip) => clip.id === first!.id && clip.startS === 0)).toBe(true);
});

test('stopped at any file, it ends with the same counts and clips as undisturbed', async () => {
  for (let k = 0; k < 9; k++) put(`f${k}.mkv`, k % 3);
  writeFileSync(at('f4x.mp4'), 'broken');
  let state: ImportState | null = null;
  let result: Outcome | null = null;
  const failed: ItemFailure[] = [];
  let stops = 0;
  while (!result) {
    const abort = new AbortController();
    let done = 0;
    // Only what was saved counts, as after a kill: the state is frozen as text. Each try gets one file further, since a state that was not
    // saved in time means walking over the known files again.
    result = await run(
      {},
      {
        state,
        signal: abort.signal,
        itemFailed: (failure) => failed.push(failure),
        saveState: (saved) => {
          state = JSON.parse(JSON.stringify(saved)) as ImportState;
        },
        progress: () => {
          if (++done > 3 + stops) abort.abort();
        },
      },
    ).catch((thrown: { code?: string; name?: string }) => {
      expect(thrown.code === 'CANCELLED' || thrown.name === 'AbortError').toBe(true);
      stops++;
      return null;
    });
  }
  expect(stops).toBeGreaterThan(1);
  expect(result).toMatchObject({ added: 9, known: 0, changed: 0, clips: 9 });
  expect(failed).toMatchObject([{ path: at('f4x.mp4') }]);
  expect(records()).toHaveLength(9);
});

test('a state saved before the last files were stored still counts them as added', async () => {
  for (let k = 0; k < 4; k++) put(`f${k}.mkv`, k % 3);
  let early: ImportState | null = null;
  await run(
    {},
    {
      saveState: (saved) => {
        early ??= JSON.parse(JSON.stringify(saved)) as ImportState;
      },
    },
  );
  expect(early).toMatchObject({ added: 0, last: null });
  expect(await run({}, { state: early })).toMatchObject({ added: 4, known: 0, clips: 4 });
});

test('failures are tried again alone', async () => {
  put('good.mkv', 0);
  writeFileSync(at('late.mkv'), 'not yet');
  const first = await run();
  put('late.mkv', 1);
  put('new.mkv', 2);
  expect(await run({}, { retryItems: first.failed })).toMatchObject({ added: 1, known: 0, failed: [] });
  expect(records()).toHaveLength(2);
});

test('folders and a list give labels, and what a person said stays', async () => {
  put('dogs/a.mkv', 0);
  put('cats/b.mkv', 1);
  put('c.mkv', 2);
  writeFileSync(at('labels.csv'), 'File,Label\ndogs/a.mkv,woof\nb.mkv,meow\nnone.mkv,x\n');
  const result = await run({ folderLabels: true, labels: at('labels.csv') });
  expect(result.failed).toMatchObject([{ path: `${at('labels.csv')}:4`, code: 'NOT_FOUND' }]);
  const named = (schemaName: string) => {
    const schema = workspace.schemas.byName(schemaName)!;
    const classes = new Map(schema.classes.map((known) => [known.id, known.name]));
    return workspace.annotations
      .labelled(schema.id)
      .map((label) => [workspace.clips.get(label.clipId)!.absolutePath, classes.get(label.classId)])
      .sort();
  };
  expect(named('Folders')).toEqual([
    [at('cats/b.mkv'), 'cats'],
    [at('dogs/a.mkv'), 'dogs'],
  ]);
  expect(named('labels')).toEqual([
    [at('cats/b.mkv'), 'meow'],
    [at('dogs/a.mkv'), 'woof'],
  ]);
  const clipId = workspace.clips.ids({ text: 'a.mkv' })[0]!;
  const cats = workspace.schemas.byName('Folders')!.classes.find((known) => known.name === 'cats')!;
  workspace.annotations.set({ clipIds: [clipId], classId: cats.id, value: 'positive' });
  await run({ folderLabels: true });
  expect(named('Folders')).toEqual([
    [at('cats/b.mkv'), 'cats'],
    [at('dogs/a.mkv'), 'cats'],
  ]);
});

test('through the queue: a paused import goes on, and inputs that were dropped are made again', async () => {
  for (let k = 0; k < 6; k++) put(`f${k}.mkv`, k % 3);
  const jobs = new JobQueue(workspace, { publish: (event) => events.push(event) });
  jobs.register('import', runner());
  jobs.start();
  const jobId = jobs.add('import', 'Import', params());
  jobs.pause(jobId);
  jobs.resume(jobId);
  const job = await jobs.settled(jobId);
  expect([job.status, job.result]).toMatchObject(['done', { added: 6, clips: 6 }]);
  expect(job.failures).toBe(0);
  await jobs.close();
  const { ensureClipInput } = await import('../../../../../src/engine/media/clipInput.ts');
  const [clip] = records();
  const path = await ensureClipInput({ workspace, media }, clip!);
  rmSync(path);
  await ensureClipInput({ workspace, media }, clip!);
  expect(existsSync(path)).toBe(true);
});
