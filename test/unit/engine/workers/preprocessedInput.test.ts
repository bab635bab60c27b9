// Arrays preprocessed by hand: what does not fit is named with both shapes, before anything is computed.
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerHandle } from '../../../../src/engine/workers/channel.ts';
import type { ComputeHandlers } from '../../../../src/engine/workers/compute.ts';
import { checkedArray, type ArrayInput } from '../../../../src/engine/workers/preprocessedInput.ts';
import { spawnNodeWorker } from '../../../../src/engine/workers/spawnWorker.ts';

const zeros = (...shape: number[]): ArrayInput => ({ shape, data: new Float32Array(shape.reduce((n, d) => n * d, 1)) });

describe('checkedArray', () => {
  it.each<[string, ArrayInput, RegExp]>([
    ['another length', zeros(2, 64, 128), /fbank has shape \[2, 64, 128\], the model needs \[N, 128, 128\]/],
    ['another rank', zeros(128, 128), /\[128, 128\], the model needs \[N, 128, 128\]/],
    ['no item', zeros(0, 128, 128), /holds no item/],
    ['too few values', { shape: [2, 128, 128], data: new Float32Array(128 * 128) }, /but 16384 values/],
  ])('refuses %s', (_, input, why) => expect(() => checkedArray('fbank', input, [128, 128])).toThrow(why));

  it('names the place of what is no number', () => {
    const input = zeros(2, 3, 4);
    input.data[1 * 12 + 2 * 4 + 3] = -Infinity;
    expect(() => checkedArray('frames', input, [3, 4])).toThrow(
      'frames holds values that are not finite numbers: -Infinity at [1, 2, 3]',
    );
  });
});

describe('in the compute worker', () => {
  const worker = new WorkerHandle<ComputeHandlers>('compute', () => spawnNodeWorker('compute'));
  afterAll(() => worker.stop('done', true));
  const model = 'random:tiny:1';
  const [fbank, frames, noiseA, noiseV] = [zeros(2, 1024, 128), zeros(2, 3, 224, 224), zeros(2, 512), zeros(2, 196)];

  it('sound and pictures must be of as many items', () =>
    expect(worker.calls.features({ model, fbank, frames: zeros(3, 3, 224, 224) })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('[2, 3, 224, 224]'),
    }));
  it('noise must have a value per token', () =>
    expect(worker.calls.losses({ model, fbank, frames, noiseA: zeros(2, 196), noiseV })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringMatching(/noise-a has shape \[2, 196\].*\[2, 512\]/),
    }));
  it.each([0, 1])('a ratio of %d leaves no loss to tell', (ratioA) =>
    expect(worker.calls.losses({ model, fbank, frames, noiseA, noiseV, ratioA })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    }),
  );
  it('leaves out a loss of weight zero', async () => {
    const losses = await worker.calls.losses({
      model,
      fbank,
      frames,
      noiseA,
      noiseV,
      maeLossWeight: 0,
      contrastLossWeight: 0.1,
    });
    expect(losses).toMatchObject({ maeAudio: 0, maeVisual: 0, total: losses.contrastive });
    expect(losses.contrastive).toBeCloseTo(0.1 * Math.log(2), 5);
  });
  it('a pretrained model has no logits', () =>
    expect(worker.calls.logits({ model, fbank, frames, mode: 'multimodal' })).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
    }));
});
