// Embedding through the contract: real media, real workers, a real workspace.
import { mkdtempSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../../../../src/engine/host/engine.ts';
import type { EngineRouter } from '../../../../../src/engine/host/router.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import type { EngineEvent } from '../../../../../src/shared/contract/system.ts';
import type { Job } from '../../../../../src/shared/contract/job.ts';
import { decodeNpy } from '../../../../../src/shared/wire/npy.ts';
import { makeMedia } from '../../media/mediaFactory.ts';

const base = mkdtempSync(join(tmpdir(), 'cavmae-embed-'));
const modelId = 'random:tiny:1';
let engine: Engine;
let client: RouterClient<EngineRouter>;
const events: EngineEvent[] = [];
const clipIdOf = (name: string) =>
  engine.context.workspace.clips
    .many(engine.context.workspace.clips.ids())
    .find((clip) => basename(clip.absolutePath) === name)!.id;

async function settled(started: { jobId: number }): Promise<Job> {
  return engine.context.jobs.settled(started.jobId);
}

beforeAll(async () => {
  const video = (level: number) => ({ codec: 'libx264' as const, level: (x: number) => level + (x % 30) });
  await Promise.all([
    makeMedia(join(base, 'one.mkv'), { format: 'matroska', video: video(40), audio: { codec: 'flac' }, durationS: 1 }),
    makeMedia(join(base, 'two.mkv'), {
      format: 'matroska',
      video: video(120),
      audio: { codec: 'flac' },
      durationS: 1.2,
    }),
    makeMedia(join(base, 'silent.mkv'), { format: 'matroska', video: video(90), durationS: 1 }),
    makeMedia(join(base, 'gone.mkv'), { format: 'matroska', video: video(10), durationS: 1 }),
  ]);
  engine = await createEngine({ workspaceDir: join(base, 'workspace'), host: 'cli', spawn: spawnNodeWorker });
  engine.context.events.subscribe((event) => events.push(event));
  client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
  const { status } = await settled(
    await client.collection.import({
      paths: ['one', 'two', 'silent', 'gone'].map((name) => join(base, `${name}.mkv`)),
      embed: false,
    }),
  );
  if (status !== 'done') throw new Error(`the import is ${status}`);
});
afterAll(async () => {
  await engine.close();
  rmSync(base, { recursive: true });
});

describe('embed', () => {
  it('embeds what can be, names what cannot, and does nothing twice', async () => {
    const { workspace } = engine.context;
    const inputs = workspace.folder('inputs');
    // A clip whose medium and input are both gone cannot be embedded.
    unlinkSync(join(base, 'gone.mkv'));
    rmSync(inputs, { recursive: true });
    const job = await settled(await client.embeddings.start({ modelId }));
    expect(job).toMatchObject({ status: 'done', failures: 1, done: 4, total: 4 });
    expect(job.result).toMatchObject({ embedded: 3, skipped: 0, failed: 1 });
    expect((await client.jobs.get({ jobId: job.id })).items).toMatchObject([
      { path: join(base, 'gone.mkv'), code: expect.stringMatching(/NOT_FOUND|DECODE_FAILED/) },
    ]);
    expect(await client.embeddings.sets()).toMatchObject([{ modelId, dim: 64, count: 3, current: true }]);
    expect(events.some((event) => event.type === 'embeddingsChanged')).toBe(true);
    const again = await settled(await client.embeddings.start({ modelId }));
    expect(again.result).toMatchObject({ embedded: 0, skipped: 3, failed: 1 });
    const rows = (space: 'joint' | 'audio', name: string) =>
      workspace.vectors.rows(workspace.vectors.current()!.setId, space, [clipIdOf(name)]);
    expect(rows('audio', 'silent.mkv').every(Number.isNaN)).toBe(true);
    expect(rows('joint', 'silent.mkv').every(Number.isFinite)).toBe(true);
    expect(rows('joint', 'one.mkv')).not.toEqual(rows('joint', 'two.mkv'));
  });

  it('never mixes precisions: another one begins a second set, which becomes the current one', async () => {
    const { vectors } = engine.context.workspace;
    const first = vectors.current()!;
    const { precision, count } = vectors.get(first.setId);
    const other = precision === 'int8' ? 'float32' : 'int8';
    const embed = async (asked: 'auto' | 'float32' | 'int8') =>
      (await settled(await client.embeddings.start({ modelId, precision: asked, device: 'cpu' }))).result;
    expect(await embed(other)).toMatchObject({ embedded: count, precision: other, device: 'cpu' });
    const second = vectors.current()!;
    expect(second.setId).not.toBe(first.setId);
    expect(vectors.get(second.setId)).toMatchObject({ modelId, precision: other, count, device: 'cpu' });
    const int8 = vectors.get(precision === 'int8' ? first.setId : second.setId);
    expect(int8.agreement).toMatchObject({ clips: 3, neighboursEach: 10 });
    expect(int8.agreement!.leastCosine).toBeGreaterThan(0.999);
    const ids = [clipIdOf('one.mkv')];
    const [one, two] = [first, second].map(({ setId }) => vectors.rows(setId, 'joint', ids)) as [
      Float32Array,
      Float32Array,
    ];
    expect(one).not.toEqual(two);
    // What is there is continued, whichever precision it has; nothing is embedded twice.
    expect(await embed('auto')).toMatchObject({ embedded: 0, precision: other });
    expect(await embed(precision)).toMatchObject({ embedded: 0, skipped: count, precision });
    expect(vectors.current()!.setId).toBe(first.setId);
    await expect(client.embeddings.start({ modelId, precision: 'int8', device: 'gpu' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('says in the doctor’s report what computed the vectors', async () => {
    const { embeddings, extraction } = await client.system.doctor({});
    expect(extraction!.gpus.every((name) => name !== ('cpu' as string))).toBe(true);
    expect(embeddings!.map(({ precision }) => precision).toSorted()).toEqual(['float32', 'int8']);
    expect(embeddings!.every(({ reason, count }) => reason!.length > 5 && count === 3)).toBe(true);
  });

  it('refuses a model there is none of before a job is made', async () => {
    await expect(client.embeddings.start({ modelId: 'no-such-model' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('exports NumPy matrices whose rows are the lines of clips.csv, and Parquet lists with null for a missing modality', async () => {
    const { workspace } = engine.context;
    const folder = join(base, 'out');
    const npy = await settled(await client.embeddings.export({ path: folder, format: 'npy' }));
    expect((npy.result as { files: string[] }).files).toEqual(
      ['joint.npy', 'audio.npy', 'visual.npy', 'clips.csv'].map((name) => join(folder, name)),
    );
    const lines = readFileSync(join(folder, 'clips.csv'), 'utf8').trim().split('\n').slice(1);
    const joint = decodeNpy(readFileSync(join(folder, 'joint.npy')));
    expect([joint.shape, lines.length]).toEqual([[3, 64], 3]);
    const second = Number(lines[1]!.split(',')[0]);
    expect(joint.data.subarray(64, 128)).toEqual(
      workspace.vectors.rows(workspace.vectors.current()!.setId, 'joint', [second]),
    );
    const some = join(base, 'some');
    await settled(await client.embeddings.export({ path: some, format: 'npy', spaces: ['joint'], clipIds: [second] }));
    expect(decodeNpy(readFileSync(join(some, 'joint.npy'))).data).toEqual(joint.data.subarray(64, 128));
    const { jobId } = await client.embeddings.export({ path: join(base, 'no'), format: 'npy', clipIds: [999_999] });
    const none = await engine.context.jobs.settled(jobId);
    expect([none.status, none.error]).toEqual(['failed', expect.stringMatching(/none of these clips is embedded/)]);
    const file = join(base, 'out.parquet');
    await settled(await client.embeddings.export({ path: file, format: 'parquet', spaces: ['joint', 'audio'] }));
    const rows = (await parquetReadObjects({ file: await asyncBufferFromFile(file) })) as {
      clip: number;
      path: string;
      joint: number[];
      audio: number[] | null;
    }[];
    const silent = rows.find(({ path }) => path.endsWith('silent.mkv'))!;
    expect([rows.length, silent.audio ?? null, silent.joint.length]).toEqual([3, null, 64]);
  });
});
