import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { extract } from 'tar-stream';
import { expect, it } from 'vitest';
import { createDatasetsProcedures } from '../../../../../src/engine/procedures/datasets/datasets.ts';
import { createExportDatasetRunner } from '../../../../../src/engine/procedures/datasets/exportDatasetJob.ts';
import type { JobParams, JobState } from '../../../../../src/shared/contract/jobKinds.ts';
import { readCsv } from '../../../../../src/engine/collection/labels/safeCsv.ts';
import { media, newFolder } from '../../collection/openWorkspace.ts';
import { collectionContext } from '../collectionContext.ts';
import { scoredWorkspace } from '../estimates/scoredWorkspace.ts';

type State = JobState<'exportDataset'>;

function open() {
  const scored = scoredWorkspace(2);
  const { workspace, classId } = scored;
  workspace.annotations.set({ clipIds: [1, 12], classId, value: 'positive' });
  workspace.classifiers.use(scored.classifierId);
  const { context } = collectionContext(workspace);
  let cuts = 0;
  const cutter = (input: { path: string; startS: number; endS: number; outputPath: string }): Promise<object> => {
    cuts++;
    writeFileSync(input.outputPath, `${path.basename(input.path)} ${input.startS} ${input.endS}`);
    return Promise.resolve({});
  };
  context.media = { calls: { preview: cutter, cutSound: cutter } } as never;
  context.jobs.register('exportDataset', createExportDatasetRunner(context));
  const run = async (
    params: JobParams<'exportDataset'>,
    { state = null, killAfter = Infinity }: { state?: State | null; killAfter?: number } = {},
  ) => {
    const failed: string[] = [];
    let [saved, saves] = [state, 0];
    const work = createExportDatasetRunner(context).run({
      jobId: 1,
      params,
      state,
      signal: new AbortController().signal,
      progress: () => {},
      itemFailed: (item: { message: string }) => void failed.push(item.message),
      saveState: (next: State) => {
        saved = structuredClone(next);
        if (++saves >= killAfter) throw new Error('killed');
      },
    } as never);
    const result = await work.catch((thrown: unknown) => {
      if ((thrown as Error).message !== 'killed') throw thrown;
      return null;
    });
    return { result, failed, saved };
  };
  return {
    ...scored,
    run,
    cuts: () => cuts,
    client: createRouterClient(createDatasetsProcedures(context)),
  };
}
const read = (...parts: string[]): string => readFileSync(path.join(...parts), 'utf8');

it('writes tables of everything that is known of a subset, with a manifest', async () => {
  const { run } = open();
  const folder = path.join(newFolder(), 'out');
  const clipIds = [1, 2, 12];
  const { result } = await run({ path: folder, layout: 'tables', clipIds, scope: 'three clips' });
  expect(readdirSync(folder).toSorted()).toEqual([
    'clips.csv',
    'clips.parquet',
    'dataset.json',
    'labels.csv',
    'labels.parquet',
    'metadata.csv',
    'predictions.csv',
    'predictions.parquet',
  ]);
  expect(result!.clips).toBe(3);
  const clips = readCsv(read(folder, 'clips.csv')).rows.map(({ cells }) => cells);
  expect(clips[0]!.slice(0, 6)).toEqual(['clip', 'path', 'start', 'end', 'kind', 'labels']);
  expect(clips.slice(1).map((cells) => [cells[0], cells[5], cells[8]])).toEqual([
    ['1', 'call', 'north'],
    ['2', '', 'north'],
    ['12', 'call', 'south'],
  ]);
  expect(readCsv(read(folder, 'labels.csv')).rows).toHaveLength(3);
  expect(readCsv(read(folder, 'predictions.csv')).rows).toHaveLength(4);
  expect(JSON.parse(read(folder, 'dataset.json'))).toMatchObject({
    subset: 'three clips',
    clips: 3,
    recordings: 2,
    classifier: { name: 'calls', clips: 3 },
  });
});

it('lays out a Hugging Face folder, and goes on where it was killed', async () => {
  const { run, cuts } = open();
  const folder = path.join(newFolder(), 'out');
  const params = { path: folder, layout: 'videofolder' as const, clipIds: [1, 2, 12], scope: 'all' };
  const { saved } = await run(params, { killAfter: 2 });
  expect(saved!.done).toBe(2);
  await run(params, { state: saved });
  expect(cuts()).toBe(3);
  const lines = read(folder, 'metadata.jsonl')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ file_name, label, site }) => [file_name, label, site])).toEqual([
    ['data/clip-000000001.mp4', 'call', 'north'],
    ['data/clip-000000002.mp4', undefined, 'north'],
    ['data/clip-000000012.mp4', 'call', 'south'],
  ]);
  for (const { file_name } of lines) expect(read(folder, file_name as string)).toMatch(/^night \d+\.mp4 \d+ \d+$/);
  expect(readdirSync(path.join(folder, 'tables'))).toContain('dataset.json');
});

it('packs WebDataset shards in which the files of a sample follow each other', async () => {
  const { run } = open();
  const folder = path.join(newFolder(), 'out');
  await run({ path: folder, layout: 'webdataset', clipIds: [1, 12], scope: 'all' });
  const names: string[] = [];
  const texts = new Map<string, string>();
  const archive = extract();
  archive.end(readFileSync(path.join(folder, 'shard-000000.tar')));
  for await (const entry of archive) {
    names.push(entry.header.name);
    let text = '';
    for await (const piece of entry) text += String(piece);
    texts.set(entry.header.name, text);
  }
  expect(names).toEqual(['clip-000000001.mp4', 'clip-000000001.json', 'clip-000000012.mp4', 'clip-000000012.json']);
  expect(JSON.parse(texts.get('clip-000000012.json')!)).toMatchObject({ clip: 12, label: 'call', site: 'south' });
  expect(texts.get('clip-000000001.mp4')).toBe('night 0.mp4 0 6');
  expect(readdirSync(folder).toSorted()).toEqual(['shard-000000.tar', 'tables']);
});

it('names clips that the layout has no place for, and writes the rest', async () => {
  const { run, workspace } = open();
  const { clipIds } = workspace.media.put(media('/media/set/silent.mp4', { kind: 'image' }, [[0, 0]]));
  const folder = path.join(newFolder(), 'out');
  const { failed } = await run({ path: folder, layout: 'audiofolder', clipIds: [1, ...clipIds], scope: 'all' });
  expect(failed).toEqual([expect.stringContaining('has no sound')]);
  expect(readdirSync(path.join(folder, 'data'))).toEqual(['clip-000000001.wav']);
});

it('takes the clips of a saved view, and refuses an empty subset and a folder that is in use', async () => {
  const { client, workspace } = open();
  workspace.settings.set('views', [
    {
      id: 3,
      name: 'calls',
      filter: { labelled: true },
      sort: { by: 'id', descending: false },
      colourBy: 'label',
      clipIds: null,
    },
  ]);
  const folder = newFolder();
  expect(await client.export({ path: path.join(folder, 'a'), layout: 'tables', viewId: 3 })).toMatchObject({
    clips: 2,
  });
  await expect(client.export({ path: path.join(folder, 'b'), layout: 'tables', viewId: 4 })).rejects.toThrow(
    /no saved view 4/,
  );
  await expect(
    client.export({ path: path.join(folder, 'b'), layout: 'tables', filter: { text: 'nothing like it' } }),
  ).rejects.toThrow(/no clip matches/);
  mkdirSync(path.join(folder, 'c'));
  writeFileSync(path.join(folder, 'c', 'mine.txt'), 'mine');
  await expect(client.export({ path: path.join(folder, 'c'), layout: 'tables' })).rejects.toThrow(/is not empty/);
  await expect(client.export({ path: path.join(folder, 'c', 'mine.txt'), layout: 'tables' })).rejects.toThrow(
    /is a file/,
  );
  expect(read(folder, 'c', 'mine.txt')).toBe('mine');
});
