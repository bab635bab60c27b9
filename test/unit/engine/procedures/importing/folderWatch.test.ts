// Watched folders with real files, a real media worker and the real queue: what comes, grows, changes, breaks, goes and
// comes back.
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { JobQueue } from '../../../../../src/engine/collection/jobs/jobQueue.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { createEventBus } from '../../../../../src/engine/host/eventBus.ts';
import { watchFolders, type FolderWatch } from '../../../../../src/engine/procedures/importing/folderWatch.ts';
import { createImportRunner } from '../../../../../src/engine/procedures/importing/importJob.ts';
import { WorkerHandle } from '../../../../../src/engine/workers/channel.ts';
import type { MediaHandlers } from '../../../../../src/engine/workers/media.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import { makeMedia } from '../../media/mediaFactory.ts';

let base: string;
let samples: string[];
let folder: string;
let workspaceDir: string;
let open: {
  workspace: Workspace;
  jobs: JobQueue;
  events: ReturnType<typeof createEventBus>;
  watch: FolderWatch;
} | null;
let errors: unknown[];
const media = new WorkerHandle<MediaHandlers>('media', () => spawnNodeWorker('media'));

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'watched-'));
  samples = await Promise.all(
    [0, 1, 2].map((k) =>
      makeMedia(join(base, `s${k}.wav`), {
        format: 'wav',
        audio: { codec: 'pcm_s16le', sample: (n) => 0.4 * Math.sin(n * (0.1 + 0.05 * k)) },
        durationS: 1 + k,
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
  workspaceDir = mkdtempSync(join(base, 'workspace-'));
  errors = [];
  open = null;
});
afterEach(async () => {
  await close();
  if (errors.length) throw new Error(`the watch failed ${errors.length} times`, { cause: errors[0] });
});

function start(): NonNullable<typeof open> {
  const workspace = Workspace.open(workspaceDir);
  const events = createEventBus((thrown) => errors.push(thrown));
  const jobs = new JobQueue(workspace, events);
  jobs.register('import', createImportRunner({ workspace, media, events }));
  jobs.register('embed', { lane: 'compute', run: async () => ({}) });
  jobs.register('project', { lane: 'projection', run: async () => ({}) });
  jobs.start();
  open = {
    workspace,
    jobs,
    events,
    watch: watchFolders({ workspace, jobs, events }, (thrown) => errors.push(thrown), {
      quietMs: 50,
      settleMs: 400,
      againMs: 3_600_000,
    }),
  };
  return open;
}
async function close(): Promise<void> {
  await open?.watch.close();
  await open?.jobs.close();
  open?.workspace.close();
  open = null;
}
const at = (...names: string[]) => join(folder, ...names);
const put = (name: string, sample: number) => {
  mkdirSync(join(at(name), '..'), { recursive: true });
  copyFileSync(samples[sample]!, at(name));
};
const clips = () =>
  open!.workspace.clips
    .many(open!.workspace.clips.ids())
    .map((clip) =>
      [
        clip.absolutePath.slice(folder.length + 1),
        clip.endS,
        ...clip.badges.filter((badge) => badge === 'missing'),
      ].join(' '),
    )
    .toSorted();
const imports = () => open!.jobs.list().filter(({ kind }) => kind === 'import');

async function eventually(what: string, holds: () => boolean): Promise<void> {
  for (const until = Date.now() + 40_000; !holds();) {
    if (Date.now() > until) throw new Error(`waited for ${what}; there is ${JSON.stringify(clips())}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
const clipsBecome = (...expected: string[]) => eventually(expected.join(), () => clips().join() === expected.join());
const quiet = () => eventually('the end of the jobs', () => open!.jobs.list({ active: true }).length === 0);
async function importFolder(watch: boolean): Promise<void> {
  const { jobs } = open!;
  await jobs.settled(
    jobs.add('import', 'Import', { paths: [folder], windowS: 2, hopS: 2, folderLabels: false, embed: false, watch }),
  );
}

test('what comes, changes, goes and comes back is noticed, also in new folders, and cut as by the import before', async () => {
  put('a.wav', 0);
  start();
  await importFolder(true);
  expect(open!.workspace.roots.list()).toMatchObject([{ path: folder, watched: true, mediaCount: 1 }]);
  put('new/deeper/b.wav', 2);
  await clipsBecome('a.wav 1', 'new/deeper/b.wav 2', 'new/deeper/b.wav 3');
  put('a.wav', 1);
  await clipsBecome('a.wav 2', 'new/deeper/b.wav 2', 'new/deeper/b.wav 3');
  renameSync(at('a.wav'), join(base, 'away.wav'));
  await clipsBecome('a.wav 2 missing', 'new/deeper/b.wav 2', 'new/deeper/b.wav 3');
  renameSync(join(base, 'away.wav'), at('a.wav'));
  await clipsBecome('a.wav 2', 'new/deeper/b.wav 2', 'new/deeper/b.wav 3');
  await quiet();
  // The first by hand, one for each that came or changed; embedding after each.
  expect(imports().map(({ status }) => status)).toEqual(['done', 'done', 'done']);
  expect(open!.jobs.list().filter(({ kind }) => kind === 'embed').length).toBe(2);
  expect(open!.workspace.roots.list()).toHaveLength(1);
});

test('a file that is still being written is left until it has stopped growing', async () => {
  put('a.wav', 0);
  start();
  await importFolder(true);
  const bytes = readFileSync(samples[2]!);
  for (let part = 0; part < 10; part++) {
    appendFileSync(at('growing.wav'), bytes.subarray((bytes.length * part) / 10, (bytes.length * (part + 1)) / 10));
    expect(clips()).toEqual(['a.wav 1']);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  await clipsBecome('a.wav 1', 'growing.wav 2', 'growing.wav 3');
  await quiet();
  expect(imports()).toHaveLength(2);
});

test('what happened while nothing ran is found at the next start; a broken file is tried once, and again when it has changed', async () => {
  put('a.wav', 0);
  put('b.wav', 1);
  start();
  await importFolder(true);
  await close();
  put('c.wav', 2);
  rmSync(at('b.wav'));
  writeFileSync(at('broken.wav'), 'no sound');
  start();
  await clipsBecome('a.wav 1', 'b.wav 2 missing', 'c.wav 2', 'c.wav 3');
  await quiet();
  expect(imports()).toHaveLength(2);
  expect(open!.jobs.detail(imports()[0]!.id).items).toMatchObject([{ path: at('broken.wav'), code: 'DECODE_FAILED' }]);
  await close();
  start();
  put('d.wav', 0);
  await eventually('d', () => clips().includes('d.wav 1'));
  await quiet();
  expect(open!.jobs.detail(imports()[0]!.id)).toMatchObject({ total: 1, items: [] });
  put('broken.wav', 1);
  await eventually('the mended file', () => clips().includes('broken.wav 2'));
});

test('folders are not watched unless asked; switching it on takes what is there, switching it off ends it', async () => {
  put('a.wav', 0);
  const { workspace, events } = start();
  await importFolder(false);
  const [root] = workspace.roots.list();
  expect(root!.watched).toBe(false);
  put('b.wav', 1);
  await new Promise((resolve) => {
    setTimeout(resolve, 1000);
  });
  expect(clips()).toEqual(['a.wav 1']);
  workspace.roots.watch(root!.id, true);
  events.publish({ type: 'sourcesChanged' });
  await clipsBecome('a.wav 1', 'b.wav 2');
  await quiet();
  workspace.roots.watch(root!.id, false);
  events.publish({ type: 'sourcesChanged' });
  put('c.wav', 0);
  await new Promise((resolve) => {
    setTimeout(resolve, 1000);
  });
  expect(clips()).toEqual(['a.wav 1', 'b.wav 2']);
});

test('a watched folder whose drive is away loses nothing, and goes on when it is back', async () => {
  put('a.wav', 0);
  start();
  await importFolder(true);
  await close();
  renameSync(folder, `${folder}-away`);
  start();
  await new Promise((resolve) => {
    setTimeout(resolve, 700);
  });
  expect(clips()).toEqual(['a.wav 1']);
  await close();
  renameSync(`${folder}-away`, folder);
  put('b.wav', 1);
  start();
  await clipsBecome('a.wav 1', 'b.wav 2');
});
