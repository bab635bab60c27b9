// From labels to a classifier with predictions, with the worker's own handlers called in this process; and again after a restart.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { createClassifiersProcedures } from '../../../../../src/engine/procedures/classifiers/classifiers.ts';
import { WorkerRetryJobQueue } from '../../../../../src/engine/host/retryOnWorkerExit.ts';
import type { EngineContext } from '../../../../../src/engine/procedures/engineContext.ts';
import { createEventBus } from '../../../../../src/engine/host/eventBus.ts';
import { createFinetuneProcedures } from '../../../../../src/engine/procedures/classifiers/finetune.ts';
import { createFinetuneRunner } from '../../../../../src/engine/procedures/classifiers/finetuneJob.ts';
import { createPredictRunner } from '../../../../../src/engine/procedures/classifiers/predictJob.ts';
import { createPretrainProcedures } from '../../../../../src/engine/procedures/pretraining/pretrain.ts';
import { createRunsProcedures } from '../../../../../src/engine/procedures/classifiers/runs.ts';
import {
  runPredictHead,
  runTrainHead,
  type PredictHeadRequest,
  type TrainHeadRequest,
} from '../../../../../src/engine/training/head/headTask.ts';
import { withValues, type WithPlaces } from '../../../../../src/engine/workers/withValues.ts';
import { Random } from '../../../../../src/engine/training/random.ts';
import type { CurvePoint } from '../../../../../src/shared/contract/model.ts';
import { syntheticMedia } from '../../../../reliability/syntheticWorkspace.ts';
import { useNative } from '../../training/nativeTensorflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-classifiers-'));
const DIM = 16;
let opened: ReturnType<typeof open>;

function open() {
  const workspace = Workspace.open(join(folder, 'workspace'));
  const events = createEventBus((thrown) => {
    throw thrown;
  });
  const jobs = new WorkerRetryJobQueue(workspace, events);
  const calls = {
    trainHead: async (
      request: WithPlaces<TrainHeadRequest>,
      { signal, onEvent }: { signal: AbortSignal; onEvent: (point: CurvePoint) => void },
    ) => runTrainHead(await withValues<TrainHeadRequest>(request), { signal, onPoint: onEvent }),
    predictHead: async (request: WithPlaces<PredictHeadRequest>) =>
      runPredictHead(await withValues<PredictHeadRequest>(request)),
  };
  const context = {
    workspace,
    events,
    jobs,
    host: 'cli',
    readOnly: false,
    compute: { calls },
  } as unknown as EngineContext;
  jobs.register('finetune', createFinetuneRunner(context));
  jobs.register('predict', createPredictRunner(context));
  jobs.start();
  const client = createRouterClient({
    finetune: createFinetuneProcedures(context),
    classifiers: createClassifiersProcedures(context),
    runs: createRunsProcedures(context),
    pretrain: createPretrainProcedures(context),
  });
  return { workspace, events, jobs, client };
}

/** 60 files whose class shows in sound and, less clearly, in the picture; every tenth has no sound. */
function fill(workspace: Workspace): { schemaId: number; classIds: number[]; clipIds: number[] } {
  const schema = workspace.schemas.create({ name: 'Sounds', classes: ['bell', 'rain', 'nothing'] });
  const classIds = schema.classes.map(({ id }) => id);
  const clipIds = Array.from({ length: 60 }, (_, i) => {
    const media = syntheticMedia(i);
    return workspace.media.put({ ...media, kind: 'video', clips: [media.clips[0]!] }).clipIds[0]!;
  });
  const random = new Random(4);
  const rows = (strength: number, silent: boolean) =>
    Float32Array.from({ length: 60 * DIM }, (_, at) => {
      const [n, i] = [Math.floor(at / DIM), at % DIM];
      return silent && n % 10 === 9 ? Number.NaN : random.normal() + (i < 4 ? (n % 2 ? strength : -strength) : 0);
    });
  const { setId } = workspace.vectors.set('tiny', DIM);
  const audio = rows(2, true);
  workspace.vectors.append(setId, clipIds, {
    joint: audio.map((x, i) => x + 0.1 * (i % 3)),
    audio,
    visual: rows(1, false),
  });
  for (const k of [0, 1])
    workspace.annotations.set({
      clipIds: clipIds.slice(0, 50).filter((_, n) => n % 2 === k),
      classId: classIds[k]!,
      value: 'positive',
      presence: null,
      source: 'human',
    });
  return { schemaId: schema.id, classIds, clipIds };
}

let ids: ReturnType<typeof fill>;
beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
  opened = open();
  ids = fill(opened.workspace);
});
afterAll(async () => {
  await opened.jobs.close();
  opened.workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a classifier', () => {
  it('is previewed, trained, and predicts the collection', async () => {
    const { client, jobs, workspace, events } = opened;
    const types = new Set<string>();
    events.subscribe((event) => types.add(event.type));
    const preview = await client.finetune.preview({ schemaId: ids.schemaId });
    expect(preview.canTrain).toBe(true);
    expect(preview.classes.map((c) => c.train + c.test)).toEqual([25, 25]);
    expect(preview.warnings.join(' ')).toContain('“nothing” has no labelled clip');
    const { jobId, runId } = await client.finetune.start({ schemaId: ids.schemaId, name: 'First' });
    const job = await jobs.settled(jobId);
    expect(job.status, job.error ?? '').toBe('done');
    const { classifierId } = job.result as { classifierId: number };
    const predicting = jobs.list({}).find((one) => one.kind === 'predict')!;
    // Half of the sound-less clips have a picture-only head to fall back on: nothing fails.
    expect((await jobs.settled(predicting.id)).result).toEqual({ predicted: 60, failed: 0 });
    const classifier = await client.classifiers.get({ classifierId });
    expect(classifier).toMatchObject({ name: 'First', current: true, stale: false, depth: 'head' });
    expect(classifier.metrics.accuracy).toBeGreaterThan(0.8);
    expect(classifier.metrics.attribution.audio).toBeGreaterThan(0.8);
    expect(classifier.metrics.attribution.visual).not.toBeNull();
    expect((await client.runs.list()).find(({ id }) => id === runId)!.curve.length).toBeGreaterThan(1);
    const predictions = await client.classifiers.predictions({ classifierId });
    expect(predictions).toHaveLength(60);
    for (const { probabilities } of predictions)
      expect(probabilities.reduce((sum, p) => sum + p.probability, 0)).toBeCloseTo(1, 4);
    expect(workspace.classifiers.attribution(classifierId, ids.clipIds[0]!)[0]).toMatchObject({
      both: expect.any(Number),
      audio: expect.any(Number),
      visual: expect.any(Number),
    });
    expect(workspace.classifiers.attribution(classifierId, ids.clipIds[9]!)[0]!.audio).toBeNull();
    for (const type of ['classifiersChanged', 'predictionsChanged', 'runProgressed', 'jobChanged'])
      expect(types).toContain(type);
  });

  it('is there after a restart, with threshold, evaluation, card and exports', async () => {
    await opened.jobs.close();
    opened.workspace.close();
    opened = open();
    const { client } = opened;
    const [classifier] = await client.classifiers.list();
    const classifierId = classifier!.id;
    const strict = await client.classifiers.setThreshold({ classifierId, classId: ids.classIds[0]!, threshold: 1 });
    expect(strict.metrics.classes[0]).toMatchObject({ threshold: 1, recall: 0 });
    // Labels set after the training are what it is measured on.
    opened.workspace.annotations.set({
      clipIds: ids.clipIds.slice(50).filter((_, n) => n % 2 === 0),
      classId: ids.classIds[0]!,
      value: 'positive',
      presence: null,
      source: 'human',
    });
    const evaluated = await client.classifiers.evaluate({ classifierId });
    expect(evaluated.testCount).toBeGreaterThan(classifier!.metrics.testCount);
    const labels = join(folder, 'labels.csv');
    const names = opened.workspace.clips.many(ids.clipIds.slice(0, 10)).map((clip) => clip.absolutePath);
    writeFileSync(
      labels,
      [
        'path,label',
        ...names.map((name, n) => `${name},${n % 2 ? 'rain' : 'bell'}`),
        'gone.mp4,bell',
        `${names[0]},thunder`,
      ].join('\n'),
    );
    const onFile = await client.classifiers.evaluate({ classifierId, labels });
    expect(onFile.testCount).toBe(10);
    expect(onFile.warnings.join(' ')).toMatch(/1 lines name files.*thunder.*used for training/);
    await expect(client.classifiers.evaluate({ classifierId, labels: join(folder, 'none.csv') })).rejects.toMatchObject(
      { code: 'NOT_FOUND' },
    );
    const card = join(folder, 'card.md');
    await client.classifiers.export({ classifierId, path: card, format: 'card' });
    expect(readFileSync(card, 'utf8')).toContain('| bell |');
    const csv = join(folder, 'p.csv');
    await client.classifiers.exportPredictions({ classifierId, path: csv, format: 'csv' });
    expect(readFileSync(csv, 'utf8').trim().split('\n')).toHaveLength(61);
    const [first] = readFileSync(csv, 'utf8').trim().split('\n').slice(1);
    const clipIds = [opened.workspace.classifiers.predictions(classifierId).clipIds[0]!];
    await client.classifiers.exportPredictions({ classifierId, path: csv, format: 'csv', clipIds });
    expect(readFileSync(csv, 'utf8').trim().split('\n').slice(1)).toEqual([first]);
    await expect(
      client.classifiers.exportPredictions({ classifierId, path: csv, format: 'csv', clipIds: [999_999] }),
    ).rejects.toThrow(/has predicted nothing yet/);
    await client.classifiers.exportPredictions({ classifierId, path: join(folder, 'p.parquet'), format: 'parquet' });
    await client.classifiers.remove({ classifierId });
    expect(await client.classifiers.list()).toEqual([]);
  });

  it('is not trained twice where the process was killed before its job had ended, which then tells all that was done', async () => {
    const { jobId } = await opened.client.finetune.start({ schemaId: ids.schemaId, name: 'Second' });
    expect((await opened.jobs.settled(jobId)).status).toBe('done');
    await opened.jobs.close();
    const before = opened.workspace.classifiers.list();
    // What the kill leaves: the classifier stored, the job under way with what it had told last.
    opened.workspace.db
      .prepare("UPDATE job SET status = 'running', done = 1, total = 200, result = NULL, ended_at = NULL WHERE id = ?")
      .run(jobId);
    opened.workspace.close();
    opened = open();
    const job = await opened.jobs.settled(jobId);
    expect(job).toMatchObject({
      status: 'done',
      result: { classifierId: before[0]!.id },
      done: before[0]!.epochs,
      total: before[0]!.epochs,
    });
    expect(opened.workspace.classifiers.list().map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  it('refuses in plain words what cannot be trained', async () => {
    const { client, workspace } = opened;
    const lonely = workspace.schemas.create({ name: 'One', classes: ['only'] });
    await expect(client.finetune.start({ schemaId: lonely.id })).rejects.toThrow(/no labelled clip/);
    workspace.annotations.set({
      clipIds: [ids.clipIds[0]!],
      classId: lonely.classes[0]!.id,
      value: 'positive',
      presence: null,
      source: 'human',
    });
    await expect(client.finetune.start({ schemaId: lonely.id })).rejects.toThrow(/nothing to tell apart/);
    expect((await client.finetune.preview({ schemaId: lonely.id })).canTrain).toBe(false);
    await expect(client.finetune.start({ schemaId: ids.schemaId, preset: 'nonsense' })).rejects.toThrow(/no preset/);
    await expect(client.finetune.start({ schemaId: ids.schemaId, modelId: 'other' })).rejects.toThrow(
      /no clip is embedded with/,
    );
    await expect(client.classifiers.get({ classifierId: 999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.pretrain.start({ options: { learningRat: 1 } })).rejects.toThrow(/learningRat/);
    expect((await client.finetune.presets()).map((preset) => preset.id)).toEqual(
      expect.arrayContaining(['head', 'last', 'full', 'vggsound', 'small', 'scale++']),
    );
  });
});
