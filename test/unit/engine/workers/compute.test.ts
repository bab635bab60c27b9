// The compute worker as the host uses it: a process of its own, input files from disk, typed arrays back.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkerHandle } from '../../../../src/engine/workers/channel.ts';
import type { ComputeHandlers } from '../../../../src/engine/workers/compute.ts';
import { spawnNodeWorker } from '../../../../src/engine/workers/spawnWorker.ts';
import { randomStream } from '../../../../src/engine/base/randomStream.ts';
import { encodeSafetensors, type Tensor } from '../../../../src/shared/wire/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-compute-'));
const worker = new WorkerHandle<ComputeHandlers>('compute', () => spawnNodeWorker('compute'));
const model = 'random:tiny:1';

/** An input file with T = 998 fbank frames and ten pictures, of which a seed makes another. */
function inputFile(
  name: string,
  seed: number,
  has: { sound?: boolean; picture?: boolean; still?: boolean } = {},
): string {
  const { sound = true, picture = true, still = false } = has;
  const stream = randomStream(`${seed}`);
  const tensors: Record<string, Tensor> = {};
  if (sound)
    tensors.fbank = {
      shape: [998, 128],
      data: Float32Array.from({ length: 998 * 128 }, () => -5 + 4 * stream.normal()),
    };
  if (picture) {
    const size = 224 * 224 * 3;
    const data = Uint8Array.from({ length: 10 * size }, () => stream.below(256));
    if (still) for (let k = 1; k < 10; k++) data.copyWithin(k * size, 0, size);
    tensors.frames = { shape: [10, 224, 224, 3], data };
  }
  const path = join(folder, `${name}.safetensors`);
  writeFileSync(path, encodeSafetensors(tensors));
  return path;
}

const files: Record<string, string> = {};
beforeAll(() => {
  files.both = inputFile('both', 1);
  files.other = inputFile('other', 2);
  files.silent = inputFile('silent', 1, { sound: false });
  files.blind = inputFile('blind', 1, { picture: false });
  files.nothing = inputFile('nothing', 1, { sound: false, picture: false });
  files.still = inputFile('still', 3, { still: true });
  writeFileSync((files.broken = join(folder, 'broken.safetensors')), 'no tensors at all');
});
afterAll(() => {
  worker.stop('done', true);
  rmSync(folder, { recursive: true });
});

const row = (matrix: Float32Array, index: number, dim: number) => matrix.subarray(index * dim, (index + 1) * dim);
const isMissing = (vector: Float32Array) => vector.every(Number.isNaN);
const isThere = (vector: Float32Array) => vector.every(Number.isFinite) && vector.some((x) => x !== 0);

describe('embed', () => {
  it('gives every space a row per clip, NaN where a modality is missing, and names what failed', async () => {
    const done: number[] = [];
    const inputs = [files.both!, files.silent!, files.nothing!, files.blind!, files.broken!, files.other!];
    const result = await worker.calls.embed(
      { model, inputs, frames: 10 },
      { onEvent: (event) => done.push(event.done) },
    );
    const at = (space: 'joint' | 'audio' | 'visual', index: number) => row(result[space], index, result.dim);
    expect(result.dim).toBe(64);
    for (const index of [0, 5])
      for (const space of ['joint', 'audio', 'visual'] as const)
        expect(isThere(at(space, index)), `${space} ${index}`).toBe(true);
    expect([isMissing(at('audio', 1)), isThere(at('visual', 1)), isThere(at('joint', 1))]).toEqual([true, true, true]);
    expect([isThere(at('audio', 3)), isMissing(at('visual', 3)), isThere(at('joint', 3))]).toEqual([true, true, true]);
    for (const index of [2, 4]) expect(isMissing(at('joint', index))).toBe(true);
    expect(result.failed.map(({ index, code }) => [index, code])).toEqual([
      [2, 'BAD_INPUT'],
      [4, 'BAD_INPUT'],
    ]);
    expect(done).toEqual([1, 2, 4, 6]);
  });

  it('gives the same by onnxruntime, clip by clip, and says which library computes', async () => {
    const inputs = [files.both!, files.silent!, files.nothing!, files.blind!, files.broken!, files.other!];
    const [graphs, done] = [join(folder, 'encoders'), [] as number[]];
    expect(await worker.calls.embeddingDim({ model, graphs, extraction: 'onnx' })).toEqual({
      dim: 64,
      runtime: 'onnxruntime',
      precision: 'float32',
      device: 'cpu',
      notice: null,
    });
    expect(await worker.calls.embeddingDim({ model, graphs, extraction: 'tfjs' })).toMatchObject({ runtime: 'tfjs' });
    const ours = await worker.calls.embed(
      { model, inputs, frames: 10, graphs, extraction: 'onnx' },
      { onEvent: (event) => done.push(event.done) },
    );
    const theirs = await worker.calls.embed({ model, inputs, frames: 10 });
    for (const space of ['joint', 'audio', 'visual'] as const) {
      const worst = theirs[space].reduce(
        (most, x, i) =>
          Math.max(most, Number.isNaN(x) && Number.isNaN(ours[space][i]!) ? 0 : Math.abs(x - ours[space][i]!)),
        0,
      );
      expect(worst, space).toBeLessThan(2e-5);
    }
    expect(ours.failed).toEqual(theirs.failed);
    expect(done.toSorted()).toEqual([1, 2, 4, 6]);
    expect((await worker.calls.backend({})).extraction?.runtime).toMatch(/onnxruntime|tfjs/);
    await worker.calls.clearModels({});
    expect(await worker.calls.embeddingDim({ model, graphs, extraction: 'onnx' })).toMatchObject({ dim: 64 });
  });

  it('computes by tensorflow.js where no graph can be written, and says why; asked for onnxruntime, it refuses', async () => {
    const graphs = join(files.both!, 'a file is no folder');
    const { dim, runtime, notice } = await worker.calls.embeddingDim({
      model: 'random:tiny:8',
      graphs,
      extraction: 'auto',
    });
    expect([dim, runtime, typeof notice]).toEqual([64, 'tfjs', 'string']);
    await expect(worker.calls.embeddingDim({ model: 'random:tiny:8', graphs, extraction: 'onnx' })).rejects.toThrow();
    await expect(
      worker.calls.embeddingDim({ model: join(folder, 'gone.pth'), graphs: folder, extraction: 'auto' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('means over frames: ten equal frames give what one of them gives', async () => {
    const [ten, one] = [
      await worker.calls.embed({ model, inputs: [files.still!], frames: 10 }),
      await worker.calls.embed({ model, inputs: [files.still!], frames: 1 }),
    ];
    for (const space of ['joint', 'audio', 'visual'] as const)
      ten[space].forEach((x, i) => expect(x).toBeCloseTo(one[space][i]!, 4));
  });

  it('is the same for the same seed and another for another', async () => {
    const vector = async (spec: string) =>
      (await worker.calls.embed({ model: spec, inputs: [files.both!], frames: 2 })).joint;
    const first = await vector('random:tiny:7');
    await worker.calls.clearModels({});
    expect(await vector('random:tiny:7')).toEqual(first);
    expect(await vector('random:tiny:8')).not.toEqual(first);
  });

  it('stops when cancelled', async () => {
    const controller = new AbortController();
    const running = worker.calls.embed(
      { model, inputs: Array.from({ length: 200 }, () => files.both!), frames: 10 },
      { signal: controller.signal, onEvent: ({ done }) => done === 2 && controller.abort() },
    );
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it.each([
    ['random:huge:1', 'BAD_INPUT'],
    ['random:tiny:x', 'BAD_INPUT'],
    ['/nowhere/model.safetensors', 'NOT_FOUND'],
  ])('model %s fails with %s', async (spec, code) => {
    await expect(worker.calls.embed({ model: spec, inputs: [files.both!], frames: 1 })).rejects.toMatchObject({ code });
  });
});

describe('reconstruct', () => {
  const mask = { mode: 'unstructured', ratioA: 0.75, ratioV: 0.75, seed: 3 } as const;

  it('gives pictures, masks and errors of the documented sizes, and losses that are the mean error of removed patches', async () => {
    const { a, v, perPatchStatistics } = await worker.calls.reconstruct({ model, input: files.both!, frame: 5, mask });
    expect([a!.original.length, a!.prediction.length, a!.mask.length, a!.error.length]).toEqual([
      1024 * 128,
      1024 * 128,
      512,
      512,
    ]);
    expect([v!.original.length, v!.prediction.length, v!.mask.length, v!.error.length]).toEqual([
      3 * 224 * 224,
      3 * 224 * 224,
      196,
      196,
    ]);
    expect([a!.mask.filter((gone) => gone === 0).length, v!.mask.filter((gone) => gone === 0).length]).toEqual([
      128, 49,
    ]);
    expect(perPatchStatistics).toBe(true);
    for (const part of [a!, v!]) {
      const removed = [...part.error].filter((_, i) => part.mask[i] === 1);
      expect(part.loss).toBeCloseTo(removed.reduce((sum, x) => sum + x, 0) / removed.length, 4);
    }
    expect(v!.original.every((x) => x > -1e-5 && x < 1 + 1e-5)).toBe(true);
  });

  it('removes exactly the patches painted by hand', async () => {
    const { a, v } = await worker.calls.reconstruct({
      model,
      input: files.both!,
      frame: 0,
      mask: { ...mask, mode: 'hand', handA: [0, 511], handV: [13] },
    });
    expect([...a!.mask.keys()].filter((i) => a!.mask[i] === 1)).toEqual([0, 511]);
    expect([...v!.mask.keys()].filter((i) => v!.mask[i] === 1)).toEqual([13]);
  });

  it('hides a whole modality, and refuses to hide both', async () => {
    const { a, v } = await worker.calls.reconstruct({
      model,
      input: files.both!,
      frame: 0,
      mask: { ...mask, ratioA: 1, ratioV: 0 },
    });
    expect(a!.mask.every((gone) => gone === 1)).toBe(true);
    expect([Number.isFinite(a!.loss), v!.loss]).toEqual([true, null]);
    await expect(
      worker.calls.reconstruct({ model, input: files.both!, frame: 0, mask: { ...mask, ratioA: 1, ratioV: 1 } }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('does without a modality the clip does not have', async () => {
    const silent = await worker.calls.reconstruct({ model, input: files.silent!, frame: 0, mask });
    expect([silent.a, silent.v!.prediction.length]).toEqual([null, 3 * 224 * 224]);
  });

  it('gives losses alone, of the clip and of a shuffled partner', async () => {
    const masks = [0.5, 0.9].map((ratio) => ({ ...mask, ratioA: ratio, ratioV: ratio }));
    const own = await worker.calls.reconstructionLosses({ model, input: files.both!, partner: null, frame: 5, masks });
    const control = await worker.calls.reconstructionLosses({
      model,
      input: files.both!,
      partner: files.other!,
      frame: 5,
      masks,
    });
    expect(own).toHaveLength(2);
    expect(control[0]!.lossV).not.toBe(own[0]!.lossV);
  });
});

it('localise: cosines per patch and frame', async () => {
  const { frames, audio } = await worker.calls.localise({ model, input: files.both! });
  expect([frames.shape, audio.shape, frames.data.length, audio.data.length]).toEqual([
    [10, 14, 14],
    [8, 64],
    1960,
    512,
  ]);
  expect(Math.max(...frames.data.map(Math.abs), ...audio.data.map(Math.abs))).toBeLessThan(1 + 1e-5);
  await expect(worker.calls.localise({ model, input: files.blind! })).rejects.toMatchObject({ code: 'BAD_INPUT' });
});

it('a damaged checkpoint is refused, and read anew once repaired', async () => {
  const path = join(folder, 'model.safetensors');
  writeFileSync(path, 'broken');
  await expect(worker.calls.describeModel({ path })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  writeFileSync(path, encodeSafetensors({ modality_a: { shape: [1, 1, 64], data: new Float32Array(64) } }));
  utimesSync(path, 1, 1);
  await expect(worker.calls.describeModel({ path })).rejects.toMatchObject({ code: 'CHECKPOINT_MISMATCH' });
});

it('says which backend runs', async () => {
  const report = await worker.calls.backend({});
  expect(report.native).toBe(report.backend !== 'wasm');
  expect(report.reason).not.toBe('');
});
