// The whole engine with its real workers in a process of its own, to be killed: imports, embeds, labels, trains twice
// and exports, going on where an earlier process was killed or stopped. Arguments: workspace, folder of media, folder
// for exports. Says on stdout which phase begins and ends, which labels are acknowledged, and what stopped it, one JSON
// line each. A fourth argument, `deeper`, adds the training beyond the head.
import { writeSync } from 'node:fs';
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { createEngine } from '../../src/engine/host/engine.ts';
import { toEngineError } from '../../src/engine/host/orpcErrors.ts';
import { spawnNodeWorker } from '../../src/engine/workers/spawnWorker.ts';
import type { JobKind } from '../../src/shared/contract/job.ts';

const [workspaceDir, media, exported, deeper] = process.argv.slice(2) as [string, string, string, string?];
const say = (line: unknown): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};
process.on('uncaughtException', (thrown) => {
  const { code, message } = toEngineError(thrown);
  say({ stopped: { code, message } });
  process.exit(3);
});
const engine = await createEngine({ workspaceDir, host: 'cli', spawn: spawnNodeWorker });
const client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
const { jobs, workspace } = engine.context;

const added = (kind: JobKind, title?: string) =>
  jobs.list({ limit: 500 }).find((job) => job.kind === kind && (title === undefined || job.title.includes(title)));

/**
 * A phase is a job (begun unless an earlier process did) and what follows from it; ended when nothing waits any more.
 */
async function phase(name: string, isBegun: () => boolean, begin: () => Promise<unknown>): Promise<void> {
  say({ phase: name });
  // What a full disk has stopped is tried again.
  for (const { id } of jobs
    .list({ limit: 500 })
    .filter(({ status }) => status === 'failed' || status === 'cancelled')
    .toReversed())
    if (['failed', 'cancelled'].includes(jobs.get(id)!.status)) await client.jobs.retry({ jobId: id });
  if (!isBegun()) await begin();
  for (let active = jobs.list({ active: true }); active.length; active = jobs.list({ active: true }))
    await jobs.settled(active.at(-1)!.id);
  const failed = jobs.list({ limit: 500 }).find((job) => job.status !== 'done');
  if (failed) throw engine.jobError(failed.id) ?? new Error(`${failed.title} is ${failed.status}: ${failed.error}`);
  say({ ended: name });
}

await phase(
  'import',
  () => added('import') !== undefined,
  () => client.collection.import({ paths: [media], embed: false }),
);
await phase(
  'embed',
  () => added('embed') !== undefined,
  () => client.embeddings.start({ frames: 1 }),
);

say({ phase: 'label' });
const schema =
  workspace.schemas.byName('Sounds') ?? workspace.schemas.create({ name: 'Sounds', classes: ['a', 'b', 'c'] });
for (const { id, name } of workspace.clips.list({ offset: 0, limit: 500 }).rows) {
  const classId = schema.classes.find((one) => name.startsWith(one.name))?.id;
  if (classId === undefined || workspace.annotations.labelled(schema.id).some(({ clipId }) => clipId === id)) continue;
  await client.annotations.set({ clipIds: [id], classId });
  say({ labelled: name });
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
}
say({ ended: 'label' });

await phase(
  'head',
  () => added('finetune', 'Head') !== undefined,
  () => client.finetune.start({ schemaId: schema.id, depth: 'head', name: 'Head', seed: 3 }),
);
if (deeper)
  await phase(
    'last',
    () => added('finetune', 'Deeper') !== undefined,
    () =>
      client.finetune.start({
        schemaId: schema.id,
        depth: 'last',
        preset: 'last',
        name: 'Deeper',
        seed: 3,
        options: { epochs: 2, batchSize: 8, earlyStop: false },
      }),
  );
await phase(
  'export',
  () => added('export') !== undefined,
  () => client.embeddings.export({ path: path.join(exported, 'embeddings'), format: 'npy' }),
);
say({ phase: 'write' });
await client.annotations.export({ path: path.join(exported, 'labels.csv'), format: 'csv' });
await client.classifiers.exportPredictions({
  classifierId: (await client.classifiers.list()).find(({ name }) => name === 'Head')!.id,
  path: path.join(exported, 'predictions.csv'),
  format: 'csv',
});
say({ ended: 'write' });
await engine.close();
say({ finished: true });
process.exit(0);
