// The catalogue through its procedures, with downloads from a server of our own in the authors' place.
import { createHash } from 'node:crypto';
import { call } from '@orpc/server';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { convertCheckpoint } from '../../../../../src/engine/checkpoint/convertCheckpoint.ts';
import { loadCheckpoint } from '../../../../../src/engine/checkpoint/loadCheckpoint.ts';
import { officialModel } from '../../../../../src/engine/checkpoint/catalogue/officialModels.ts';
import { parameterCount } from '../../../../../src/engine/checkpoint/parameterCount.ts';
import { saveCheckpoint } from '../../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { writeSafetensors } from '../../../../../src/engine/checkpoint/writeSafetensors.ts';
import { JobQueue } from '../../../../../src/engine/collection/jobs/jobQueue.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { downloadJob } from '../../../../../src/engine/procedures/models/downloadJob.ts';
import type { EngineContext } from '../../../../../src/engine/procedures/engineContext.ts';
import { createModelsProcedures } from '../../../../../src/engine/procedures/models/models.ts';
import type { EngineEvent } from '../../../../../src/shared/contract/system.ts';
import { smallConfig, smallTensors, temporaryFolder } from '../../checkpoint/smallCheckpoint.ts';

const at = temporaryFolder();
let made = 0;
let workspace: Workspace;
let jobs: JobQueue;
let models: ReturnType<typeof createModelsProcedures>;
let server: Server;
let served: Buffer;
let breaks: number;
const heard: EngineEvent[] = [];
const list = async () => call(models.list, {});
const state = async (id: string) => (await list()).find((model) => model.id === id)?.state;

beforeEach(async () => {
  await saveCheckpoint(at('small.safetensors'), { kind: 'cavmae', config: smallConfig, tensors: smallTensors() });
  await convertCheckpoint(at('small.safetensors'), at('small.pth'));
  served = readFileSync(at('small.pth'));
  breaks = 2;
  server = createServer((request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start ? 206 : 200, {
      'content-length': served.length - start,
      etag: '"1"',
      ...(start && { 'content-range': `bytes ${start}-${served.length - 1}/${served.length}` }),
    });
    if (breaks-- > 0)
      response.write(served.subarray(start, start + 50_000), () => setTimeout(() => response.destroy(), 10));
    else response.end(served.subarray(start));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cav-mae-base-nonorm.pth`;
  workspace = Workspace.open(at(`workspace-${made++}`));
  heard.length = 0;
  const events = {
    publish: (event: EngineEvent) => {
      heard.push(event);
    },
    subscribe: () => () => undefined,
  };
  jobs = new JobQueue(workspace, events);
  const context = { workspace, jobs, events } as unknown as EngineContext;
  const find = (id: string) => {
    const entry = officialModel(id);
    return entry && { ...entry, url, parameters: parameterCount(smallConfig, 'cavmae') };
  };
  jobs.register('download', downloadJob(context, find, { retryMs: 1, stallMs: 3000 }));
  models = createModelsProcedures(context);
  jobs.start();
});
afterEach(async () => {
  await jobs.close();
  workspace.close();
  server.closeAllConnections();
  server.close();
});

describe('models', () => {
  it('adds, lists, exports and removes an own file', async () => {
    const model = await call(models.add, { path: at('small.pth'), name: 'Mine' });
    expect(model).toMatchObject({ id: 'mine', name: 'Mine', origin: 'own', state: 'ready', source: at('small.pth') });
    expect(heard).toContainEqual({ type: 'modelsChanged' });
    const { files } = await call(models.export, {
      modelId: 'mine',
      path: at('out.safetensors'),
      format: 'safetensors',
    });
    expect([...(await loadCheckpoint(files[0]!)).tensors]).toEqual([...smallTensors()]);
    const pth = await call(models.export, { modelId: 'mine', path: at('folder'), format: 'pth' });
    expect(pth.files).toEqual([at('folder/model.pth')]);
    expect((await loadCheckpoint(at('folder/model.pth'))).tensors).toEqual(
      (await loadCheckpoint(at('out.safetensors'))).tensors,
    );
    await expect(
      call(models.export, { modelId: 'mine', path: at('out.pth'), format: 'safetensors' }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const onnx = await call(models.export, { modelId: 'mine', path: at('out.onnx'), format: 'onnx-encoder' });
    expect(existsSync(onnx.files[0]!)).toBe(true);
    await call(models.remove, { modelId: 'mine' });
    expect(await state('mine')).toBeUndefined();
    expect(readdirSync(workspace.folder('models'))).toEqual([]);
  });

  it('does not remove what belongs to the application', async () => {
    await expect(call(models.remove, { modelId: 'shipped' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(call(models.remove, { modelId: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('downloads over a connection that breaks, verifies, and knows what the file does not say', async () => {
    const { jobId } = await call(models.download, { modelId: 'base-nonorm' });
    expect(await state('base-nonorm')).toBe('downloading');
    expect((await call(models.download, { modelId: 'base-nonorm' })).jobId).toBe(jobId);
    expect(await jobs.settled(jobId)).toMatchObject({ status: 'done', result: { modelId: 'base-nonorm' } });
    expect((await list()).find(({ id }) => id === 'base-nonorm')).toMatchObject({
      state: 'ready',
      normPixLoss: false,
      trained: true,
      // The authors publish no hash: what came is kept, and not called the published file.
      verified: { sha256: createHash('sha256').update(served).digest('hex'), published: false },
    });
    expect((await loadCheckpoint(`${workspace.folder('models')}/base-nonorm.safetensors`)).config.normPixLoss).toBe(
      false,
    );
    expect(readdirSync(workspace.folder('models'))).toEqual(['base-nonorm.safetensors']);
    await expect(call(models.download, { modelId: 'base-nonorm' })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('refuses damaged bytes and another model, and keeps nothing of them', async () => {
    served = Buffer.from(served);
    served.writeUInt8(served.readUInt8(served.length >> 1) ^ 255, served.length >> 1);
    const first = await jobs.settled((await call(models.download, { modelId: 'base' })).jobId);
    expect(first).toMatchObject({ status: 'failed', error: expect.stringMatching(/CRC/) });
    expect(readdirSync(workspace.folder('models'))).toEqual([]);
    served = readFileSync(at('small.pth'));
    const second = await jobs.settled((await call(models.download, { modelId: 'as2m-av' })).jobId);
    expect(second).toMatchObject({ status: 'failed', error: expect.stringContaining('0 classes') });
    expect(readdirSync(workspace.folder('models'))).toEqual([]);
    expect(await state('base')).toBe('not-downloaded');
  });

  it('knows a link for every official model', async () => {
    expect((await list()).filter(({ origin, downloadable }) => origin === 'official' && !downloadable)).toEqual([]);
  });

  it('tells the licence of each model', async () => {
    const of = async (id: string) => (await list()).find((model) => model.id === id)!;
    expect(await of('vision-mae-start')).toMatchObject({ licence: 'CC-BY-NC-4.0', trainedOn: 'pictures' });
    expect(await of('scale-plus-plus')).toMatchObject({
      licence: 'BSD-2-Clause',
      licenceNote: expect.stringContaining('CC BY-NC 4.0'),
      trainedOn: 'real',
    });
    expect(await of('shipped')).toMatchObject({ licenceNote: null, trainedOn: 'drawn' });
  });

  it('never gives two models the same name, and renames only to a free one', async () => {
    await call(models.add, { path: at('small.pth') });
    const second = await call(models.add, { path: at('small.pth') });
    expect(second.name).toBe('small (2)');
    const named = await call(models.add, { path: at('small.pth'), name: 'CAV-MAE Base' });
    expect(named.name).toBe('CAV-MAE Base (2)');
    const names = (await list()).map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    expect(await call(models.rename, { modelId: second.id, name: 'Harbour' })).toMatchObject({ name: 'Harbour' });
    await expect(call(models.rename, { modelId: named.id, name: 'harbour' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(call(models.rename, { modelId: 'shipped', name: 'Mine' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('looks into a model’s file', async () => {
    const { id } = await call(models.add, { path: at('small.pth'), name: 'Mine' });
    const { kind, config, tensors, parent } = await call(models.inspect, { modelId: id });
    expect([kind, config!.embedDim, parent]).toEqual(['cavmae', smallConfig.embedDim, null]);
    expect(tensors).toContainEqual({ name: 'modality_a', shape: [1, 1, smallConfig.embedDim], dtype: 'F32' });
    await expect(call(models.inspect, { modelId: 'base' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('pauses a download, keeps what came, and goes on from there', async () => {
    breaks = 1000;
    const { jobId } = await call(models.download, { modelId: 'base-nonorm' });
    await expect.poll(() => jobs.get(jobId)!.done).toBeGreaterThan(0);
    jobs.pause(jobId);
    await expect.poll(() => jobs.get(jobId)!.status).toBe('paused');
    expect((await list()).find(({ id }) => id === 'base-nonorm')).toMatchObject({ state: 'downloading', jobId });
    expect(readdirSync(workspace.folder('models')).some((name) => name.includes('.fetched'))).toBe(true);
    breaks = 0;
    jobs.resume(jobId);
    expect(await jobs.settled(jobId)).toMatchObject({ status: 'done' });
    expect(await state('base-nonorm')).toBe('ready');
  });
});

describe('a file that is no model for us', () => {
  const refusal = (path: string) => call(models.add, { path }).catch((error: unknown) => error as Error);

  it('is refused by family, with the nearest known one, and the catalogue stays as it was', async () => {
    const before = (await list()).length;
    await writeSafetensors(
      at('vit.safetensors'),
      [
        { name: 'blocks.0.attn.qkv.weight', shape: [3], read: () => new Float32Array(3) },
        { name: 'cls_token', shape: [1], read: () => new Float32Array(1) },
      ],
      {},
    );
    expect(await refusal(at('vit.safetensors'))).toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringMatching(/vit\.safetensors is .* another family, a Vision Transformer.*nearest known is a/),
    });
    expect((await list()).length).toBe(before);
  });

  it('is refused for positions it lacks and heads that do not fit', async () => {
    await saveCheckpoint(at('lacking.safetensors'), {
      kind: 'cavmae',
      config: smallConfig,
      tensors: [...smallTensors()].filter(([name]) => name !== 'pos_embed_a'),
    });
    expect(await refusal(at('lacking.safetensors'))).toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: expect.stringContaining('pos_embed_a'),
    });
    await saveCheckpoint(at('heads.safetensors'), {
      kind: 'cavmae',
      config: { ...smallConfig, numHeads: 7 },
      tensors: smallTensors(),
    });
    expect(await refusal(at('heads.safetensors'))).toMatchObject({ message: expect.stringMatching(/heads/i) });
    expect((await list()).filter(({ origin }) => origin === 'own')).toEqual([]);
  });
});
