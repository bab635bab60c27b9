import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { saveCheckpoint } from '../../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { configOfSize, type CavMaeConfig } from '../../../../../src/engine/model/config.ts';
import { initialValue } from '../../../../../src/engine/model/initialValue.ts';
import { parameterShapes } from '../../../../../src/engine/model/parameterShapes.ts';
import { pretrainStart } from '../../../../../src/engine/procedures/pretraining/pretrainStart.ts';
import { openTrainable } from '../../../../../src/engine/training/pretrainTask.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const context = { workspace: { folder: () => folder } } as unknown as Parameters<typeof pretrainStart>[0];
const own: CavMaeConfig = { ...configOfSize('tiny'), audioLength: 64, imgSize: 32, variant: 'mae-audio' };

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const tensors = new Map(
    [...parameterShapes(own, 'cavmae')].map(([name, shape]) => [
      name,
      { shape, data: initialValue(own, name, shape, 1) },
    ]),
  );
  await saveCheckpoint(join(folder, 'own.safetensors'), { kind: 'cavmae', config: own, tensors, trained: true });
});

it('a checkpoint keeps its variant and sizes', async () => {
  const start = await pretrainStart(context, 'own', {});
  expect(start.config).toMatchObject({ variant: 'mae-audio', embedDim: 64, audioLength: 64 });
  expect(start.path).toContain('own.safetensors');
  await expect(pretrainStart(context, 'own', { variant: 'cav-mae' })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    detail: { field: 'variant' },
  });
});

it('fresh weights have the variant and size that were asked for, Sync by its name', async () => {
  expect((await pretrainStart(context, null, { size: 'tiny', variant: 'av-mae' })).config).toMatchObject({
    specificDepth: 0,
    jointDepth: 3,
  });
  expect((await pretrainStart(context, null, { size: 'small-sync' })).config).toMatchObject({
    alignedFrames: 16,
    clsToken: true,
    audioLength: 416,
  });
  await expect(pretrainStart(context, null, { size: 'huge' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

it('another length of sound takes its positions from the grid of the checkpoint', async () => {
  const half = { audioLength: 32 };
  const { config, path } = await pretrainStart(context, 'own', { config: half });
  expect(config.audioLength).toBe(32);
  const model = await openTrainable({ model: path, size: '', variant: 'mae-audio', config: half, seed: 1 });
  const table = model.parameters.get('pos_embed_a').dataSync();
  // Row 1 of the shorter grid [8, 2] is row 1 of the longer one [8, 4], not its tokens 2 and 3.
  const long = initialValue(own, 'pos_embed_a', [1, 32, 64], 0);
  expect([...table.subarray(2 * 64, 4 * 64)]).toEqual([...long.subarray(4 * 64, 6 * 64)]);
  expect([...table]).toEqual([...initialValue(config, 'pos_embed_a', [1, 16, 64], 0)]);
  model.parameters.dispose();
});
