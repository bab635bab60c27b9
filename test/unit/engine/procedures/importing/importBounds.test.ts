// What an import can cost: bounds per file, and what happens after a crash.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../../../../../src/shared/engineError.ts';
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
import { mostFailuresInARow } from '../../../../../src/engine/procedures/importing/decodeFile.ts';
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

/** A media worker that decodes nothing itself. */
const pretended = (
  prepare: (path: string, startS: number) => Promise<void>,
  durationS = 1,
): Pick<typeof media, 'calls'> => ({
  calls: {
    hash: ({ path }: { path: string }) => Promise.resolve({ contentHash: `hash of ${path}` }),
    probe: ({ path }: { path: string }) =>
      Promise.resolve({
        kind: 'audio',
        durationS,
        stretches: [{ startS: 0, endS: durationS }],
        container: 'wav',
        sampleRateHz: 16_000,
        channels: 1,
        audioTracks: 1,
        audioTrack: 1,
        width: null,
        height: null,
        frameRateHz: null,
        videoCodec: null,
        audioCodec: 'pcm_s16le',
        rotation: 0,
        salvaged: false,
        sizeBytes: 1,
        modifiedMs: 0,
        path,
      }),
    prepare: async ({ path, startS }: { path: string; startS: number }) => {
      await prepare(path, startS);
      return { badges: [] };
    },
  } as never,
});

test('a tiny file that claims centuries is imported as what it holds, at once', async () => {
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc(384, 90)]);
  const header = Buffer.from('YUV4MPEG2 W16 H16 F1:2000000000 Ip A1:1 C420jpeg\n');
  writeFileSync(at('x.y4m'), Buffer.concat([header, frame, frame, frame]));
  await makeMedia(at('days.mp4'), {
    format: 'mp4',
    video: { codec: 'mpeg4', rate: 25, timeMs: (n) => n * 24 * 3_600_000 },
    durationS: 0.12,
  });
  put('z.mkv', 0);
  const began = performance.now();
  const { added, clips } = await run();
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(added).toBeGreaterThanOrEqual(1);
  expect(clips).toBeLessThan(20);
  expect(records().some((clip) => clip.absolutePath === at('z.mkv'))).toBe(true);
});

test('a file whose windows fail one after another is given up, and told in one line', async () => {
  writeFileSync(at('hollow.wav'), 'x');
  let tries = 0;
  const prepare = (_: string, startS: number) => {
    tries++;
    return startS < 10 ? Promise.resolve() : Promise.reject(new EngineError('DECODE_FAILED', 'nothing there'));
  };
  const { clips, failed } = await run({}, {}, runner(pretended(prepare, 100_000)));
  expect([clips, tries]).toEqual([1, mostFailuresInARow + 2]);
  expect(failed).toHaveLength(1);
  expect(failed[0]!.message).toMatch(/^21 of 10000 windows cannot be decoded .*9978 windows after them were left out$/);
});

test('clips are numbered in the order of the files, whichever is decoded first', async () => {
  const names = [...'abcdefgh'].map((name) => `${name}.wav`);
  for (const name of names) writeFileSync(at(name), name);
  const prepare = (path: string) =>
    new Promise<void>((resolve) => setTimeout(resolve, path.endsWith('a.wav') ? 80 : path.charCodeAt(0) % 7));
  await run({}, {}, runner(pretended(prepare)));
  expect(
    workspace.clips.many(workspace.clips.ids().toSorted((x, y) => x - y)).map((clip) => clip.absolutePath),
  ).toEqual(names.map((name) => at(name)));
});

test('after a crash the files in work come first and alone; one that ends the process again is left out', async () => {
  for (const name of ['a.wav', 'b.wav', 'c.wav', 'd.wav']) writeFileSync(at(name), name);
  const note = join(workspace.folder('runs'), 'import-1.json');
  const atWork = new Set<string>();
  let most = 0;
  const prepare = async (path: string) => {
    atWork.add(path);
    if (path <= at('c.wav')) most = Math.max(most, atWork.size);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atWork.delete(path);
  };
  // The process was killed while b and c were in work.
  writeFileSync(note, JSON.stringify({ paths: [at('b.wav'), at('c.wav')], alone: false }));
  expect(await run({}, {}, runner(pretended(prepare)))).toMatchObject({ added: 4, failed: [] });
  expect(most).toBe(1);
  expect(existsSync(note)).toBe(false);

  // And again while b was tried alone.
  workspace.removeMedia(workspace.media.places().map(({ mediaId }) => mediaId));
  writeFileSync(note, JSON.stringify({ paths: [at('b.wav')], alone: true }));
  const { added, failed } = await run({}, {}, runner(pretended(prepare)));
  expect(added).toBe(3);
  expect(failed).toMatchObject([{ path: at('b.wav'), message: expect.stringContaining('ended twice') }]);
});

test('the file in work is written down before it is decoded', async () => {
  writeFileSync(at('a.wav'), 'a');
  const note = join(workspace.folder('runs'), 'import-1.json');
  let written = '';
  const prepare = () => {
    written = readFileSync(note, 'utf8');
    return Promise.resolve();
  };
  await run({}, {}, runner(pretended(prepare)));
  expect(JSON.parse(written)).toEqual({ paths: [at('a.wav')], alone: false });
});
