// The current model of a workspace: what follows it, and what stays of each when another is used. Real media and
// workers.
import { createRouterClient, type RouterClient } from '@orpc/server';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { createEngine, type Engine } from '../../../../../src/engine/host/engine.ts';
import type { EngineRouter } from '../../../../../src/engine/host/router.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import type { Job } from '../../../../../src/shared/contract/job.ts';
import type { EngineEvent } from '../../../../../src/shared/contract/system.ts';
import { smallConfig, smallTensors } from '../../checkpoint/smallCheckpoint.ts';
import { makeMedia } from '../../media/mediaFactory.ts';

const base = mkdtempSync(join(tmpdir(), 'cavmae-current-'));
const [first, second] = ['random:tiny:1', 'random:tiny:2'];
const events: EngineEvent[] = [];
let engine: Engine;
let client: RouterClient<EngineRouter>;

const settled = ({ jobId }: { jobId: number }): Promise<Job> => engine.context.jobs.settled(jobId);
async function idle(): Promise<void> {
  for (;;) {
    const [active] = await client.jobs.list({ active: true });
    if (!active) return;
    await settled({ jobId: active.id });
  }
}
async function importClips(...names: string[]): Promise<void> {
  await client.collection.import({ paths: names.map((name) => join(base, `${name}.mkv`)) });
  await idle();
}
const setOf = async (modelId: string) => (await client.embeddings.sets()).find((set) => set.modelId === modelId);
const clusterColumn = async () => (await client.clips.columns({ names: ['cluster'] })).columns.cluster;
const mapOf = async (modelId: string) => {
  const setId = (await setOf(modelId))?.id;
  return (await client.projections.list()).findLast((map) => map.setId === setId && map.settled);
};

beforeAll(async () => {
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  await Promise.all(
    names.map((name, n) =>
      makeMedia(join(base, `${name}.mkv`), {
        format: 'matroska',
        video: { codec: 'libx264', level: (x: number) => 30 * n + (x % 30) },
        audio: { codec: 'flac' },
        durationS: 1 + n / 10,
      }),
    ),
  );
  await saveCheckpoint(join(base, 'small.safetensors'), {
    kind: 'cavmae',
    config: smallConfig,
    tensors: smallTensors(),
  });
  engine = await createEngine({ workspaceDir: join(base, 'workspace'), host: 'cli', spawn: spawnNodeWorker });
  engine.context.events.subscribe((event) => events.push(event));
  client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
});
afterAll(async () => {
  await engine.close();
  rmSync(base, { recursive: true });
});

describe('the current model', () => {
  it('is the shipped one in a fresh workspace', async () => {
    expect((await client.models.list()).filter(({ current }) => current)).toMatchObject([{ id: 'shipped', clips: 0 }]);
  });

  it('is what imports embed with, and whose map is drawn', async () => {
    expect(await client.models.use({ modelId: first })).toEqual({ model: first, embedded: 0, missing: 0, jobId: null });
    await importClips('one', 'two', 'three', 'four');
    expect(await client.embeddings.sets()).toMatchObject([{ modelId: first, count: 4, current: true }]);
    expect(await mapOf(first)).toMatchObject({ points: 4 });
  });

  it('leaves nothing of another model in use, and says with which one nothing is embedded', async () => {
    await settled(await client.projections.cluster({ minSize: 2 }));
    expect((await client.projections.clusters()).length).toBeGreaterThanOrEqual(0);
    const before = await clusterColumn();
    expect(before!.some((value) => value !== null)).toBe(true);
    expect(await client.models.use({ modelId: second })).toMatchObject({ model: second, embedded: 0, missing: 4 });
    expect(events).toContainEqual({ type: 'currentModelChanged', modelId: second, setId: null });
    expect((await client.collection.summary()).embedded).toBe(0);
    expect((await clusterColumn())!.every((value) => value === null)).toBe(true);
    expect(await client.projections.clusters()).toEqual([]);
    await expect(client.search.similar({ positives: [1] })).rejects.toMatchObject({
      message: expect.stringContaining(second!),
    });
    expect(await client.models.use({ modelId: first })).toMatchObject({ embedded: 4, missing: 0 });
    expect(await clusterColumn()).toEqual(before);
    expect((await client.search.similar({ positives: [1], k: 3 })).length).toBe(3);
  });

  it('embeds and draws what is missing when it is asked to', async () => {
    const { jobId } = await client.models.use({ modelId: second, embed: true });
    expect(await settled({ jobId: jobId! })).toMatchObject({ status: 'done' });
    expect([await setOf(first), await setOf(second)]).toMatchObject([
      { count: 4, current: false },
      { count: 4, current: true },
    ]);
    expect(await mapOf(second)).toMatchObject({ points: 4 });
    expect((await client.models.use({ modelId: second, embed: true })).jobId).toBeNull();
  });

  it('embeds clips that are imported later, and they reach its map', async () => {
    await importClips('five', 'six');
    expect([await setOf(first), await setOf(second)]).toMatchObject([{ count: 4 }, { count: 6 }]);
    expect((await mapOf(second))!.points).toBe(6);
  });

  it('completes a set that is half there instead of starting again', async () => {
    expect(await client.models.use({ modelId: first })).toMatchObject({ embedded: 4, missing: 2 });
    expect((await settled(await client.embeddings.start({}))).result).toMatchObject({ embedded: 2, skipped: 4 });
    expect(await setOf(first)).toMatchObject({ count: 6 });
  });

  it('keeps reconstruction errors of each model', async () => {
    const error = async (modelId?: string) =>
      (await client.clips.columns({ names: ['error'], modelId })).columns.error![0];
    await settled(await client.inspect.errorScores({ masks: 1 }));
    await settled(await client.inspect.errorScores({ modelId: second, masks: 1 }));
    expect(await error()).toBe(await error(first));
    expect(await error(second)).not.toBe(await error(first));
    const clipId = (await client.clips.ids({})).clipIds[0]!;
    for (const modelId of [first, second])
      expect(await client.inspect.errorMap({ clipId, modelId, masks: 1 })).toMatchObject({ stored: true });
  });

  it('that was refused changes nothing', async () => {
    await expect(client.models.use({ modelId: 'no-such-model' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.models.use({ modelId: 'base' })).rejects.toThrow('has not been downloaded');
    expect(engine.context.workspace.vectors.modelId()).toBe(first);
  });

  it('whose file is gone is named as missing; what was embedded with it still answers, and another can be used', async () => {
    const { id, path } = await client.models.add({ path: join(base, 'small.safetensors'), name: 'Harbour' });
    const { jobId } = await client.models.use({ modelId: id, embed: true });
    await settled({ jobId: jobId! });
    expect((await client.models.list()).find((model) => model.id === id)).toMatchObject({
      state: 'ready',
      current: true,
      clips: 6,
      missing: 0,
      sets: [{ clips: 6 }],
      speed: { clips: 6 },
    });
    await expect(client.models.remove({ modelId: id })).rejects.toMatchObject({ code: 'CONFLICT' });
    rmSync(path!);
    expect((await client.models.list()).find((model) => model.id === id)).toMatchObject({
      state: 'missing',
      current: true,
      clips: 6,
    });
    await expect(client.embeddings.start({})).rejects.toMatchObject({
      code: 'NOT_FOUND',
      data: { hint: expect.stringContaining('Add it again, or use another model') },
    });
    expect((await client.search.similar({ positives: [1], k: 3 })).length).toBe(3);
    expect(await client.models.use({ modelId: first })).toMatchObject({ embedded: 6, missing: 0 });
    expect(await client.models.dependents({ modelId: id })).toMatchObject({ current: false, clips: 6, maps: 1 });
    await client.models.remove({ modelId: id, embeddings: true });
    expect((await client.models.list()).some((model) => model.id === id)).toBe(false);
    expect((await client.embeddings.sets()).map(({ modelId }) => modelId)).toEqual([first, second]);
  });
});
