// Defects of deeper finetuning, each by the behaviour that shows it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/openCheckpoint.ts';
import { saveCheckpoint } from '../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { readTensor } from '../../../../src/engine/checkpoint/tensorEntry.ts';
import { finetuneForward } from '../../../../src/engine/model/cavMaeFt.ts';
import { configOfSize } from '../../../../src/engine/model/config.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';
import { InputCache } from '../../../../src/engine/training/data/inputCache.ts';
import { makeBatch, plainBatch } from '../../../../src/engine/training/data/makeBatch.ts';
import { TokenCache } from '../../../../src/engine/training/data/tokenCache.ts';
import { runFinetune, type FinetuneRequest } from '../../../../src/engine/training/finetuneTask.ts';
import { finetunePreset } from '../../../../src/engine/training/presets/presets.ts';
import { Random } from '../../../../src/engine/training/random.ts';
import { useNative } from './nativeTensorflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-finetune-defects-'));
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

const clipOf = (n: number) => {
  const random = new Random(n + 1);
  return {
    fbank: Float32Array.from({ length: 64 * 128 }, () => -5 + random.normal() + (n % 2)),
    frames: { data: Uint8Array.from({ length: 3 * 32 * 32 * 3 }, () => random.integer(0, 255)), count: 3, size: 32 },
  };
};

beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
  const parameters = createParameters(config, 'cavmae', 3);
  await saveCheckpoint(model, { kind: 'cavmae', config, tensors: parameters.toTensors() });
  parameters.dispose();
});

function request(name: string): FinetuneRequest {
  const count = 16;
  const targets = new Float32Array(count * 2);
  for (let n = 0; n < count; n++) targets[n * 2 + (n % 2)] = 1;
  return {
    runId: 1,
    model,
    modelId: 'test',
    depth: 'last',
    mode: 'multimodal',
    multiLabel: false,
    classes: ['a', 'b'].map((label, classId) => ({ classId, name: label })),
    clips: Array.from({ length: count }, (_, n) => ({ clipId: n + 1, path: String(n), source: n, name: `clip ${n}` })),
    targets,
    held: Array.from({ length: count }, () => false),
    seed: 1,
    values: {
      ...finetunePreset('last', 'last').values,
      epochs: 3,
      weightAverage: true,
      averageFrom: 1,
      earlyStop: false,
    },
    folder: join(folder, name),
    file: join(folder, name, 'classifier.safetensors'),
    cacheBytes: 1e8,
    microBatch: 8,
  };
}
const tools = {
  readInput: async (path: string) => clipOf(Number(path)),
  readWaveform: async () => null,
  onPoint: () => undefined,
  breathe: async () => undefined,
  stopping: () => false,
};
async function weightsOf(path: string): Promise<Map<string, Float32Array>> {
  const file = await openCheckpoint(path);
  try {
    const all = new Map<string, Float32Array>();
    for (const entry of file.entries) all.set(entry.name, (await readTensor(file.source, entry)).data);
    return all;
  } finally {
    await file.source.close();
  }
}

it('a kill between the weight average and the training state does not count an epoch twice', async () => {
  const whole = request('whole');
  await runFinetune(whole, tools);
  const killed = request('killed');
  // The state of the second epoch is never written: the average of that epoch is there already.
  let epochs = 0;
  const path = join(killed.folder, 'state.safetensors');
  const { copyFileSync, existsSync } = await import('node:fs');
  const saved = join(folder, 'state of epoch 1');
  await expect(
    runFinetune(killed, {
      ...tools,
      onPoint: () => undefined,
      breathe: async () => {
        if (existsSync(path) && epochs === 0) {
          copyFileSync(path, saved);
          epochs = 1;
        }
        const average = join(killed.folder, 'average.safetensors');
        if (epochs === 1 && existsSync(average)) {
          const file = await openCheckpoint(average);
          const { metadata } = file;
          await file.source.close();
          if (metadata.epochs === '2') throw new Error('killed');
        }
      },
    }),
  ).rejects.toThrow('killed');
  copyFileSync(saved, path);
  await runFinetune(killed, tools);
  const [expected, actual] = [await weightsOf(whole.file), await weightsOf(killed.file)];
  for (const [name, data] of expected) expect(actual.get(name), name).toEqual(data);
});

it('tokens of the sound are computed once for all views of a clip', async () => {
  const parameters = createParameters(config, 'cavmae', 3);
  const passes: string[] = [];
  const watched = {
    config,
    parameters,
    tap: (stage: string) => {
      if (stage === 'tokens_a' || stage === 'tokens_v') passes.push(stage);
    },
  };
  const tokens = new TokenCache(watched, 'multimodal', new InputCache(tools.readInput, 1e8), 1e8);
  const clip = { clipId: 1, path: '1', source: 1, name: 'clip', target: new Float32Array(2) };
  for (let step = 0; step < 12; step++) {
    const { a, v } = await tokens.get([clip], new Random(step));
    tf.dispose([a!, v!]);
  }
  expect(passes.filter((stage) => stage === 'tokens_a')).toHaveLength(1);
  expect(passes.filter((stage) => stage === 'tokens_v')).toHaveLength(3);
  parameters.dispose();
});

it.each(['mae-audio', 'av-mae'] as const)('%s in a single-modality mode uses norms that were trained', (variant) => {
  const own = { ...config, variant, ...(variant === 'av-mae' && { specificDepth: 0, jointDepth: 2 }) };
  const parameters = createParameters(own, 'cavmaeft', 3, 2);
  const audio = tf.tensor3d(new Float32Array(64 * 128).fill(0.3), [1, 64, 128]);
  const logits = () =>
    tf.tidy(() => [...finetuneForward({ config: own, parameters }, { audio, image: null }, 'audioonly').dataSync()]);
  parameters.set(
    'mlp_head.1.weight',
    Float32Array.from({ length: 64 }, (_, i) => Math.sin(i)),
  );
  const before = logits();
  parameters.set('norm_a.weight', new Float32Array(32).fill(7));
  expect(logits()).toEqual(before);
  parameters.set(
    'norm.weight',
    Float32Array.from({ length: 32 }, (_, i) => 1 + i),
  );
  parameters.set(
    'norm.bias',
    Float32Array.from({ length: 32 }, (_, i) => i),
  );
  expect(logits()).not.toEqual(before);
  audio.dispose();
  parameters.dispose();
});

it('a batch that cannot be made leaves no tensor behind', () => {
  const before = tf.memory().numTensors;
  const clip = clipOf(1);
  const broken = { ...clip, frames: { ...clip.frames, data: clip.frames.data.subarray(0, 10) } };
  expect(() => makeBatch([clip, broken], ['a', 'b'], { ...config, imgSize: 16 }, plainBatch, new Random(1))).toThrow();
  expect(tf.memory().numTensors).toBe(before);
});
