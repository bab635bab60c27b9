import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../../../../src/engine/checkpoint/loadCheckpoint.ts';
import { saveCheckpoint } from '../../../../src/engine/checkpoint/saveCheckpoint.ts';
import type { ClipInput } from '../../../../src/engine/inference/clipInput.ts';
import { configOfSize } from '../../../../src/engine/model/config.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';
import { runFinetune, type FinetuneRequest } from '../../../../src/engine/training/finetuneTask.ts';
import { finetunePreset } from '../../../../src/engine/training/presets/presets.ts';
import { Random } from '../../../../src/engine/training/random.ts';
import { useNative } from './nativeTensorflow.ts';
import { smallDevice } from './smallDevice.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-finetune-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = {
  ...configOfSize('tiny'),
  audioLength: 64,
  imgSize: 32,
  embedDim: 32,
  decoderEmbedDim: 16,
  specificDepth: 1,
};
const model = join(folder, 'model.safetensors');

/** Class 0: a low tone and a dark picture; class 1: a high tone and a bright one. */
function clip(path: string): ClipInput {
  const n = Number(path);
  const random = new Random(n + 1);
  const high = n % 2;
  return {
    fbank: Float32Array.from(
      { length: 64 * 128 },
      (_, i) => (i % 128 < 64 === (high === 0) ? 0 : -10) + random.normal(),
    ),
    frames: {
      data: Uint8Array.from({ length: 3 * 32 * 32 * 3 }, () => 60 + 120 * high + random.integer(-40, 40)),
      count: 3,
      size: 32,
    },
  };
}

const waveform = async (path: string): Promise<Float32Array> => {
  const random = new Random(Number(path));
  return Float32Array.from(
    { length: 16_000 },
    (_, i) => 0.3 * Math.sin(i * (Number(path) % 2 ? 2 : 0.1)) + 0.01 * random.normal(),
  );
};

function request(change: Partial<FinetuneRequest>, name: string): FinetuneRequest {
  const count = 40;
  const targets = new Float32Array(count * 2);
  for (let n = 0; n < count; n++) targets[n * 2 + (n % 2)] = 1;
  const depth = change.depth ?? 'last';
  const { values } = finetunePreset(depth, depth);
  return {
    runId: 1,
    model,
    modelId: 'tiny',
    depth,
    mode: 'multimodal',
    multiLabel: false,
    classes: [
      { classId: 5, name: 'low' },
      { classId: 6, name: 'high' },
    ],
    clips: Array.from({ length: count }, (_, i) => ({ clipId: i + 1, path: String(i), source: i, name: `clip ${i}` })),
    targets,
    held: Array.from({ length: count }, (_, i) => i >= 30),
    seed: 1,
    folder: join(folder, name),
    file: join(folder, `${name}.safetensors`),
    cacheBytes: 1e7,
    microBatch: 8,
    ...change,
    values: { ...values, learningRate: 2e-3, epochs: 4, batchSize: 8, ...change.values },
  };
}
const tools = {
  readInput: async (path: string) => clip(path),
  readWaveform: waveform,
  onPoint: () => undefined,
  breathe: () => new Promise<void>((resolve) => setImmediate(resolve)),
  stopping: () => false,
};

beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
  const parameters = createParameters(config, 'cavmae', 1);
  await saveCheckpoint(model, { kind: 'cavmae', config, tensors: parameters.toTensors() });
  parameters.dispose();
});

describe('runFinetune', () => {
  it.each(['last', 'full'] as const)('learns at depth %s and tells what each modality knows', async (depth) => {
    const before = tf.memory().numTensors;
    const points: { valLoss?: number | undefined }[] = [];
    const { metrics, epochs } = await runFinetune(request({ depth }, depth), {
      ...tools,
      onPoint: (point) => points.push(point),
    });
    expect(epochs).toBe(4);
    expect(metrics.accuracy).toBeGreaterThan(0.8);
    expect(metrics).toMatchObject({ trainCount: 30, testCount: 10 });
    expect(metrics.attribution.audio).not.toBeNull();
    expect(points.filter((point) => point.valLoss !== undefined)).toHaveLength(4);
    expect(tf.memory().numTensors).toBe(before);
    const { tensors, kind, metadata } = await loadCheckpoint(join(folder, `${depth}.safetensors`));
    expect(kind).toBe('cavmaeft');
    expect(JSON.parse(metadata.classes!)).toEqual(['low', 'high']);
    const original = (await loadCheckpoint(model)).tensors;
    const same = (name: string) => tensors.get(name)!.data.every((x, i) => x === original.get(name)!.data[i]);
    expect(same('blocks_a.0.attn.qkv.weight')).toBe(depth === 'last');
    expect(same('blocks_u.0.attn.qkv.weight')).toBe(false);
    expect(same('blocks_a.0.norm1_a.weight')).toBe(true);
  });

  it('goes on from the last finished epoch to the same weights', async () => {
    const whole = request(
      { depth: 'full', values: { ...finetunePreset('full', 'full').values, averageFrom: 2 }, mode: 'audioonly' },
      'whole',
    );
    await runFinetune(whole, tools);
    const cut = { ...whole, folder: join(folder, 'cut'), file: join(folder, 'cut.safetensors') };
    let steps = 0;
    const interrupted = runFinetune(cut, {
      ...tools,
      breathe: async () => {
        if (++steps > 9) throw new Error('killed');
      },
    });
    await expect(interrupted).rejects.toThrow('killed');
    await runFinetune(cut, tools);
    const [a, b] = [await loadCheckpoint(whole.file), await loadCheckpoint(cut.file)];
    for (const [name, { data }] of a.tensors) expect(b.tensors.get(name)!.data, name).toEqual(data);
  });

  it('one modality, several labels, unknown targets', async () => {
    const targets = request({}, 'x').targets.map((t, i) => (i % 13 === 0 ? Number.NaN : t));
    const { metrics } = await runFinetune(request({ mode: 'audioonly', multiLabel: true, targets }, 'audio'), tools);
    expect(metrics.mAP).toBeGreaterThan(0.8);
    expect(metrics.attribution).toMatchObject({ both: null, visual: null });
  });

  it.each(['full', 'last'] as const)(
    'goes on with fewer clips at a time where memory is short, to the same losses: depth %s',
    async (depth) => {
      const losses: number[][] = [[], []];
      const { values } = finetunePreset('full', 'full');
      const task = (name: string) =>
        request(
          {
            depth,
            multiLabel: true,
            targets: request({}, 'x').targets.map((t, i) => (i % 5 === 0 ? Number.NaN : t)),
            values: { ...values, epochs: 2 },
          },
          `${name} ${depth}`,
        );
      await runFinetune(task('roomy'), {
        ...tools,
        onPoint: ({ valLoss, loss }) => valLoss === undefined && losses[0]!.push(loss!),
      });
      const before = tf.memory().numTensors;
      const end = smallDevice(3);
      try {
        await runFinetune(task('short'), {
          ...tools,
          onPoint: ({ valLoss, loss }) => valLoss === undefined && losses[1]!.push(loss!),
        });
      } finally {
        expect(end()).toBeGreaterThan(0);
      }
      expect(losses[1]).toHaveLength(losses[0]!.length);
      losses[1]!.forEach((loss, i) => expect(loss).toBeCloseTo(losses[0]![i]!, 3));
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('names the clips of a batch whose loss is not a number', async () => {
    const broken = {
      ...tools,
      readInput: async (path: string): Promise<ClipInput> => ({
        ...clip(path),
        fbank: Float32Array.from({ length: 64 * 128 }, () => (path === '3' ? Number.NaN : 0)),
      }),
    };
    await expect(runFinetune(request({ mode: 'audioonly' }, 'nan'), broken)).rejects.toThrow(/not a number.*clip 3/);
  });
});
