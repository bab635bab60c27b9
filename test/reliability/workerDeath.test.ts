// A real worker process killed by SIGKILL under a running job: it starts again, the job ends well, and the person is
// told once.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src/engine/host/engine.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';
import type { Transport } from '../../src/engine/workers/channel.ts';
import type { EngineEvent } from '../../src/shared/contract/system.ts';
import { fillWorkspace } from './syntheticWorkspace.ts';

let folder: string;
let engine: Engine;
const processes: { name: string; transport: Transport }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'death-'));
  engine = await createEngine({
    workspaceDir: folder,
    host: 'cli',
    spawn: (name) => {
      const transport = spawnNodeWorker(name);
      processes.push({ name, transport });
      return transport;
    },
  });
  fillWorkspace(engine.context.workspace, 800);
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

it('a killed worker loses no job', async () => {
  const events: EngineEvent[] = [];
  let left = 2;
  engine.context.events.subscribe((event) => {
    events.push(event);
    // Twice, at the first picture of a map.
    if (event.type === 'projectionMoved' && !event.settled && left > 0 && processes.length + left === 3) {
      left--;
      processes.at(-1)!.transport.kill();
    }
  });
  const jobId = engine.context.jobs.add('project', 'Drawing the map', {
    space: 'joint',
    neighbors: 15,
    minDist: 0.1,
    seed: 1,
  });
  const job = await engine.context.jobs.settled(jobId);
  expect(job).toMatchObject({ status: 'done', error: null });
  expect(processes.map(({ name }) => name)).toEqual(['projection', 'projection', 'projection']);
  expect(
    events.filter((event) => event.type === 'notice').map((event) => event.type === 'notice' && event.message),
  ).toEqual(['The projection worker ended and starts again by itself.']);
  const { projectionId, points } = job.result as { projectionId: number; points: number };
  expect(points).toBeGreaterThan(700);
  expect(
    engine.context.workspace.projections
      .list()
      .filter((map) => map.settled)
      .map((map) => map.id),
  ).toEqual([projectionId]);
});
