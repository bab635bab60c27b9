// What a pretraining recipe's options do: none is taken and ignored.
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryPlan, refuseUnusedOptions } from '../../../../src/engine/procedures/pretraining/pretrainStart.ts';
import { contrast, paperOptions } from '../../../../src/engine/model/cavMae.ts';
import { configOfSize, sizes } from '../../../../src/engine/model/config.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';
import { InputCache } from '../../../../src/engine/training/data/inputCache.ts';
import { cosineFactor, warmupFactor } from '../../../../src/engine/training/optimiser/schedule.ts';
import { pretrain } from '../../../../src/engine/training/pretrain.ts';
import { pretrainPreset } from '../../../../src/engine/training/presets/presets.ts';
import { Random } from '../../../../src/engine/training/random.ts';
import { probe } from '../../../../src/engine/training/retrievalProbe.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useNative } from './nativeTensorflow.ts';

beforeAll(async () => {
  if (!(await useNative())) await tf.setBackend('cpu');
});
const config = {
  ...configOfSize('tiny'),
  audioLength: 64,
  imgSize: 32,
  embedDim: 32,
  decoderEmbedDim: 16,
  specificDepth: 1,
};
const clipOf = (n: number) => {
  const random = new Random(n + 1);
  return {
    fbank: Float32Array.from({ length: 64 * 128 }, () => -5 + random.normal() + (n % 4)),
    frames: { data: Uint8Array.from({ length: 2 * 32 * 32 * 3 }, () => random.integer(0, 255)), count: 2, size: 32 },
  };
};
const clips = Array.from({ length: 12 }, (_, n) => ({ clipId: n, path: String(n), source: n, name: `clip ${n}` }));
const cache = () => new InputCache(async (path) => clipOf(Number(path)), 1e8);
const breathe = async () => undefined;

describe('warm-up', () => {
  it('rises with a stepped schedule too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cavmae-warmup-'));
    const model = { config, parameters: createParameters(config, 'cavmae', 1) };
    const rates: number[] = [];
    const values = {
      ...pretrainPreset('base').values,
      batchSize: 4,
      learningRate: 1,
      warmupSteps: 4,
      maeLossWeight: 0,
      contrastLossWeight: 1e-9,
    };
    await pretrain(
      model,
      { values, seed: 1, steps: 6, clips, microBatch: 4, stateFile: join(folder, 'state'), fingerprint: 'x' },
      cache(),
      { breathe, onPoint: (point) => void rates.push(point.learningRate!) },
    );
    model.parameters.dispose();
    rmSync(folder, { recursive: true });
    expect(rates).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
  });
  it('and the cosine ends at its floor', () => {
    expect([0, 1, 2].map((step) => warmupFactor(step, 2))).toEqual([0.5, 1, 1]);
    expect(cosineFactor(100, 100, 10, 0.1)).toBeCloseTo(0.1, 12);
    expect(cosineFactor(100, 100, 10)).toBeCloseTo(0, 12);
  });
});

it('contrasts within groups where asked for', () => {
  tf.tidy(() => {
    const random = new Random(3);
    const of = () =>
      tf.tensor3d(
        Float32Array.from({ length: 8 * 6 }, () => random.normal()),
        [8, 1, 6],
      );
    const [a, v] = [of(), of()];
    const loss = (x: tf.Tensor3D, y: tf.Tensor3D, contrastGroup: number) =>
      contrast(x, y, { ...paperOptions, contrastGroup }).lossC.dataSync()[0]!;
    const half = (x: tf.Tensor3D, from: number) => x.slice([from, 0, 0], [4, -1, -1]);
    const halves = (loss(half(a, 0), half(v, 0), 0) + loss(half(a, 4), half(v, 4), 0)) / 2;
    expect(loss(a, v, 4)).toBeCloseTo(halves, 5);
    expect(loss(a, v, 0)).toBe(loss(a, v, 8));
    expect(loss(a, v, 0)).not.toBeCloseTo(halves, 3);
  });
});

it('the loss on held-out clips follows the recipe: weights, masks, clips that are contrasted', async () => {
  const model = { config, parameters: createParameters(config, 'cavmae', 1) };
  const values = { ...pretrainPreset('small').values, batchSize: 12 };
  const lossOf = async (change: Partial<typeof values>) =>
    (await probe(model, clips, { ...values, ...change }, cache(), breathe)).point.valLoss!;
  const whole = await lossOf({});
  // An untrained contrast over N clips starts near ln N, whatever is computed at once.
  const contrastAlone = whole - (await lossOf({ contrastLossWeight: 0 }));
  const ofFour = (await lossOf({ contrastGroup: 4 })) - (await lossOf({ contrastLossWeight: 0 }));
  expect(contrastAlone).toBeGreaterThan(ofFour + 0.5);
  expect(await lossOf({ maeLossWeight: 2 })).toBeGreaterThan(whole + 0.5);
  expect(await lossOf({ maskRatioA: 0.3 })).not.toBe(whole);
  model.parameters.dispose();
});

it('refuses what a variant does not look at', () => {
  expect(() => refuseUnusedOptions('av-mae', { maskRatioV: 0.5 })).toThrow(/maskRatioV has no effect/);
  expect(() => refuseUnusedOptions('av-mae', { maskMode: 'time' })).toThrow(/maskMode/);
  expect(() => refuseUnusedOptions('mae-audio', { contrastLossWeight: 1 })).toThrow(/no contrastive loss/);
  expect(() => refuseUnusedOptions('cav-mae', { maskMode: 'time', maskRatioV: 0.5 })).not.toThrow();
});

it('plans memory by the width of the model', () => {
  expect(memoryPlan(sizes.base)).toEqual({ microBatch: 4, checkpointBlocks: true });
  expect(memoryPlan(sizes.small)).toEqual({ microBatch: 32, checkpointBlocks: false });
});
