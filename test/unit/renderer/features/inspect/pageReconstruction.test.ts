// @vitest-environment node
// The exported graph in the page's runtime, with the page's own arithmetic, paints what the engine paints.
import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOnnx } from '../../../../../src/engine/checkpoint/onnx/exportOnnx.ts';
import { framePixels } from '../../../../../src/engine/inference/clipInput.ts';
import { fbankInput } from '../../../../../src/engine/preprocess/fbankInput.ts';
import { normaliseFrames } from '../../../../../src/engine/preprocess/frame.ts';
import { reconstructClip } from '../../../../../src/engine/inference/reconstruct.ts';
import type { CavMaeConfig } from '../../../../../src/engine/model/config.ts';
import { loadParameters } from '../../../../../src/engine/model/parameters.ts';
import { audioInput, clipTensors, imageInput } from '../../../../../src/renderer/src/features/inspect/clipTensors.ts';
import { filled, marked, removedPatches } from '../../../../../src/renderer/src/features/inspect/maskPainting.ts';
import { reconstructWith, type MaskPair, type RunGraph } from '../../../../../src/renderer/src/features/inspect/pageReconstruction.ts';
import { patchify, unpatchify } from '../../../../../src/renderer/src/features/inspect/patches.ts';
import { gridOf, imagePlane, melPlane, paperSizes } from '../../../../../src/shared/figures/pictures.ts';
import { smallConfig, smallTensors, temporaryFolder } from '../../../engine/checkpoint/smallCheckpoint.ts';

const at = temporaryFolder();
const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step) * 4 - 5);
const fbank = wave(700 * 128, 0.013);
const frames = Uint8Array.from({ length: 2 * 224 * 224 * 3 }, (_, i) => 127 + 120 * Math.sin(i * 0.0031));
const grids = { A: gridOf('A', paperSizes), V: gridOf('V', paperSizes) };
const every = (modality: 'A' | 'V', share: number, seed: number, grid = grids[modality]) => { const mask = filled(grid, false); return marked(mask, [...mask.keys()].filter((i) => (i * 37 + seed) % 100 < share * 100), true); };
const worst = (a: Float32Array, b: Float32Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

it('normalises as the engine does', () => {
  expect(worst(audioInput(fbank, 1024), fbankInput(fbank))).toBeLessThan(1e-6);
  expect(worst(audioInput(wave(1200 * 128, 0.1), 1024), fbankInput(wave(1200 * 128, 0.1)))).toBeLessThan(1e-6);
  expect(worst(imageInput(frames.subarray(0, 224 * 224 * 3)), normaliseFrames(frames.subarray(0, 224 * 224 * 3)))).toBeLessThan(1e-6);
});

it('patches go back where they came from', () => {
  for (const modality of ['A', 'V'] as const) {
    const picture = wave(modality === 'A' ? 1024 * 128 : 3 * 224 * 224, 0.01);
    expect(worst(unpatchify(grids[modality], patchify(grids[modality], picture)), picture)).toBe(0);
  }
});

const small = { audioLength: 96, imgSize: 64 };
describe.each([[true, paperSizes], [false, paperSizes], [false, small], [true, small]] as const)('normalised patches: %s, sizes: %o', (normPixLoss, sizes) => {
  const config: CavMaeConfig = { ...smallConfig, ...sizes, embedDim: 24, numHeads: 12, decoderEmbedDim: 16, normPixLoss };
  let run: RunGraph;
  let session: ort.InferenceSession;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    ort.env.wasm.numThreads = 1;
    const path = at(`graph-${normPixLoss}-${sizes.imgSize}.onnx`);
    await exportOnnx(path, { tensors: smallTensors('cavmae', 0, config), config: { ...config }, metadata: {}, kind: 'cavmae' }, { graph: 'autoencoder' });
    session = await ort.InferenceSession.create(readFileSync(path));
    run = async (feeds) => {
      const out = await session.run(Object.fromEntries(Object.entries(feeds).map(([name, { dims, data }]) => [name, new ort.Tensor('float32', data, dims)])));
      return Object.fromEntries(Object.entries(out).map(([name, tensor]) => [name, { dims: tensor.dims, data: tensor.data as Float32Array }]));
    };
  });
  afterAll(() => session.release());

  const own = { A: gridOf('A', sizes), V: gridOf('V', sizes) };
  const whole: [string, MaskPair][] = [
    ['the sound hidden wholly', { A: filled(own.A, true), V: every('V', 0.5, 1, own.V) }],
    ...(sizes === small ? [['nothing hidden', { A: filled(own.A, false), V: filled(own.V, false) }] satisfies [string, MaskPair]] : []),
    ['the picture hidden wholly, the sound shown', { A: filled(own.A, false), V: filled(own.V, true) }],
  ];
  it.each<[string, MaskPair]>([['three quarters of both hidden', { A: every('A', 0.75, 3, own.A), V: every('V', 0.75, 5, own.V) }], ...(normPixLoss ? whole : [])])('%s', async (_, masks) => {
    const given = { data: frames, count: 2, size: 224 };
    const model = { config, parameters: loadParameters(config, 'cavmae', smallTensors('cavmae', 0, config)) };
    const expected = reconstructClip(model, { fbank, frames: given }, 1, { mode: 'hand', ratioA: 0, ratioV: 0, seed: 0, handA: removedPatches(masks.A), handV: removedPatches(masks.V) });
    const tensors = clipTensors({ tensors: { fbank: { shape: [700, 128], data: fbank }, frames: { shape: [2, sizes.imgSize, sizes.imgSize, 3], data: framePixels(given, [0, 1], sizes.imgSize) } }, metadata: {} }, 1, sizes)!;
    const { A, V } = await reconstructWith(run, tensors, masks, normPixLoss);
    for (const [side, part, plane] of [[A, expected.a!, melPlane], [V, expected.v!, imagePlane]] as const) {
      expect(worst(side.original.values, plane(part.original).values)).toBeLessThan(1e-5);
      expect(worst(side.predicted.values, plane(part.prediction).values)).toBeLessThan(1e-3);
      expect([...side.mask]).toEqual([...part.mask]);
      for (const [i, error] of part.error.entries()) expect(Math.abs(side.error[i]! - error)).toBeLessThan(1e-3 * (1 + error));
      if (part.loss === null) expect(side.loss).toBeNull();
      else expect(side.loss!).toBeCloseTo(part.loss, 3);
    }
    expect(A.frames).toBe(Math.min(700, sizes.audioLength));
    model.parameters.dispose();
  });
});
