// Maps, clusters, search and queues through the contract, over a real workspace and a real projection worker. Decoding and the model are
// stood in for: an outside file's vector is what the test says.
import { mkdtemp, rm, writeFile, access } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkspaceMemory } from '../../../../src/engine/procedures/workspaceMemory.ts';
import { JobQueue } from '../../../../src/engine/collection/jobs/jobQueue.ts';
import { Workspace } from '../../../../src/engine/collection/workspace.ts';
import type { EngineContext } from '../../../../src/engine/procedures/engineContext.ts';
import { createEventBus } from '../../../../src/engine/host/eventBus.ts';
import { registerExplorationJobs } from '../../../../src/engine/procedures/maps/explorationJobs.ts';
import { placeMissing } from '../../../../src/engine/procedures/maps/placeNewClips.ts';
import { projectionResponse } from '../../../../src/engine/procedures/maps/projectionResponse.ts';
import { createProjectionsProcedures } from '../../../../src/engine/procedures/maps/projections.ts';
import { createSearchProcedures } from '../../../../src/engine/procedures/maps/search.ts';
import { crossPredict, type CrossPredictRequest } from '../../../../src/engine/training/head/crossPredict.ts';
import { WorkerHandle } from '../../../../src/engine/workers/channel.ts';
import { spawnNodeWorker } from '../../../../src/engine/workers/spawnWorker.ts';
import { projectionUrl } from '../../../../src/shared/wire/urls.ts';
import { decodeSafetensors } from '../../../../src/shared/wire/safetensors.ts';
import type { EngineEvent } from '../../../../src/shared/contract/system.ts';
import { withValues, type WithPlaces } from '../../../../src/engine/workers/withValues.ts';
import { useNative } from '../training/nativeTensorflow.ts';
import { gaussianClusters } from '../exploration/gaussianClusters.ts';

const rows = 240,
  dim = 16,
  clusters = 4;
const { data, labels } = gaussianClusters({ rows: rows + 1, dim, clusters, apart: 3 });
const rowOf = (row: number): Float32Array => data.slice(row * dim, (row + 1) * dim);
/** Clip 1 has another cluster's picture; the last clip before `rows` has no sound. */
const visual = data.slice();
visual.set(rowOf(1), 0);
const audio = data.slice();
audio.fill(Number.NaN, (rows - 1) * dim, rows * dim);

let folder: string,
  workspace: Workspace,
  context: EngineContext,
  setId: number,
  clipIds: number[],
  schemaId: number,
  classIds: number[];
const events: EngineEvent[] = [];
const outside = new Map<string, Float32Array>();
let embedded = 0;

function standIns(): Pick<EngineContext, 'media' | 'compute'> {
  let asked = '';
  return {
    media: {
      calls: {
        prepare: async ({ path: file }: { path: string }) => {
          asked = file;
        },
      },
    },
    compute: {
      calls: {
        describeModel: async () => ({ config: { alignedFrames: 0 } }),
        crossPredict: async (request: WithPlaces<CrossPredictRequest>) =>
          crossPredict(await withValues<CrossPredictRequest>(request), async () => {}),
        embed: async () => {
          embedded++;
          const vector = outside.get(asked)!;
          return { dim, joint: vector, audio: new Float32Array(dim).fill(Number.NaN), visual: vector, failed: [] };
        },
      },
    },
  } as unknown as Pick<EngineContext, 'media' | 'compute'>;
}

beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
  folder = await mkdtemp(path.join(os.tmpdir(), 'cavmae-exploration-'));
  workspace = Workspace.open(path.join(folder, 'workspace'));
  clipIds = Array.from(
    { length: rows + 1 },
    (_, i) =>
      workspace.media.put({
        absolutePath: path.join(folder, `${i}.mp4`),
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
  setId = workspace.vectors.set('random:tiny:1', dim).setId;
  const part = (values: Float32Array) => values.slice(0, rows * dim);
  workspace.vectors.append(setId, clipIds.slice(0, rows), {
    joint: part(data),
    audio: part(audio),
    visual: part(visual),
  });
  const bus = createEventBus();
  bus.subscribe((event) => events.push(event));
  const jobs = new JobQueue(workspace, bus);
  context = {
    workspace,
    memory: new WorkspaceMemory(bus),
    jobs,
    events: bus,
    ...standIns(),
    projection: new WorkerHandle('projection', () => spawnNodeWorker('projection')),
    host: 'cli',
    readOnly: false,
    distribution: { passwords: new Map(), status: new Map() },
    data: { put: () => '' },
  } as EngineContext;
  registerExplorationJobs(context);
  jobs.start();
  const schema = workspace.schemas.create({
    name: 'sound',
    multiLabel: false,
    classes: ['bell', 'dog', 'rain', 'bird'],
  });
  schemaId = schema.id;
  classIds = schema.classes.map(({ id }) => id);
});
afterAll(async () => {
  await context.jobs.close();
  context.projection.stop('closed', true);
  workspace.close();
  await rm(folder, { recursive: true, force: true });
});

const client = () =>
  createRouterClient({ projections: createProjectionsProcedures(context), search: createSearchProcedures(context) });
const label = (row: number, classIndex: number) =>
  workspace.annotations.set({ clipIds: [clipIds[row]!], classId: classIds[classIndex]!, value: 'positive' });
const finished = async (jobId: number): Promise<unknown> => {
  const job = await context.jobs.settled(jobId);
  expect(job.error).toBeNull();
  expect(job.status).toBe('done');
  return job.result;
};
const clusterOf = (clipId: number): number => labels[clipIds.indexOf(clipId)]!;

describe('projections', () => {
  it('draws a map, tells of pictures on the way and serves the places', async () => {
    const { jobId, projectionId } = await client().projections.start({ epochs: 120 });
    expect(await finished(jobId)).toMatchObject({ projectionId, points: rows });
    const moved = events.filter((event) => event.type === 'projectionMoved' && event.projectionId === projectionId);
    expect(moved[0]).toMatchObject({ epoch: 0, epochs: 120, settled: false });
    expect(moved.at(-1)).toMatchObject({ settled: true });
    const response = projectionResponse(new Request(`http://x${projectionUrl(projectionId)}`), context)!;
    const { tensors } = decodeSafetensors(new Uint8Array(await response.arrayBuffer()));
    expect(tensors.xy!.shape).toEqual([rows, 2]);
    expect(new Set(tensors.clipIds!.data)).toEqual(new Set(clipIds.slice(0, rows)));
    expect(await client().projections.list()).toMatchObject([
      { id: projectionId, settled: true, points: rows, space: 'joint' },
    ]);
  });

  it('draws audio and visual maps aligned to it and fills the distance between a clip’s two places', async () => {
    const joint = workspace.projections.list()[0]!.id;
    for (const space of ['audio', 'visual'] as const)
      await finished((await client().projections.start({ space, alignTo: joint, epochs: 60 })).jobId);
    const { columns } = workspace.clips.columns(['avDistance']);
    const distances = columns.avDistance as (number | null)[];
    const others = distances.slice(1, rows - 1) as number[];
    expect(distances[rows - 1]).toBeNull();
    // The three maps lie over each other: what a layout drifts by is no distance between sound and picture.
    const maps = ['joint', 'audio', 'visual'].map((space) =>
      workspace.projections.points(workspace.projections.list().find((map) => map.space === space)!.id)!,
    );
    const both = maps[0]!.clipIds.filter((clipId) => maps.every((map) => map.clipIds.includes(clipId)));
    const [own, ...aligned] = maps.map(({ clipIds: ids, xy }) =>
      [0, 1].map((axis) => both.reduce((sum, clipId) => sum + xy[2 * ids.indexOf(clipId) + axis]!, 0) / both.length),
    );
    for (const centre of aligned) for (const axis of [0, 1]) expect(centre[axis]).toBeCloseTo(own![axis]!, 1);
    expect(distances[0]).toBeGreaterThan(2 * others.toSorted((p, q) => p - q)[others.length >> 1]!);
  });

  it('places clips embedded later by their neighbours', async () => {
    const late = rowOf(rows);
    workspace.vectors.append(setId, [clipIds[rows]!], { joint: late, audio: late, visual: late });
    context.events.publish({ type: 'embeddingsChanged', setId });
    expect(await placeMissing(context)).toBe(3);
    const map = workspace.projections.points(workspace.projections.list()[0]!.id)!;
    const own = Array.from(map.clipIds).flatMap((clipId, i) =>
      clusterOf(clipId) === labels[rows] && clipId !== clipIds[rows] ? [map.xy[2 * i]!] : [],
    );
    expect(map.xy[2 * rows]).toBeGreaterThanOrEqual(Math.min(...own));
    expect(map.xy[2 * rows]).toBeLessThanOrEqual(Math.max(...own));
  });

  it('finds clusters and names them by their labels', async () => {
    for (const row of [0, 4, 8, 1, 2, 6, 3]) label(row, labels[row]!);
    const { jobId } = await client().projections.cluster({ minSize: 10 });
    expect(await finished(jobId)).toEqual({ clusters: 4 });
    const found = await client().projections.clusters({});
    expect(found.map(({ name }) => name).toSorted()).toEqual(['bell', 'bird', 'dog', 'rain']);
    for (const { representatives } of found) expect(new Set(representatives.map(clusterOf)).size).toBe(1);
  });

  it('answers no points for a map that was just begun', async () => {
    const setId = context.workspace.projections.list()[0]!.setId;
    const id = context.workspace.projections.create({
      setId,
      space: 'joint',
      neighbors: 15,
      minDist: 0.1,
      seed: 1,
      supervised: false,
      alignedTo: null,
    });
    const response = projectionResponse(new Request(`http://x${projectionUrl(id)}`), context)!;
    expect(response.status).toBe(200);
    expect(decodeSafetensors(new Uint8Array(await response.arrayBuffer())).tensors.clipIds!.shape).toEqual([0]);
    context.workspace.projections.remove(id);
    expect(projectionResponse(new Request(`http://x${projectionUrl(id)}`), context)).toBeNull();
  });

  it('refuses what cannot be drawn', async () => {
    await expect(client().projections.start({ alignTo: 999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client().projections.remove({ projectionId: 999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(projectionResponse(new Request('http://x/data/projections/999.safetensors'), context)).toBeNull();
  });
});

describe('search', () => {
  it('finds clips like one, also by a file from outside, which is not kept', async () => {
    const near = await client().search.similar({ positives: [clipIds[5]!], k: 10 });
    expect(near).toHaveLength(10);
    for (const { clipId } of near) expect(clusterOf(clipId)).toBe(labels[5]);
    expect(near[0]!.path).toBe(path.join(folder, `${clipIds.indexOf(near[0]!.clipId)}.mp4`));
    const file = path.join(workspace.folder('uploads'), 'recording.wav');
    await writeFile(file, 'x');
    outside.set(file, rowOf(6));
    expect((await client().search.similar({ file, k: 1 }))[0]!.clipId).toBe(clipIds[6]);
    await expect(access(file)).rejects.toThrow(/ENOENT/);
    expect((await client().search.similar({ file, k: 1, space: 'visual' }))[0]!.clipId).toBe(clipIds[6]);
    expect(embedded).toBe(1);
    await expect(client().search.retrieve({ file, direction: 'a2v' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(client().search.similar({})).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(client().search.similar({ file: path.join(folder, 'none.wav') })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('keeps to a filter and blends modalities', async () => {
    const among = [clipIds[7]!, clipIds[9]!, clipIds[20]!];
    const found = await client().search.similar({ positives: [clipIds[4]!], filter: { clipIds: among } });
    expect(found.map(({ clipId }) => clipId).toSorted((p, q) => p - q)).toEqual(among);
    expect(found[0]!.clipId).toBe(clipIds[20]);
    const looks = await client().search.similar({ positives: [clipIds[0]!], blend: 1, k: 5 });
    for (const { clipId } of looks) expect(clusterOf(clipId)).toBe(labels[1]);
  });

  it('retrieves between sound and picture, and evaluates it', async () => {
    const [first] = await client().search.retrieve({ clipId: clipIds[10]!, direction: 'a2v', k: 3 });
    expect(first).toMatchObject({ clipId: clipIds[10] });
    await expect(client().search.retrieve({ clipId: clipIds[rows - 1]!, direction: 'a2v' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    const evaluation = await client().search.retrievalEvaluation({});
    expect(evaluation.of).toBe(evaluation.clips);
    expect(evaluation.clips).toBe(rows);
    expect(evaluation.a2v.r1).toBeGreaterThan(0.98);
    expect(evaluation.a2v.medianRank).toBe(1);
    expect(evaluation.worst[0]).toMatchObject({ clipId: clipIds[0] });
  });

  it('scores how well sound and picture belong together', async () => {
    expect(await finished((await client().search.correspondence({})).jobId)).toEqual({ clips: rows });
    const { columns } = workspace.clips.columns(['correspondence', 'correspondencePercentile']);
    expect(columns.correspondence![5]).toBeCloseTo(1, 4);
    expect(columns.correspondencePercentile![5]).toBeGreaterThan(95);
    expect(columns.correspondencePercentile![0]).toBeLessThan(75);
    expect(columns.correspondence![rows - 1]).toBeNull();
    const [suspect] = await client().search.queue({ kind: 'suspect', schemaId, limit: 5 });
    expect(suspect!.reason).toContain('shuffled pairs');
  });
});

describe('queues', () => {
  it('asks for labels before queues that rest on them', async () => {
    const empty = workspace.schemas.create({ name: 'empty', multiLabel: false, classes: ['a'] });
    for (const kind of ['uncertain', 'disagreement', 'mislabelled', 'rare'] as const)
      await expect(client().search.queue({ kind, schemaId: empty.id })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(client().search.queue({ kind: 'anomaly', schemaId })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(client().search.queue({ kind: 'diverse', schemaId: 999 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const first = await client().search.queue({ kind: 'diverse', schemaId: empty.id, limit: 4 });
    expect(new Set(first.map(({ clipId }) => clusterOf(clipId))).size).toBe(4);
  });

  it('finds the clip whose sound and picture disagree, and the label that is wrong', async () => {
    workspace.annotations.set({ clipIds: [clipIds[0]!], classId: classIds[0]!, value: null });
    for (let row = 10; row < 40; row++) label(row, labels[row]!);
    const [odd] = await client().search.queue({ kind: 'disagreement', schemaId });
    expect(odd!.clipId).toBe(clipIds[0]);
    expect(odd!.reason).toMatch(/^sounds like bell \(9\d %\), looks like dog \(9\d %\)$/);
    label(40, (labels[40]! + 1) % clusters);
    const [wrong] = await client().search.queue({ kind: 'mislabelled', schemaId });
    expect(wrong!.clipId).toBe(clipIds[40]);
    expect(wrong!.reason).toMatch(/^labelled .* but a classifier that has not seen this file says /);
    workspace.annotations.undo();
  });

  it('brings a rare class, uncertain clips and propagated labels', async () => {
    const rare = await client().search.queue({ kind: 'rare', schemaId, classId: classIds[2]!, limit: 20 });
    for (const { clipId } of rare) expect(clusterOf(clipId)).toBe(2);
    const uncertain = await client().search.queue({ kind: 'uncertain', schemaId, limit: 10 });
    expect(new Set(uncertain.map(({ clipId }) => clipId)).size).toBe(10);
    const spread = await client().search.propagate({ schemaId, limit: 100 });
    expect(spread).toHaveLength(100);
    for (const { clipId, classId } of spread) expect(classIds.indexOf(classId)).toBe(clusterOf(clipId));
    expect(spread[0]!.probability).toBeGreaterThanOrEqual(spread[99]!.probability);
  });
});
