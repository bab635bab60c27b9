// Maps of very few clips, and what a map that fails leaves behind, over a real workspace and a real projection worker.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, describe, expect, it } from 'vitest';
import { WorkspaceMemory } from '../../../../../src/engine/procedures/workspaceMemory.ts';
import { JobQueue } from '../../../../../src/engine/collection/jobs/jobQueue.ts';
import { Workspace } from '../../../../../src/engine/collection/workspace.ts';
import { createEventBus } from '../../../../../src/engine/host/eventBus.ts';
import type { EngineContext } from '../../../../../src/engine/procedures/engineContext.ts';
import { registerExplorationJobs } from '../../../../../src/engine/procedures/maps/explorationJobs.ts';
import { growMap, usualMap } from '../../../../../src/engine/procedures/maps/growMap.ts';
import { createProjectionsProcedures } from '../../../../../src/engine/procedures/maps/projections.ts';
import { WorkerHandle } from '../../../../../src/engine/workers/channel.ts';
import type { ProjectionHandlers } from '../../../../../src/engine/workers/projection.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import { gaussianClusters } from '../../exploration/gaussianClusters.ts';

const dim = 12;
const { data } = gaussianClusters({ rows: 64, dim, clusters: 3, apart: 2 });
const open: (() => Promise<void> | void)[] = [];

function begin(projection?: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'cavmae-few-'));
  const workspace = Workspace.open(join(folder, 'workspace'));
  const events = createEventBus();
  const jobs = new JobQueue(workspace, events);
  const worker = projection ?? new WorkerHandle<ProjectionHandlers>('projection', () => spawnNodeWorker('projection'));
  const context = {
    workspace,
    memory: new WorkspaceMemory(events),
    jobs,
    events,
    projection: worker,
    host: 'cli',
    readOnly: false,
  } as unknown as EngineContext;
  const end = registerExplorationJobs(context);
  jobs.start();
  open.push(async () => {
    end();
    await jobs.close();
    if (worker instanceof WorkerHandle) worker.stop('closed', true);
    workspace.close();
    rmSync(folder, { recursive: true });
  });
  let made = 0;
  /** Adds clips with embeddings until there are `n`. */
  const grow = (n: number): void => {
    const { setId } = workspace.vectors.set('random:tiny:1', dim);
    for (; made < n; made++) {
      const [clipId] = workspace.media.put({
        absolutePath: join(folder, `${made}.mp4`),
        kind: 'video',
        sizeBytes: 1,
        modifiedMs: 1,
        contentHash: `hash${made}`,
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
      }).clipIds;
      const row = data.slice(made * dim, (made + 1) * dim);
      workspace.vectors.append(setId, [clipId!], { joint: row, audio: row, visual: row });
    }
    events.publish({ type: 'embeddingsChanged', setId });
  };
  return { context, grow, client: createRouterClient(createProjectionsProcedures(context), { context: {} }) };
}
afterEach(async () => {
  for (const end of open.splice(0)) await end();
});

/** The least distance of two points as a share of the map's larger side. */
function leastShare(xy: Float32Array): number {
  const [xs, ys] = [xy.filter((_, i) => i % 2 === 0), xy.filter((_, i) => i % 2 === 1)];
  const side = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  let least = Infinity;
  for (let i = 0; i < xs.length; i++)
    for (let j = 0; j < i; j++) least = Math.min(least, Math.hypot(xs[i]! - xs[j]!, ys[i]! - ys[j]!));
  return least / side;
}

describe('a map of few clips', () => {
  it.each([1, 2, 3, 5, 9, 10, 13, 15, 16])('of %i clips is drawn, with every clip at a place of its own', async (n) => {
    const { context, grow, client } = begin();
    grow(n);
    const { jobId, projectionId } = await client.start(usualMap);
    const job = await context.jobs.settled(jobId);
    expect(job.error).toBeNull();
    const points = context.workspace.projections.points(projectionId)!;
    expect(points.clipIds).toHaveLength(n);
    expect(points.xy.every(Number.isFinite)).toBe(true);
    if (n > 1 && n < 10) expect(leastShare(points.xy)).toBeGreaterThan(0.08);
  });

  it('keeps clips apart that the model cannot tell apart', async () => {
    const { context, grow, client } = begin();
    const same = data.slice(0, dim);
    for (let i = 1; i < 5; i++) data.set(same, i * dim);
    grow(5);
    const { jobId, projectionId } = await client.start(usualMap);
    await context.jobs.settled(jobId);
    expect(leastShare(context.workspace.projections.points(projectionId)!.xy)).toBeGreaterThan(0.08);
  });
});

describe('a map that is not drawn', () => {
  const failing = { calls: { umap: () => Promise.reject(new Error('no memory')) } };

  it('leaves none behind when it fails, and can be tried again', async () => {
    const { context, grow, client } = begin(failing);
    grow(4);
    const { jobId } = await client.start(usualMap);
    expect((await context.jobs.settled(jobId)).status).toBe('failed');
    expect(context.workspace.projections.list()).toEqual([]);
    failing.calls.umap = (() =>
      Promise.resolve({ clipIds: Int32Array.of(1, 2, 3, 4), xy: new Float32Array(8) })) as never;
    context.jobs.retry(jobId);
    expect((await context.jobs.settled(jobId)).status).toBe('done');
    expect(context.workspace.projections.list()).toMatchObject([{ points: 4, settled: true }]);
  });

  it('leaves none behind when it is cancelled while it waits', async () => {
    let release = (): void => {};
    const waiting = {
      calls: {
        umap: () =>
          new Promise((resolve) => {
            release = () => resolve({ clipIds: Int32Array.of(1), xy: new Float32Array(2) });
          }),
      },
    };
    const { context, grow, client } = begin(waiting);
    grow(3);
    const [drawn, second] = [await client.start(usualMap), await client.start({ ...usualMap, seed: 2 })];
    context.jobs.cancel(second.jobId);
    release();
    await context.jobs.settled(drawn.jobId);
    expect(context.workspace.projections.list().map(({ id }) => id)).toEqual([drawn.projectionId]);
  });
});

describe('the first map of an import', () => {
  it('begins with the first clips, is drawn again when they have doubled, and the final map continues it', async () => {
    const { context, grow } = begin();
    const [first] = [context.jobs.list().length];
    const drawn = async (): Promise<number> => {
      const [job] = context.jobs.list();
      expect((await context.jobs.settled(job!.id)).error).toBeNull();
      return context.workspace.projections.list()[0]!.points;
    };
    grow(3);
    growMap(context);
    expect(await drawn()).toBe(3);
    grow(5);
    growMap(context);
    expect(context.jobs.list()).toHaveLength(first + 1);
    grow(12);
    growMap(context);
    expect(await drawn()).toBe(12);
    grow(20);
    await context.jobs.settled(context.jobs.add('project', 'Draw the map', usualMap));
    expect(context.workspace.projections.list()).toMatchObject([{ points: 20, settled: true }]);
    // It grows no further, and another map is another one.
    grow(60);
    growMap(context);
    await context.jobs.settled(context.jobs.add('project', 'Draw the map', usualMap));
    expect(context.workspace.projections.list()).toHaveLength(2);
  });
});
