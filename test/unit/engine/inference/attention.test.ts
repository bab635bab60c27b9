// Attention weights are those that the block mixes its values with.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBackend } from '../../../../src/engine/backend/startBackend.ts';
import { attentionOfClip, type AttentionStream } from '../../../../src/engine/inference/attention.ts';
import { configOfSize } from '../../../../src/engine/model/config.ts';
import type { Model } from '../../../../src/engine/model/model.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';

const config = { ...configOfSize('tiny') };
let model: Model;
const clip = {
  fbank: Float32Array.from({ length: 300 * 128 }, (_, i) => Math.sin(i * 0.013) * 4 - 5),
  frames: {
    data: Uint8Array.from({ length: 224 * 224 * 3 }, (_, i) => 127 + 120 * Math.sin(i * 0.0031)),
    count: 1,
    size: 224,
  },
};
beforeAll(async () => {
  await startBackend();
  model = { config, parameters: createParameters(config, 'cavmae', 1) };
});
afterAll(() => model.parameters.dispose());

it.each<[AttentionStream, number]>([
  ['a', 512],
  ['v', 196],
  ['joint', 708],
])('%s: every row sums to 1, the mean is the mean over heads', (stream, length) => {
  const ask = (head: number | null) => attentionOfClip(model, clip, { stream, layer: 0, head, frame: 0 }).weights;
  const mean = ask(null);
  expect(mean.length).toBe(length * length);
  for (const row of [0, 7, length - 1])
    expect(mean.subarray(row * length, (row + 1) * length).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 4);
  const heads = Array.from({ length: config.numHeads }, (_, head) => ask(head));
  expect(heads[0]).not.toEqual(heads[1]);
  for (const i of [0, 5, length * 3 + 1])
    expect(heads.reduce((sum, one) => sum + one[i]!, 0) / heads.length).toBeCloseTo(mean[i]!, 6);
});

it('tells layers and heads, and refuses what is not there', () => {
  const { layers, heads } = attentionOfClip(model, clip, { stream: 'joint', layer: 0, head: null, frame: 0 });
  expect([layers, heads]).toEqual([
    { a: config.specificDepth, v: config.specificDepth, joint: config.jointDepth },
    config.numHeads,
  ]);
  expect(() =>
    attentionOfClip(model, clip, { stream: 'a', layer: config.specificDepth, head: null, frame: 0 }),
  ).toThrow(/there is no layer/);
  expect(() => attentionOfClip(model, clip, { stream: 'a', layer: 0, head: config.numHeads, frame: 0 })).toThrow(
    /there is no head/,
  );
  expect(() =>
    attentionOfClip(model, { ...clip, frames: null }, { stream: 'v', layer: 0, head: null, frame: 0 }),
  ).toThrow(/no picture/);
});
