// The longest stall of the host's event loop while it imports, embeds and maps: the window stays responsive when it is short.
//
//   node test/bench/hostStall.ts FOLDER…     prints one JSON document per phase
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createRouterClient } from '@orpc/server';
import { createEngine } from '../../src/engine/host/engine.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('usage: node test/bench/hostStall.ts FOLDER…');
  process.exit(2);
}
const workspaceDir = await mkdtemp(path.join(os.tmpdir(), 'cavmae-stall-'));
const engine = await createEngine({ workspaceDir, host: 'web', spawn: spawnNodeWorker });
const client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
const resolutionMs = 5;

async function measured(phase: string, start: () => Promise<{ jobId: number }>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  const before = performance.eventLoopUtilization();
  delay.enable();
  const { status } = await engine.context.jobs.settled((await start()).jobId);
  delay.disable();
  const milliseconds = (nanoseconds: number) => Math.round(nanoseconds / 1e5) / 10;
  console.log(
    JSON.stringify({
      phase,
      status,
      longestMs: milliseconds(delay.max),
      p99Ms: milliseconds(delay.percentile(99)),
      utilisation: Math.round(performance.eventLoopUtilization(before).utilization * 1000) / 1000,
      load: os.loadavg()[0],
      cores: os.availableParallelism(),
    }),
  );
}

try {
  await measured('import', () => client.collection.import({ paths: folders, embed: false }));
  await measured('embed', () => client.embeddings.start({}));
  await measured('map', () => client.projections.start({ neighbors: 5 }));
} finally {
  await engine.close();
  await rm(workspaceDir, { recursive: true, force: true });
}
