// The collection's procedures and the demo job, on a real workspace and media worker; the queue only records what is
// asked of it.
import { createRouterClient } from '@orpc/server';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ItemFailure } from '../../../../../src/shared/contract/errors.ts';
import type { JobContext } from '../../../../../src/engine/collection/jobs/jobTypes.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { createCollectionProcedures } from '../../../../../src/engine/procedures/importing/collection.ts';
import {
  createDemoRunner,
  demoSchemaName,
  type DemoParams,
} from '../../../../../src/engine/procedures/importing/demoJob.ts';
import type { EngineContext } from '../../../../../src/engine/procedures/engineContext.ts';
import { createImportRunner, type ImportParams } from '../../../../../src/engine/procedures/importing/importJob.ts';
import { WorkerHandle } from '../../../../../src/engine/workers/channel.ts';
import type { MediaHandlers } from '../../../../../src/engine/workers/media.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import { makeMedia } from '../../media/mediaFactory.ts';

interface Added {
  kind: string;
  params: unknown;
  after: number | undefined;
}

let folder: string;
let workspace: Workspace;
let added: Added[] = [];
const media = new WorkerHandle<MediaHandlers>('media', () => spawnNodeWorker('media'));
const jobs = {
  add: (kind: string, _title: string, params: unknown, options: { after?: number } = {}) =>
    added.push({ kind, params, after: options.after }),
};
const context = () =>
  ({
    workspace,
    media,
    jobs,
    events: { publish: () => undefined, subscribe: () => () => undefined },
  }) as unknown as EngineContext;
const client = () => createRouterClient(createCollectionProcedures(context()));
const jobContext = <P>(params: P) =>
  ({
    jobId: 1,
    params,
    state: null,
    retryItems: null,
    signal: new AbortController().signal,
    saveState: () => undefined,
    progress: () => undefined,
    itemFailed: (failure: ItemFailure) => expect.unreachable(failure.message),
  }) as unknown as JobContext<P, never>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'collection-'));
  workspace = Workspace.open(join(folder, 'workspace'));
});
afterAll(() => {
  media.stop('closed', true);
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

test('an import queues itself, then embedding, then a map, each after the other', async () => {
  const { jobId } = await client().import({ paths: [folder] });
  expect(jobId).toBe(1);
  expect(added).toMatchObject([
    { kind: 'import', params: { paths: [folder], windowS: 10, hopS: 10, folderLabels: false }, after: undefined },
    { kind: 'embed', params: { frames: 10 }, after: 1 },
    { kind: 'project', params: { space: 'joint', neighbors: 15, minDist: 0.1, seed: 1 }, after: 2 },
  ]);
  // Which model embeds is decided when it starts: the current one.
  expect(added[1]!.params).not.toHaveProperty('modelId');
  added = [];
  await client().import({ paths: [folder], embed: false });
  expect(added.map((job) => job.kind)).toEqual(['import']);
  added = [];
});

test('a source is renamed, and removed with its clips; its files stay and get their labels back', async () => {
  const source = join(folder, 'source');
  mkdirSync(source);
  await makeMedia(join(source, 'b.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 1 });
  const params: ImportParams = { paths: [source], windowS: 10, hopS: 10, folderLabels: false, embed: false };
  await createImportRunner(context()).run(jobContext(params));
  const { id: rootId } = (await client().summary()).roots.find(({ path }) => path === source)!;
  expect(await client().renameSource({ rootId, name: 'Field' })).toMatchObject({ id: rootId, name: 'Field' });
  const { classes } = workspace.schemas.create({ name: 'S', multiLabel: false, classes: ['bell'] });
  const clipIds = workspace.clips.ids({ rootIds: [rootId] });
  workspace.annotations.set({ clipIds, classId: classes[0]!.id, value: 'positive' });
  expect(await client().removeSource({ rootId })).toEqual({ removed: 1 });
  expect(await client().summary()).toMatchObject({ clips: 0, roots: [] });
  expect(existsSync(join(source, 'b.wav'))).toBe(true);
  await expect(client().removeSource({ rootId: 999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await createImportRunner(context()).run(jobContext(params));
  expect((await client().summary()).labelled).toBe(1);
  const again = (await client().summary()).roots[0]!;
  await client().removeSource({ rootId: again.id });
});

test('a moved folder is relinked; a folder with none of the files changes nothing; removal leaves the files', async () => {
  const [old, moved, other] = ['old', 'moved', 'other'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(old);
  mkdirSync(other);
  await makeMedia(join(old, 'a.wav'), { format: 'wav', audio: { codec: 'pcm_s16le' }, durationS: 1 });
  const params: ImportParams = { paths: [old], windowS: 10, hopS: 10, folderLabels: false, embed: false };
  await createImportRunner(context()).run(jobContext(params));
  const summary = await client().summary();
  expect(summary).toMatchObject({ media: 1, clips: 1, missing: 0, durationS: 1 });
  const rootId = summary.roots[0]!.id;
  renameSync(old, moved);
  await expect(client().relink({ rootId, path: other })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await client().summary()).roots[0]).toMatchObject({ path: old, available: false });
  expect(await client().relink({ rootId, path: moved })).toEqual({ found: 1, missing: 0 });
  const [clip] = workspace.clips.many(workspace.clips.ids());
  expect(clip!.absolutePath).toBe(join(moved, 'a.wav'));
  await client().removeMedia({ mediaIds: [clip!.mediaId] });
  expect((await client().summary()).clips).toBe(0);
  expect(existsSync(join(moved, 'a.wav'))).toBe(true);
});

test('the demo is made, imported and partly labelled, and a second run makes nothing anew', async () => {
  const run = () => createDemoRunner(context()).run(jobContext<DemoParams>({ clips: 3 }));
  expect(await run()).toMatchObject({ clips: 3, folder: join(workspace.path, 'demo') });
  const schema = workspace.schemas.byName(demoSchemaName)!;
  expect(schema.classes.map((known) => known.name).sort()).toEqual(['bell', 'dog', 'rain']);
  expect(workspace.annotations.labelled(schema.id)).toHaveLength(3);
  expect(added.map((job) => job.kind)).toEqual(['embed', 'project']);
  const before = workspace.clips.ids();
  await run();
  expect(workspace.clips.ids()).toEqual(before);
});
