// The automatic classifier: due after a dozen labels, replaced and not piled up, never in the place of one that a
// person chose, and gone back to.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { createAnnotationsProcedures } from '../../../../../src/engine/procedures/labels/annotations.ts';
import { createClassifiersProcedures } from '../../../../../src/engine/procedures/classifiers/classifiers.ts';
import { WorkerRetryJobQueue } from '../../../../../src/engine/host/retryOnWorkerExit.ts';
import type { EngineContext } from '../../../../../src/engine/procedures/engineContext.ts';
import { createEventBus } from '../../../../../src/engine/host/eventBus.ts';
import { createRefitRunner } from '../../../../../src/engine/procedures/classifiers/automaticRefit.ts';
import { createLearningProcedures } from '../../../../../src/engine/procedures/classifiers/learning.ts';
import { createPredictRunner } from '../../../../../src/engine/procedures/classifiers/predictJob.ts';
import { watchForRefits } from '../../../../../src/engine/procedures/classifiers/refitWatch.ts';
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

const folder = mkdtempSync(join(tmpdir(), 'cavmae-learning-'));
const [DIM, CLIPS] = [12, 80];
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
  host: 'web',
  readOnly: false,
  compute: { calls },
} as unknown as EngineContext;
const client = createRouterClient({
  learning: createLearningProcedures(context),
  classifiers: createClassifiersProcedures(context),
  annotations: createAnnotationsProcedures(context),
});
const failures: unknown[] = [];
let clipIds: number[];
let [schemaId, bell, rain] = [0, 0, 0];
let endWatch: () => void;

const state = () => client.learning.state({ schemaId });
/** Labels clips from..to by their true class and waits for the refits this starts. */
async function label(from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++)
    await client.annotations.set({ clipIds: [clipIds[n]!], classId: n % 2 ? rain : bell });
  await new Promise((resolve) => {
    setTimeout(resolve, 60);
  });
  for (const { id } of jobs.list({ active: true })) await jobs.settled(id);
}

let waitingBefore: string | null;
beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
  const schema = workspace.schemas.create({ name: 'Sounds', classes: ['bell', 'rain'] });
  [schemaId, bell, rain] = [schema.id, schema.classes[0]!.id, schema.classes[1]!.id];
  clipIds = Array.from({ length: CLIPS }, (_, i) => {
    const media = syntheticMedia(i);
    return workspace.media.put({ ...media, kind: 'video', clips: [media.clips[0]!] }).clipIds[0]!;
  });
  const random = new Random(3);
  const rows = Float32Array.from(
    { length: CLIPS * DIM },
    (_, at) => random.normal() + (at % DIM < 4 ? (Math.floor(at / DIM) % 2 ? 1.5 : -1.5) : 0),
  );
  jobs.register('refit', createRefitRunner(context));
  jobs.register('predict', createPredictRunner(context));
  jobs.start();
  endWatch = watchForRefits(context, (thrown) => void failures.push(thrown), 5);
  waitingBefore = (await state()).waiting;
  const { setId } = workspace.vectors.set('tiny', DIM);
  workspace.vectors.append(setId, clipIds, { joint: rows, audio: rows, visual: rows });
});
afterAll(async () => {
  endWatch();
  await jobs.close();
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the automatic classifier', () => {
  it('waits for embeddings, for two classes with three clips each, and for a dozen labels', async () => {
    expect(waitingBefore).toMatch(/not embedded/);
    await label(0, 4);
    expect(await state()).toMatchObject({
      enabled: true,
      pending: 4,
      waiting: expect.stringMatching(/two classes/),
      points: [],
    });
    await label(4, 11);
    expect(await state()).toMatchObject({ pending: 11, waiting: null, points: [] });
    expect(await client.classifiers.list()).toEqual([]);
  });

  it('refits at the twelfth label, predicts everything and is in use', async () => {
    const types: string[] = [];
    const end = events.subscribe((event) => void types.push(event.type));
    await label(11, 12);
    end();
    const [automatic] = await client.classifiers.list();
    expect(automatic).toMatchObject({ name: 'Automatic', current: true });
    expect(await state()).toMatchObject({
      pending: 0,
      automaticId: automatic!.id,
      inUse: true,
      points: [{ labels: 12, classes: 2, restorable: true, classifierId: automatic!.id, accuracy: expect.any(Number) }],
    });
    expect(await client.classifiers.predictions({ classifierId: automatic!.id })).toHaveLength(CLIPS);
    expect(types).toEqual(expect.arrayContaining(['classifiersChanged', 'predictionsChanged', 'jobChanged']));
    expect(failures).toEqual([]);
  });

  it('takes the place of the one before, and keeps its point', async () => {
    const before = (await state()).automaticId!;
    await label(12, 24);
    const list = await client.classifiers.list();
    expect(list.map(({ name, current }) => [name, current])).toEqual([['Automatic', true]]);
    expect(list[0]!.id).not.toBe(before);
    expect((await state()).points.map(({ labels, restorable }) => [labels, restorable])).toEqual([
      [12, true],
      [24, true],
    ]);
  });

  it('does not count what was taken back, nor what was imported', async () => {
    await client.learning.setAutomatic({ enabled: false });
    await client.annotations.set({ clipIds: clipIds.slice(30, 60), classId: bell });
    expect((await state()).pending).toBe(30);
    await client.annotations.undo();
    workspace.annotations.setMany(
      schemaId,
      clipIds
        .slice(60, 80)
        .map((clipId, n) => ({ clipId, classId: n % 2 ? rain : bell, value: 'positive', presence: null })),
      'import',
      'Import',
    );
    expect((await state()).pending).toBe(0);
    await client.learning.setAutomatic({ enabled: true });
  });

  it('goes back to an earlier point, which later refits neither replace nor put out of use', async () => {
    const [first] = (await state()).points;
    const { classifierId, jobId } = await client.learning.restore({ schemaId, pointId: first!.id });
    expect((await jobs.settled(jobId!)).status).toBe('done');
    expect(await client.classifiers.get({ classifierId })).toMatchObject({
      name: 'Automatic, 12 labels',
      current: true,
    });
    const points = (await state()).points.length;
    const again = await client.learning.refit({ schemaId });
    expect((await jobs.settled(again.jobId)).result).toMatchObject({ used: false });
    expect((await state()).points).toHaveLength(points + 1);
    expect(await state()).toMatchObject({ inUse: false });
    expect(workspace.classifiers.current()).toBe(classifierId);
    expect((await client.classifiers.list()).map(({ name }) => name).sort()).toEqual([
      'Automatic',
      'Automatic, 12 labels',
    ]);
    const newest = (await state()).points.at(-1)!;
    const restored = await client.learning.restore({ schemaId, pointId: newest.id });
    await jobs.settled(restored.jobId!);
    expect(await state()).toMatchObject({ inUse: true, automaticId: restored.classifierId });
  });

  it('is compared with an earlier point over the whole collection', async () => {
    const points = (await state()).points;
    const compared = await client.learning.compare({ schemaId, pointId: points[0]!.id, otherId: points.at(-1)!.id });
    expect(compared.clips).toBe(CLIPS);
    expect(compared.agree + compared.changes.reduce((sum, { count }) => sum + count, 0)).toBe(CLIPS);
    expect(compared.unseen.one).toBeLessThanOrEqual(compared.unseen.clips);
    const same = await client.learning.compare({ schemaId, pointId: points[0]!.id, otherId: points[0]!.id });
    expect(same).toMatchObject({ agree: CLIPS, changes: [] });
    await expect(client.learning.compare({ schemaId, pointId: 99_999, otherId: points[0]!.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('rests while it is switched off', async () => {
    await client.learning.setAutomatic({ enabled: false });
    const points = (await state()).points.length;
    await label(25, 50);
    expect(await state()).toMatchObject({ enabled: false, pending: 25 });
    expect((await state()).points).toHaveLength(points);
  });
});

describe('accepting suggested labels', () => {
  it('is one step that leaves alone what was said meanwhile, and refuses classes of others', async () => {
    const other = workspace.schemas.create({ name: 'Other', classes: ['x'] });
    await expect(
      client.annotations.accept({ schemaId, labels: [{ clipId: clipIds[55]!, classId: other.classes[0]!.id }] }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await client.annotations.set({ clipIds: [clipIds[56]!], classId: rain, value: 'negative' });
    const labels = [50, 51, 52, 0]
      .map((n) => ({ clipId: clipIds[n]!, classId: rain }))
      .concat({ clipId: clipIds[56]!, classId: rain }, { clipId: 99_999, classId: rain });
    const before = workspace.annotations.full(schemaId).length;
    const answer = await client.annotations.accept({ schemaId, labels });
    expect(answer).toMatchObject({ changed: 3, skipped: 3 });
    expect(
      workspace.annotations
        .full(schemaId)
        .filter(({ source }) => source === 'propagation')
        .map(({ clipId }) => clipId),
    ).toEqual([50, 51, 52].map((n) => clipIds[n]));
    await client.annotations.undo();
    expect(workspace.annotations.full(schemaId)).toHaveLength(before);
  });
});
