// Two models compared through the contract, over a real workspace, queue and projection worker: vectors are made, so that it is known which
// model separates the classes and which does not.
import { createRouterClient } from '@orpc/server';
import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WorkspaceMemory } from '../../../../../src/engine/procedures/workspaceMemory.ts';
import { JobQueue } from '../../../../../src/engine/collection/jobs/jobQueue.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { createEventBus } from '../../../../../src/engine/host/eventBus.ts';
import type { EngineContext } from '../../../../../src/engine/procedures/engineContext.ts';
import { registerExplorationJobs } from '../../../../../src/engine/procedures/maps/explorationJobs.ts';
import { projectionResponse } from '../../../../../src/engine/procedures/maps/projectionResponse.ts';
import { createProjectionsProcedures } from '../../../../../src/engine/procedures/maps/projections.ts';
import { createCompareModelsRunner } from '../../../../../src/engine/procedures/models/compareModelsJob.ts';
import { createModelsProcedures } from '../../../../../src/engine/procedures/models/models.ts';
import { crossPredict, type CrossPredictRequest } from '../../../../../src/engine/training/head/crossPredict.ts';
import { WorkerHandle } from '../../../../../src/engine/workers/channel.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import { withValues, type WithPlaces } from '../../../../../src/engine/workers/withValues.ts';
import type { ModelComparison } from '../../../../../src/shared/contract/modelComparison.ts';
import { decodeSafetensors } from '../../../../../src/shared/wire/safetensors.ts';
import { gaussianClusters } from '../../exploration/gaussianClusters.ts';
import { useNative } from '../../training/nativeTensorflow.ts';

const [good, poor] = ['random:tiny:1', 'random:tiny:2'];
const rows = 120;
const classes = 3;
const sharp = gaussianClusters({ rows, dim: 16, clusters: classes, apart: 4 });
const blurred = gaussianClusters({ rows, dim: 8, clusters: 1, apart: 0 });
const folder = mkdtempSync(join(tmpdir(), 'cavmae-compare-'));
let workspace: Workspace;
let context: EngineContext;
let clipIds: number[];
let schemaId: number;

/** Sound and picture of the good model belong together; those of the poor one are shuffled. */
function embed(modelId: string, dim: number, data: Float32Array, ids: readonly number[], shift: number): void {
  const { setId } = workspace.vectors.set(modelId, dim);
  const visual = new Float32Array(data.length);
  for (let row = 0; row < ids.length; row++) {
    const from = ((row + shift) % ids.length) * dim;
    visual.set(data.subarray(from, from + dim), row * dim);
  }
  workspace.vectors.append(setId, ids, { joint: data, audio: data, visual });
}
const client = () =>
  createRouterClient({ models: createModelsProcedures(context), projections: createProjectionsProcedures(context) });
async function compare(input: { modelId: string; otherId: string; k?: number }): Promise<ModelComparison> {
  const { jobId } = await client().models.compare(input);
  const job = await context.jobs.settled(jobId);
  expect(job.error).toBeNull();
  return job.result as ModelComparison;
}

beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
  workspace = Workspace.open(join(folder, 'workspace'));
  clipIds = Array.from(
    { length: rows },
    (_, i) =>
      workspace.media.put({
        absolutePath: join(folder, `${i}.mp4`),
        kind: 'video',
        sizeBytes: 1,
        modifiedMs: 1,
        contentHash: `hash${i}`,
        durationS: 10,
        width: 4,
        height: 4,
        frameRateHz: 25,
        sampleRateHz: 16000,
        channels: 1,
        container: 'mp4',
        videoCodec: 'h264',
        audioCodec: 'aac',
        audioTracks: 1,
        audioTrack: 1,
        clips: [{ startS: 0, endS: 10, badges: [] }],
      }).clipIds[0]!,
  );
  embed(good, 16, sharp.data, clipIds, 0);
  // In another order, and without the last twenty clips.
  const fewer = clipIds.slice(0, 100);
  embed(poor, 8, blurred.data.slice(0, 100 * 8), fewer.toReversed(), 37);
  const schema = workspace.schemas.create({ name: 'sound', multiLabel: false, classes: ['bell', 'dog', 'rain'] });
  schemaId = schema.id;
  clipIds.slice(0, 60).forEach((clipId, row) =>
    workspace.annotations.set({
      clipIds: [clipId],
      classId: schema.classes[sharp.labels[row]!]!.id,
      value: 'positive',
    }),
  );
  const bus = createEventBus();
  context = {
    workspace,
    memory: new WorkspaceMemory(bus),
    jobs: new JobQueue(workspace, bus),
    events: bus,
    media: {} as never,
    compute: {
      calls: {
        describeModel: async () => ({ config: { alignedFrames: 0 } }),
        crossPredict: async (request: WithPlaces<CrossPredictRequest>) =>
          crossPredict(await withValues<CrossPredictRequest>(request), async () => {}),
      },
    } as never,
    projection: new WorkerHandle('projection', () => spawnNodeWorker('projection')),
    host: 'cli',
    readOnly: false,
    distribution: { passwords: new Map(), status: new Map() },
    data: { put: () => '' },
  };
  registerExplorationJobs(context);
  context.jobs.register('compareModels', createCompareModelsRunner(context) as never);
  (context.jobs as unknown as JobQueue).start();
});
afterAll(async () => {
  await (context.jobs as unknown as JobQueue).close();
  context.projection.stop('closed', true);
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

it('measures both over the clips that both have embedded', async () => {
  const found = await compare({ modelId: good, otherId: poor });
  expect(found).toMatchObject({ clips: 100, neighbours: 10, retrieval: { clips: 100, of: 100 }, headReason: null });
  expect(found.histogram.reduce((sum, n) => sum + n)).toBe(100);
  expect(found.shared).toBeGreaterThan(0.02);
  expect(found.shared).toBeLessThan(0.4);
  expect(found.least.map(({ share }) => share)).toEqual(
    found.least.map(({ share }) => share).toSorted((a, b) => a - b),
  );
  const [one, other] = found.models;
  expect(one).toMatchObject({ modelId: good, retrieval: { a2v: { r1: 1 }, v2a: { r1: 1 } } });
  expect(other.retrieval!.a2v.r10).toBeLessThan(0.3);
  expect(found.head).toMatchObject({ schemaId, clips: 60, classes, multiLabel: false });
  expect(one.accuracy).toBeGreaterThan(0.95);
  expect(other.accuracy).toBeLessThan(0.7);
  const [onlyGood, onlyPoor] = found.head!.only;
  expect((onlyGood.length - onlyPoor.length) / 60).toBeCloseTo(one.accuracy! - other.accuracy!, 6);
});

it('fills a column of both models, by which clips can be sorted and narrowed down', async () => {
  for (const modelId of [good, poor]) {
    workspace.vectors.useModel(modelId);
    const { columns } = workspace.clips.columns(['commonNeighbours']);
    expect(columns.commonNeighbours!.filter((value) => value !== null)).toHaveLength(100);
  }
  const sorted = workspace.clips.ids({}, { by: 'commonNeighbours', descending: false });
  const last = (await client().models.comparison({ modelId: good, otherId: poor }))!;
  expect(sorted[0]).toBe(last.least[0]!.clipId);
  expect(workspace.clips.count({ scores: { commonNeighbours: [0, 0] } })).toBe(last.histogram[0]);
});

it('is kept, in whichever order it is asked for', async () => {
  const kept = (await client().models.comparison({ modelId: poor, otherId: good }))!;
  expect(kept.models.map(({ modelId }) => modelId)).toEqual([poor, good]);
  expect(kept.models[1].accuracy).toBeGreaterThan(0.95);
  expect(kept.head!.only[1].length).toBeGreaterThan(kept.head!.only[0].length);
  expect(await client().models.comparison({ modelId: good, otherId: 'random:tiny:3' })).toBeNull();
});

it('refuses a model that has embedded nothing, and a model with itself', async () => {
  await expect(client().models.compare({ modelId: good, otherId: 'random:tiny:3' })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'no clip is embedded with the model random:tiny:3',
  });
  await expect(client().models.compare({ modelId: good, otherId: good })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: 'a model is not compared with itself',
  });
});

it('draws the map of a model that is not in use, and turns it to match the other', async () => {
  workspace.vectors.useModel(good);
  const drawn: number[] = [];
  for (const modelId of [good, poor]) {
    const { jobId, projectionId } = await client().projections.start({ modelId, epochs: 20 });
    await context.jobs.settled(jobId);
    drawn.push(projectionId);
  }
  const maps = await client().projections.list();
  expect(drawn.map((id) => maps.find((map) => map.id === id)!.current)).toEqual([true, false]);
  const read = async (query: string) => {
    const answer = projectionResponse(
      new Request(`http://x/data/projections/${drawn[1]}.safetensors${query}`),
      context,
    )!;
    return decodeSafetensors(new Uint8Array(await answer.arrayBuffer())).tensors.xy!.data as Float32Array;
  };
  const [plain, turned] = [await read(''), await read(`?towards=${drawn[0]}`)];
  const reference = workspace.projections.points(drawn[0]!)!;
  const middle = (xy: Float32Array, k: number) =>
    xy.filter((_, i) => i % 2 === k).reduce((a, b) => a + b) / (xy.length / 2);
  const shared = new Set(clipIds.slice(0, 100));
  const kept = reference.xy.filter((_, i) => shared.has(reference.clipIds[i >> 1]!));
  expect(middle(turned, 0)).toBeCloseTo(middle(kept, 0), 3);
  expect(turned).not.toEqual(plain);
});
