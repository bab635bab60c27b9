import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../../../src/engine/checkpoint/loadCheckpoint.ts';
import type { ClipInput } from '../../../../src/engine/inference/clipInput.ts';
import { drawMasks, paperOptions } from '../../../../src/engine/model/cavMae.ts';
import { configOfSize, type Variant } from '../../../../src/engine/model/config.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';
import { makeBatch, plainBatch } from '../../../../src/engine/training/data/makeBatch.ts';
import type { PretrainValues } from '../../../../src/engine/training/presets/preset.ts';
import { pretrainPreset } from '../../../../src/engine/training/presets/presets.ts';
import { pretrainable } from '../../../../src/engine/training/pretrain.ts';
import { pretrainGradients, type BatchGradients } from '../../../../src/engine/training/pretrainGradients.ts';
import { runPretrain, type PretrainEvent, type PretrainRequest } from '../../../../src/engine/training/pretrainTask.ts';
import { Random } from '../../../../src/engine/training/random.ts';
import { useNative } from './nativeTensorflow.ts';
import { smallDevice } from './smallDevice.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-pretrain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function clip(path: string): ClipInput {
  const random = new Random(Number(path) + 1);
  const kind = Number(path) % 4;
  return {
    fbank: Float32Array.from({ length: 64 * 128 }, (_, i) => ((i % 128) >> 5 === kind ? 0 : -10) + random.normal()),
    frames: {
      data: Uint8Array.from(
        { length: 2 * 32 * 32 * 3 },
        (_, i) => ((i >> 8) % 4 === kind ? 200 : 40) + random.integer(0, 30),
      ),
      count: 2,
      size: 32,
    },
  };
}
let runs = 0;
function request(
  change: Partial<Omit<PretrainRequest, 'values'>> & { values?: Partial<PretrainValues> } = {},
): PretrainRequest {
  const { values, ...rest } = change;
  const run = join(folder, String(runs++));
  return {
    model: null,
    size: 'tiny',
    variant: 'cav-mae',
    config: { audioLength: 64, imgSize: 32, embedDim: 32, decoderEmbedDim: 16, specificDepth: 1 },
    seed: 1,
    steps: 6,
    microBatch: 8,
    checkpointBlocks: false,
    clips: Array.from({ length: 20 }, (_, i) => ({ clipId: i + 1, path: String(i), source: i, name: `clip ${i}` })),
    folder: run,
    file: join(run, 'model.safetensors'),
    name: 'test',
    parent: null,
    cacheBytes: 1e6,
    values: {
      ...pretrainPreset('small').values,
      batchSize: 8,
      learningRate: 3e-3,
      warmupSteps: 1,
      checkpointEvery: 3,
      heldOutShare: 0.2,
      jitter: false,
      mirror: false,
      noise: false,
      ...values,
    },
    ...rest,
  };
}
const points: PretrainEvent[] = [];
const tools = {
  readInput: async (path: string) => clip(path),
  onPoint: (point: PretrainEvent) => void points.push(point),
  breathe: () => new Promise<void>((resolve) => setImmediate(resolve)),
};

beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
});

describe('runPretrain', () => {
  it.each(['cav-mae', 'cav', 'av-mae', 'mae-audio', 'mae-visual'] satisfies Variant[])(
    'trains %s and leaves no tensor behind',
    async (variant) => {
      const before = tf.memory().numTensors;
      points.length = 0;
      // At one temperature, so that losses can be compared.
      const task = request({
        variant,
        steps: 12,
        values: { learningRate: 6e-3, startTemperature: 0.05, checkpointEvery: 100 },
      });
      const { losses, retrieval, heldOut, trainCount } = await runPretrain(task, tools);
      expect(points.at(-1)!.loss).toBeLessThan(points[0]!.loss!);
      expect([trainCount, heldOut]).toEqual([16, 4]);
      const [hasA, hasV, hasC] = [losses!.lossA > 0, losses!.lossV > 0, losses!.lossC > 0];
      expect([hasA, hasV, hasC]).toEqual(
        {
          'cav-mae': [true, true, true],
          cav: [false, false, true],
          'av-mae': [true, true, false],
          'mae-audio': [true, false, false],
          'mae-visual': [false, true, false],
        }[variant],
      );
      expect(retrieval !== null).toBe(variant === 'cav-mae' || variant === 'cav');
      expect(points.some((point) => point.valLoss !== undefined)).toBe(true);
      expect(tf.memory().numTensors).toBe(before);
      expect((await loadCheckpoint(task.file)).config).toMatchObject({ variant, audioLength: 64, imgSize: 32 });
    },
  );

  it('goes on from a checkpoint, and recomputing blocks gives the same weights', async () => {
    const first = request();
    await runPretrain(first, tools);
    const [plain, saving] = [request({ model: first.file }), request({ model: first.file, checkpointBlocks: true })];
    await runPretrain(plain, tools);
    await runPretrain(saving, tools);
    const [start, a, b] = await Promise.all([first, plain, saving].map((task) => loadCheckpoint(task.file)));
    for (const name of ['blocks_u.0.attn.qkv.weight', 'decoder_pred_a.weight']) {
      const [x, y, z] = [start!, a!, b!].map((checkpoint) => checkpoint.tensors.get(name)!.data) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      expect(y).not.toEqual(x);
      expect(Math.max(...y.map((value, i) => Math.abs(value - z[i]!)))).toBeLessThan(1e-4);
    }
    expect(a!.tensors.get('pos_embed_a')!.data).toEqual(start!.tensors.get('pos_embed_a')!.data);
  });

  it('stops at a loss that is not a number, keeps the weights before it and names the clips', async () => {
    const task = request({ values: { heldOutShare: 0 } });
    let reads = 0;
    const broken = {
      ...tools,
      readInput: async (path: string): Promise<ClipInput> => {
        reads++;
        return reads <= 8 ? clip(path) : { ...clip(path), fbank: new Float32Array(64 * 128).fill(Number.NaN) };
      },
    };
    await expect(runPretrain({ ...task, cacheBytes: 0 }, broken)).rejects.toThrow(/not a number at step 2.*clip \d+/);
    const { tensors } = await loadState(join(task.folder, 'state.safetensors'));
    expect([...tensors.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true);
    // The same run with sound inputs goes on from there.
    expect((await runPretrain(task, tools)).steps).toBe(6);
  });

  it.each(['cav-mae', 'cav', 'av-mae', 'mae-visual'] satisfies Variant[])(
    'adds up parts of a batch to the gradient of the whole, contrast over all clips included: %s',
    (variant) => {
      const config = {
        ...configOfSize('tiny'),
        variant,
        audioLength: 64,
        imgSize: 32,
        embedDim: 32,
        decoderEmbedDim: 16,
        specificDepth: 1,
      };
      const model = { config, parameters: createParameters(config, 'cavmae', 3) };
      const inputs = Array.from({ length: 7 }, (_, i) => clip(String(i)));
      const batch = makeBatch(
        inputs,
        inputs.map((_, i) => `clip ${i}`),
        config,
        { ...plainBatch, noise: true },
        new Random(1),
      );
      const masks = drawMasks(config, { ratioA: 0.5, ratioV: 0.5 }, inputs.length, 5);
      const options = { ...paperOptions, contrastLossWeight: 1, bidirect: true, centring: 0.5 };
      const [whole, parts] = [7, 3].map((micro) =>
        pretrainGradients(model, pretrainable(model), batch, masks, options, micro),
      ) as [BatchGradients, BatchGradients];
      for (const name of ['loss', 'lossA', 'lossV', 'lossC', 'cAcc'] as const)
        expect(parts[name], name).toBeCloseTo(whole[name], 4);
      expect(whole.loss).toBeGreaterThan(0.1);
      expect([...parts.gradients.keys()].sort()).toEqual([...whole.gradients.keys()].sort());
      for (const [name, gradient] of whole.gradients) {
        const [x, y] = [gradient.dataSync(), parts.gradients.get(name)!.dataSync()];
        const scale = Math.max(...x.map(Math.abs));
        expect(Math.max(...x.map((value, i) => Math.abs(value - y[i]!))), name).toBeLessThan(1e-3 * scale + 1e-6);
      }
      tf.dispose(
        [
          batch.audio,
          batch.image,
          ...whole.gradients.values(),
          ...parts.gradients.values(),
          ...model.parameters.entries().map(([, variable]) => variable),
        ].filter((t) => t !== null),
      );
    },
  );

  it('goes on with fewer clips at a time where memory is short, to the same losses', async () => {
    const before = tf.memory().numTensors;
    points.length = 0;
    await runPretrain(request(), tools);
    const roomy = points.splice(0).map(({ loss, lossC, cAcc }) => [loss, lossC, cAcc]);
    const end = smallDevice(3);
    try {
      await runPretrain(request(), tools);
    } finally {
      expect(end()).toBeGreaterThan(0);
    }
    const short = points.splice(0).map(({ loss, lossC, cAcc }) => [loss, lossC, cAcc]);
    expect(short).toHaveLength(roomy.length);
    short.flat().forEach((value, i) => expect(value).toBeCloseTo(roomy.flat()[i]!, 2));
    expect(tf.memory().numTensors).toBe(before);
    const none = smallDevice(0);
    await expect(runPretrain(request(), tools)).rejects.toThrow(/OOM/);
    none();
  });

  it('refuses to go on when the recipe has changed, and clips that lack what is needed', async () => {
    const task = request();
    await runPretrain(task, tools);
    await expect(runPretrain({ ...task, seed: 2 }, tools)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(
      runPretrain(request(), { ...tools, readInput: async (path) => ({ ...clip(path), frames: null }) }),
    ).rejects.toThrow(/has no picture/);
    await expect(runPretrain(request({ clips: [] }), tools)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

async function loadState(path: string) {
  const { openCheckpoint } = await import('../../../../src/engine/checkpoint/openCheckpoint.ts');
  const { readTensor } = await import('../../../../src/engine/checkpoint/tensorEntry.ts');
  const file = await openCheckpoint(path);
  const tensors = new Map<string, { data: Float32Array }>();
  for (const entry of file.entries) tensors.set(entry.name, await readTensor(file.source, entry));
  await file.source.close();
  return { tensors };
}
