// CAV-MAE Sync gets sixteen frames of each clip, through the contract: real media, real workers, a real workspace.
import { createRouterClient } from '@orpc/server';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { saveCheckpoint } from '../../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { createEngine } from '../../../../../src/engine/host/engine.ts';
import { inputPathOf } from '../../../../../src/engine/media/inputPath.ts';
import { checkConfig, syncOptions } from '../../../../../src/engine/model/config.ts';
import { spawnNodeWorker } from '../../../../../src/engine/workers/spawnWorker.ts';
import { decodeSafetensors } from '../../../../../src/shared/wire/safetensors.ts';
import { smallConfig, smallTensors } from '../../checkpoint/smallCheckpoint.ts';
import { makeMedia } from '../../media/mediaFactory.ts';

it('is embedded from sixteen frames, and other clips keep the input they have', async () => {
  const base = mkdtempSync(join(tmpdir(), 'cavmae-sync-'));
  for (const name of ['one', 'two', 'other'])
    await makeMedia(join(base, `${name}.mkv`), {
      format: 'matroska',
      video: { codec: 'libx264', level: (x) => name.length * 40 + (x % 30) },
      audio: { codec: 'flac' },
      durationS: 2,
    });
  const config = checkConfig({ ...smallConfig, ...syncOptions });
  const file = join(base, 'sync.safetensors');
  await saveCheckpoint(file, { kind: 'cavmae', config, tensors: smallTensors('cavmae', 0, config) });
  const engine = await createEngine({ workspaceDir: join(base, 'workspace'), host: 'cli', spawn: spawnNodeWorker });
  onTestFinished(async () => {
    await engine.close();
    rmSync(base, { recursive: true });
  });
  const client = createRouterClient(engine.router, { context: {}, interceptors: engine.interceptors });
  const { workspace, jobs } = engine.context;
  const paths = ['one', 'two', 'other'].map((name) => join(base, `${name}.mkv`));
  await jobs.settled((await client.collection.import({ paths, embed: false })).jobId);
  const clips = workspace.clips.many(workspace.clips.ids());
  const framesOf = (name: string) => {
    const clip = clips.find(({ absolutePath }) => basename(absolutePath) === `${name}.mkv`)!;
    const { tensors } = decodeSafetensors(readFileSync(inputPathOf(workspace.path, clip)));
    return [tensors.frames!.shape[0], tensors.aligned?.shape[0]];
  };
  expect(framesOf('one')).toEqual([10, undefined]);
  const { id: modelId } = await client.models.add({ path: file });
  const clipIds = clips.filter(({ absolutePath }) => !absolutePath.endsWith('other.mkv')).map(({ id }) => id);
  const embedded = await jobs.settled((await client.embeddings.start({ modelId, clipIds })).jobId);
  expect(embedded).toMatchObject({ status: 'done', error: null, result: { embedded: 2, failed: 0 } });
  expect([framesOf('one'), framesOf('two'), framesOf('other')]).toEqual([
    [10, 16],
    [10, 16],
    [10, undefined],
  ]);
  // Retrieval by aligned frames looks at every clip that has both.
  expect(await client.search.retrievalEvaluation({ modelId })).toMatchObject({ clips: 3, of: 3 });
  expect(framesOf('other')).toEqual([10, 16]);
});
