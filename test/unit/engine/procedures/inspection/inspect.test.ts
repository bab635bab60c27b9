// Inspection through the contract: real media, real workers, a real workspace.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createRouterClient, type RouterClient } from '@orpc/server';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveCheckpoint } from '../../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { sizes } from '../../../../../src/engine/model/config.ts';
import { initialValue } from '../../../../../src/engine/model/initialValue.ts';
import { parameterShapes } from '../../../../../src/engine/model/parameterShapes.ts';
import { createEngine, type Engine } from '../../../../../src/engine/host/engine.ts';
import type { EngineRouter } from '../../../../../src/engine/host/router.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import type { CollectionSweep } from '../../../../../src/shared/contract/inspect.ts';
import type { Job } from '../../../../../src/shared/contract/job.ts';
import { decodeSafetensors } from '../../../../../src/shared/wire/safetensors.ts';
import { makeMedia } from '../../media/mediaFactory.ts';

const base = mkdtempSync(join(tmpdir(), 'cavmae-inspect-'));
const modelId = 'random:tiny:1';
let engine: Engine;
let client: RouterClient<EngineRouter>;
const clipIdOf = (name: string) =>
  engine.context.workspace.clips
    .many(engine.context.workspace.clips.ids())
    .find((clip) => basename(clip.absolutePath) === name)!.id;
const settled = (started: { jobId: number }): Promise<Job> => engine.context.jobs.settled(started.jobId);
const bytesAt = (url: string) => engine.data.get(decodeURIComponent(url.replace('/data/', '')))!;
const tensorsAt = (url: string) => decodeSafetensors(bytesAt(url)).tensors;

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
  client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
  const { status } = await settled(
    await client.collection.import({
      paths: ['one', 'two', 'silent', 'gone'].map((name) => join(base, `${name}.mkv`)),
      embed: false,
    }),
  );
  if (status !== 'done') throw new Error(`the import is ${status}`);
  // A clip whose medium and input are both gone.
  unlinkSync(join(base, 'gone.mkv'));
  rmSync(engine.context.workspace.folder('inputs'), { recursive: true });
});
afterAll(async () => {
  await engine.close();
  rmSync(base, { recursive: true });
});

describe('reconstruct', () => {
  it('gives the documented tensors', async () => {
    const answer = await client.inspect.reconstruct({ clipId: clipIdOf('one.mkv'), modelId });
    const shapes = Object.fromEntries(
      Object.entries(tensorsAt(answer.dataUrl)).map(([name, { shape }]) => [name, shape]),
    );
    expect(shapes).toEqual({
      originalA: [1024, 128],
      predA: [1024, 128],
      maskA: [512],
      errorA: [512],
      originalV: [3, 224, 224],
      predV: [3, 224, 224],
      maskV: [196],
      errorV: [196],
    });
    expect([answer.lossA! > 0, answer.lossV! > 0, answer.perPatchStatistics]).toEqual([true, true, true]);
  });

  it('leaves out what a clip does not have', async () => {
    const answer = await client.inspect.reconstruct({ clipId: clipIdOf('silent.mkv'), modelId });
    expect([answer.lossA, Object.keys(tensorsAt(answer.dataUrl)).filter((name) => name.endsWith('A'))]).toEqual([
      null,
      [],
    ]);
  });

  it('takes a file outside the collection, the same as its clip; an upload is forgotten, its input is not', async () => {
    const ask = (subject: { clipId: number } | { file: string }) =>
      client.inspect.reconstruct({
        ...subject,
        modelId,
        mask: { mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 3 },
      });
    const clip = await ask({ clipId: clipIdOf('one.mkv') });
    const upload = join(engine.context.workspace.folder('uploads'), 'dropped.mkv');
    copyFileSync(join(base, 'one.mkv'), upload);
    const file = await ask({ file: upload });
    expect([file.lossA, file.lossV]).toEqual([clip.lossA, clip.lossV]);
    expect(() => readFileSync(upload)).toThrow(/ENOENT/);
    expect((await ask({ file: upload })).lossA).toBe(clip.lossA);
    const input = await client.inspect.input({ file: upload });
    expect([input.name, input.sound, input.picture, tensorsAt(input.dataUrl).frames!.shape]).toEqual([
      'dropped.mkv',
      true,
      true,
      [10, 224, 224, 3],
    ]);
    expect((await client.collection.summary()).clips).toBe(4);
    expect(readFileSync(join(base, 'one.mkv')).length).toBeGreaterThan(0);
    await expect(ask({ file: join(base, 'nowhere.mkv') })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('an unknown clip is NOT_FOUND; neither or both of clip and file is BAD_INPUT', async () => {
    await expect(client.inspect.reconstruct({ clipId: 999_999, modelId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.inspect.reconstruct({ modelId })).rejects.toMatchObject({
      code: expect.stringMatching(/BAD_/),
    });
    await expect(client.inspect.reconstruct({ modelId, clipId: 1, file: '/x' })).rejects.toMatchObject({
      code: expect.stringMatching(/BAD_/),
    });
  });
});

describe('looking inside', () => {
  it('localises a sound', async () => {
    const { dataUrl } = await client.inspect.localise({ clipId: clipIdOf('two.mkv'), modelId });
    expect(tensorsAt(dataUrl)).toMatchObject({ frames: { shape: [10, 14, 14] }, audio: { shape: [8, 64] } });
  });

  it('tells attention of every encoder', async () => {
    const clipId = clipIdOf('two.mkv');
    for (const [stream, tokensA, tokensV] of [
      ['a', 512, 0],
      ['v', 0, 196],
      ['joint', 512, 196],
      ['joint-a', 512, 0],
      ['joint-v', 0, 196],
    ] as const) {
      const answer = await client.inspect.attention({ clipId, modelId, stream, layer: 0, head: null });
      expect([answer.tokensA, answer.tokensV]).toEqual([tokensA, tokensV]);
      const { shape, data } = tensorsAt(answer.dataUrl).weights!;
      expect(shape).toEqual([tokensA + tokensV, tokensA + tokensV]);
      const row = (data as Float32Array).subarray(0, tokensA + tokensV);
      expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 4);
    }
    await expect(client.inspect.attention({ clipId, modelId, stream: 'a', layer: 40 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    await expect(
      client.inspect.attention({ clipId: clipIdOf('silent.mkv'), modelId, stream: 'a' }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('a model of other sizes', () => {
  const other = { audioLength: 512, imgSize: 112 };
  let id: string;
  beforeAll(async () => {
    const [path, config] = [join(base, 'other.safetensors'), { ...sizes.tiny, ...other, normPixLoss: false }];
    await saveCheckpoint(path, {
      kind: 'cavmae',
      config,
      tensors: [...parameterShapes(config, 'cavmae', 0)].map(
        ([name, shape]) => [name, { shape, data: initialValue(config, name, shape, 1) }] as const,
      ),
    });
    ({ id } = await client.models.add({ path }));
  });

  it('tells its sizes, and reconstructs on its own grids', async () => {
    expect((await client.models.list()).find((model) => model.id === id)).toMatchObject(other);
    const answer = await client.inspect.reconstruct({
      clipId: clipIdOf('one.mkv'),
      modelId: id,
      mask: { mode: 'time', ratioA: 0.5, ratioV: 0.75, seed: 4 },
    });
    const tensors = tensorsAt(answer.dataUrl);
    expect(Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]))).toEqual({
      originalA: [512, 128],
      predA: [512, 128],
      maskA: [256],
      errorA: [256],
      originalV: [3, 112, 112],
      predV: [3, 112, 112],
      maskV: [49],
      errorV: [49],
    });
    const removed = (name: string) => [...tensors[name]!.data].flatMap((gone, patch) => (gone ? [patch] : []));
    expect(await client.inspect.drawMask({ mode: 'time', ratioA: 0.5, ratioV: 0.75, seed: 4, ...other })).toEqual({
      handA: removed('maskA'),
      handV: removed('maskV'),
    });
  });

  it('gives the window the frames that the model gets', async () => {
    const clipId = clipIdOf('one.mkv');
    const { frames } = tensorsAt((await client.inspect.input({ clipId, imgSize: 112 })).dataUrl);
    expect(frames!.shape.slice(1)).toEqual([112, 112, 3]);
    const { originalV } = tensorsAt((await client.inspect.reconstruct({ clipId, modelId: id, frame: 2 })).dataUrl);
    const size = 112 * 112;
    const worst = (originalV!.data as Float32Array).reduce(
      (most, value, i) =>
        Math.max(
          most,
          Math.abs(value - Number(frames!.data[2 * size * 3 + (i % size) * 3 + Math.floor(i / size)]) / 255),
        ),
      0,
    );
    expect(worst).toBeLessThan(1e-5);
  });

  it('measures its error on its own grids', async () => {
    const { audio, visual } = tensorsAt(
      (await client.inspect.errorMap({ clipId: clipIdOf('one.mkv'), modelId: id, masks: 1 })).dataUrl,
    );
    expect([audio!.shape, visual!.shape]).toEqual([
      [8, 32],
      [7, 7],
    ]);
  });
});

describe('loss and error', () => {
  it('sweeps mask ratios beside a control', async () => {
    const points = await client.inspect.sweep({ clipId: clipIdOf('one.mkv'), modelId, ratios: [0.25, 0.75] });
    expect(points.map(({ ratio }) => ratio)).toEqual([0.25, 0.75]);
    expect(points.every((point) => Object.values(point).every(Number.isFinite))).toBe(true);
    await expect(
      client.inspect.sweep({ clipId: clipIdOf('silent.mkv'), modelId, ratios: [0.5] }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('sweeps the collection: the mean of its clips’ own sweeps, of those with sound and picture', async () => {
    const ratios = [0.3, 0.8];
    const job = await settled(await client.inspect.collectionSweep({ modelId, ratios, seed: 2 }));
    const result = job.result as CollectionSweep;
    expect([job.status, result.clips, result.of, result.modelId]).toEqual(['done', 2, 2, modelId]);
    const own = await Promise.all(
      ['one.mkv', 'two.mkv'].map((name) => client.inspect.sweep({ clipId: clipIdOf(name), modelId, ratios, seed: 2 })),
    );
    for (const [i, point] of result.points.entries())
      for (const key of ['lossA', 'lossV', 'controlA', 'controlV'] as const)
        expect(point[key]).toBeCloseTo((own[0]![i]![key] + own[1]![i]![key]) / 2, 5);
  });

  it('measures the error per patch: the mean over the masks that hide it', async () => {
    const clipId = clipIdOf('one.mkv');
    const { dataUrl, stored } = await client.inspect.errorMap({ clipId, modelId, masks: 3 });
    const { audio, visual } = tensorsAt(dataUrl);
    expect([stored, audio!.shape, visual!.shape]).toEqual([false, [8, 64], [14, 14]]);
    const [sum, hidden] = [new Float64Array(512), new Float64Array(512)];
    for (let seed = 0; seed < 3; seed++) {
      const one = tensorsAt(
        (
          await client.inspect.reconstruct({
            clipId,
            modelId,
            mask: { mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed },
          })
        ).dataUrl,
      );
      for (let i = 0; i < 512; i++) {
        sum[i]! += one.maskA!.data[i]! * one.errorA!.data[i]!;
        hidden[i]! += one.maskA!.data[i]!;
      }
    }
    expect(hidden.some((count) => count === 0)).toBe(true);
    for (let i = 0; i < 512; i++) {
      if (hidden[i] === 0) expect(audio!.data[i]).toBeNaN();
      else expect(audio!.data[i]! / (sum[i]! / hidden[i]!)).toBeCloseTo(1, 4);
    }
  });

  it('scores every clip as a job, and keeps its error per patch', async () => {
    const job = await settled(await client.inspect.errorScores({ modelId, masks: 2 }));
    expect(job).toMatchObject({ status: 'done', failures: 1, result: { clips: 3 } });
    const { clipIds, columns } = await client.clips.columns({ names: ['error'], modelId });
    expect(columns.error![clipIds.indexOf(clipIdOf('one.mkv'))]).toBeGreaterThan(0);
    const kept = await client.inspect.errorMap({ clipId: clipIdOf('one.mkv'), modelId, masks: 2 });
    expect([kept.stored, kept.masks]).toEqual([true, 2]);
    expect(
      Object.keys(
        tensorsAt((await client.inspect.errorMap({ clipId: clipIdOf('silent.mkv'), modelId, masks: 2 })).dataUrl),
      ),
    ).toEqual(['visual']);
    // More masks than were stored, or another model, are computed.
    expect((await client.inspect.errorMap({ clipId: clipIdOf('one.mkv'), modelId, masks: 3 })).stored).toBe(false);
    expect(
      (await client.inspect.errorMap({ clipId: clipIdOf('one.mkv'), modelId: 'random:tiny:2', masks: 2 })).stored,
    ).toBe(false);
  });
});

describe('export', () => {
  it.each(['webp', 'gif'] as const)('animates the growing mask as %s', async (format) => {
    const { dataUrl, name } = await client.inspect.animation({
      clipId: clipIdOf('one.mkv'),
      modelId,
      steps: 4,
      format,
    });
    const { pages, loop, format: found, width } = await sharp(bytesAt(dataUrl), { animated: true }).metadata();
    expect([name, found, pages, loop, width]).toEqual([
      `one-mask-sweep.${format}`,
      format,
      4,
      0,
      8 + 1024 + 8 + 224 + 8,
    ]);
  });

  it('puts clips on one page that needs nothing else, and names those it could not', async () => {
    const clipIds = ['one.mkv', 'silent.mkv', 'gone.mkv'].map(clipIdOf);
    const path = join(base, 'gallery.html');
    const job = await settled(await client.inspect.gallery({ clipIds, modelId, path }));
    expect(job).toMatchObject({ status: 'done', failures: 1, result: { clips: 2, file: path } });
    const html = readFileSync(path, 'utf8');
    expect([...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, name]) => name)).toEqual(['one.mkv', 'silent.mkv']);
    expect(html.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(12);
    expect(html.match(/(src|href)="(?!data:)/g)).toBeNull();
    expect(/<header>.*?<\/header>/s.exec(html)![0]).toContain('gone.mkv');
    const kept = await settled(await client.inspect.gallery({ clipIds: clipIds.slice(0, 1), modelId }));
    expect(new TextDecoder().decode(bytesAt((kept.result as { dataUrl: string }).dataUrl))).toContain(
      '<h2>one.mkv</h2>',
    );
  });
});
