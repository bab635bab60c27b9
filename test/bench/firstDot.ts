// The first minutes of a large import: node test/bench/firstDot.ts [files], by default 1,000. How long until the first dot of the map, until
// the map of 10, 100 and all clips, and until everything is done? Files are one short clip each, with different bytes of sound.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { createEngine } from '../../src/engine/host/engine.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';
import { makeMedia } from '../unit/engine/media/mediaFactory.ts';
import { benchArguments, report, rounded } from './report.ts';

const count = Number(benchArguments[0] ?? 1000);
const folder = mkdtempSync(path.join(os.tmpdir(), 'cavmae-first-dot-'));
const media = path.join(folder, 'media');
mkdirSync(media);
const first = await makeMedia(path.join(folder, 'first.avi'), {
  format: 'avi',
  video: { codec: 'mpeg4', level: (x, y, n) => 60 + ((x * 3 + y + 7 * n) % 120) },
  audio: { codec: 'pcm_s16le' },
  durationS: 2,
});
const bytes = readFileSync(first);
const at = bytes.lastIndexOf('01wb') + 8;
for (let n = 0; n < count; n++) {
  bytes.writeUInt32LE(n, at);
  writeFileSync(path.join(media, `clip ${String(n).padStart(6, '0')}.avi`), bytes);
}

const engine = await createEngine({
  workspaceDir: path.join(folder, 'workspace'),
  host: 'cli',
  spawn: spawnNodeWorker,
});
const client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
const began = performance.now();
const { jobId } = await client.collection.import({ paths: [media], embed: true });
const reached = new Map<number, number>();
const stages = [1, 10, 100, count];
const { workspace } = engine.context;
const lookMs = 100;
const seconds = (): number => (performance.now() - began) / 1000;
let importedS = 0;
for (;;) {
  const points = Math.max(
    0,
    ...workspace.projections.list().map((map) => workspace.projections.points(map.id)?.clipIds.length ?? 0),
  );
  for (const stage of stages) if (points >= stage && !reached.has(stage)) reached.set(stage, seconds());
  if (!importedS && engine.context.jobs.get(jobId)?.status === 'done') importedS = seconds();
  const active = (await client.jobs.list({ active: true })).length;
  if (active === 0 && reached.has(count)) break;
  await new Promise((resolve) => setTimeout(resolve, lookMs));
}
const totalS = seconds();
await engine.close();
rmSync(folder, { recursive: true, force: true });
report(`the first map of ${count} files`, {
  ...Object.fromEntries([...reached].map(([points, s]) => [`map of at least ${points}`, { seconds: rounded(s) }])),
  imported: { seconds: rounded(importedS) },
  'all jobs done': { seconds: rounded(totalS) },
});
