// @vitest-environment node
// The exported graph in the page's runtime, with the page's own arithmetic, paints what the engine paints.
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framePixels } from '../../../../../../src/engine/inference/clipInput.ts';
import { fbankInput } from '../../../../../../src/shared/signal/fbankInput.ts';
import { normaliseFrames } from '../../../../../../src/shared/signal/frameInput.ts';
import { reconstructClip } from '../../../../../../src/engine/inference/reconstruct.ts';
import type { CavMaeConfig } from '../../../../../../src/engine/model/config.ts';
import { loadParameters } from '../../../../../../src/engine/model/loadParameters.ts';
import { clipTensors } from '../../../../../../src/renderer/src/features/inspect/pageModel/clipTensors.ts';
import {
  filled,
  marked,
  removedPatches,
} from '../../../../../../src/renderer/src/features/inspect/workbench/maskPainting.ts';
import {
  encodeAhead,
  reconstructWith,
  type MaskPair,
} from '../../../../../../src/renderer/src/features/inspect/pageModel/pageReconstruction.ts';
import { patchify, unpatchify } from '../../../../../../src/renderer/src/features/inspect/pageModel/patches.ts';
import { gridOf, paperSizes } from '../../../../../../src/shared/signal/patchGrid.ts';
import { imagePlane, melPlane } from '../../../../../../src/shared/figures/pictures.ts';
import { pageGraphs } from '../../../../engine/checkpoint/pageGraphs.ts';
import { smallConfig, smallTensors, temporaryFolder } from '../../../../engine/checkpoint/smallCheckpoint.ts';

const at = temporaryFolder();
const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step) * 4 - 5);
const fbank = wave(700 * 128, 0.013);
const frames = Uint8Array.from({ length: 2 * 224 * 224 * 3 }, (_, i) => 127 + 120 * Math.sin(i * 0.0031));
const grids = { A: gridOf('A', paperSizes), V: gridOf('V', paperSizes) };
const every = (modality: 'A' | 'V', share: number, seed: number, grid = grids[modality]) => {
  const mask = filled(grid, false);
  return marked(
    mask,
    [...mask.keys()].filter((i) => (i * 37 + seed) % 100 < share * 100),
    true,
  );
};
const worst = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

it('normalises as the engine does', () => {
  const tensors = {
    fbank: { dtype: 'F32', shape: [700, 128], data: fbank },
    frames: { dtype: 'U8', shape: [2, 224, 224, 3], data: frames },
  } as const;
  for (const index of [0, 1]) {
    const made = clipTensors({ tensors, metadata: {} } as never, index, paperSizes)!;
    const frame = frames.subarray(index * 224 * 224 * 3, (index + 1) * 224 * 224 * 3);
    expect(worst(made.audio, fbankInput(fbank))).toBeLessThan(1e-6);
    expect(worst(made.image, normaliseFrames(frame))).toBeLessThan(1e-6);
  }
  const long = wave(1200 * 128, 0.1);
  const cut = { fbank: { ...tensors.fbank, shape: [1200, 128], data: long }, frames: tensors.frames };
  expect(worst(clipTensors({ tensors: cut } as never, 0, paperSizes)!.audio, fbankInput(long))).toBeLessThan(1e-6);
});

it('patches go back where they came from', () => {
  for (const modality of ['A', 'V'] as const) {
    const picture = wave(modality === 'A' ? 1024 * 128 : 3 * 224 * 224, 0.01);
    expect(worst(unpatchify(grids[modality], patchify(grids[modality], picture)), picture)).toBe(0);
  }
});

const small = { audioLength: 96, imgSize: 64 };
describe.each([
  [true, paperSizes],
  [false, paperSizes],
  [false, small],
  [true, small],
] as const)('normalised patches: %s, sizes: %o', (normPixLoss, sizes) => {
  const config: CavMaeConfig = {
    ...smallConfig,
    ...sizes,
    embedDim: 24,
    numHeads: 12,
    decoderEmbedDim: 16,
    normPixLoss,
  };
  let graphs: Awaited<ReturnType<typeof pageGraphs>>;
  beforeAll(async () => {
    await tf.setBackend('cpu');
    graphs = await pageGraphs(
      { tensors: smallTensors('cavmae', 0, config), config: { ...config }, metadata: {}, kind: 'cavmae' },
      (part) => at(`graph-${part}-${normPixLoss}-${sizes.imgSize}.onnx`),
    );
  });
  afterAll(() => graphs.release());

  const own = { A: gridOf('A', sizes), V: gridOf('V', sizes) };
  const whole: [string, MaskPair][] = [
    ['the sound hidden wholly', { A: filled(own.A, true), V: every('V', 0.5, 1, own.V) }],
    ...(sizes === small
      ? [['nothing hidden', { A: filled(own.A, false), V: filled(own.V, false) }] satisfies [string, MaskPair]]
      : []),
    ['the picture hidden wholly, the sound shown', { A: filled(own.A, false), V: filled(own.V, true) }],
  ];
  it.each<[string, MaskPair]>([
    ['three quarters of both hidden', { A: every('A', 0.75, 3, own.A), V: every('V', 0.75, 5, own.V) }],
    ...(normPixLoss ? whole : []),
  ])('%s', async (_, masks) => {
    const given = { data: frames, count: 2, size: 224 };
    const model = { config, parameters: loadParameters(config, 'cavmae', smallTensors('cavmae', 0, config)) };
    const expected = reconstructClip(model, { fbank, frames: given }, 1, {
      mode: 'hand',
      ratioA: 0,
      ratioV: 0,
      seed: 0,
      handA: removedPatches(masks.A),
      handV: removedPatches(masks.V),
    });
    const tensors = clipTensors(
      {
        tensors: {
          fbank: { shape: [700, 128], data: fbank },
          frames: { shape: [2, sizes.imgSize, sizes.imgSize, 3], data: framePixels(given, [0, 1], sizes.imgSize) },
        },
        metadata: {},
      },
      1,
      sizes,
    )!;
    const { A, V } = await reconstructWith(graphs.run, tensors, masks, normPixLoss);
    for (const [side, part, plane] of [
      [A, expected.a!, melPlane],
      [V, expected.v!, imagePlane],
    ] as const) {
      expect(worst(side.original.values, plane(part.original).values)).toBeLessThan(1e-5);
      expect(worst(side.predicted.values, plane(part.prediction).values)).toBeLessThan(1e-3);
      expect([...side.mask]).toEqual([...part.mask]);
      for (const [i, error] of part.error.entries())
        expect(Math.abs(side.error[i]! - error)).toBeLessThan(1e-3 * (1 + error));
      if (part.loss === null) expect(side.loss).toBeNull();
      else expect(side.loss!).toBeCloseTo(part.loss, 3);
    }
    expect(A.frames).toBe(Math.min(700, sizes.audioLength));
    model.parameters.dispose();
  });
});

it('encodes again only what a stroke or another frame changed', async () => {
  const sizes = small;
  const own = { A: gridOf('A', sizes), V: gridOf('V', sizes) };
  const config: CavMaeConfig = { ...smallConfig, ...sizes };
  const graphs = await pageGraphs(
    { tensors: smallTensors('cavmae', 0, config), config: { ...config }, metadata: {}, kind: 'cavmae' },
    (part) => at(`strokes-${part}.onnx`),
  );
  const file = {
    tensors: {
      fbank: { shape: [700, 128], data: fbank },
      frames: { shape: [2, sizes.imgSize, sizes.imgSize, 3], data: frames.subarray(0, 2 * sizes.imgSize ** 2 * 3) },
    },
    metadata: {},
  };
  const masks = { A: every('A', 0.5, 3, own.A), V: every('V', 0.5, 5, own.V) };
  const parts = async (frame: number, now: MaskPair): Promise<string[]> => {
    graphs.ran.length = 0;
    const here = await reconstructWith(graphs.run, clipTensors(file, frame, sizes)!, now, false);
    const ran = [...graphs.ran];
    // Whoever remembers nothing paints the same.
    const anew = await reconstructWith(
      (part, feeds) => graphs.run(part, feeds),
      clipTensors(file, frame, sizes)!,
      now,
      false,
    );
    for (const side of ['A', 'V'] as const)
      expect([worst(here[side].predicted.values, anew[side].predicted.values), here[side].loss]).toEqual([
        0,
        anew[side].loss,
      ]);
    return ran;
  };
  expect(await parts(0, masks)).toEqual(['sound', 'picture', 'joint']);
  expect(await parts(0, masks)).toEqual(['joint']);
  expect(await parts(0, { ...masks, A: marked(masks.A, [1], !masks.A[1]) })).toEqual(['sound', 'joint']);
  // Back to a mask of the sound from before: its tokens are remembered.
  expect(await parts(0, { ...masks, V: marked(masks.V, [1], !masks.V[1]) })).toEqual(['picture', 'joint']);
  expect(await parts(1, { ...masks, V: marked(masks.V, [1], !masks.V[1]) })).toEqual(['picture', 'joint']);
  // Where the engine painted because nothing is hidden, both are encoded ahead; a stroke touches one.
  const none = { A: every('A', 0, 3, own.A), V: every('V', 0, 5, own.V) };
  const clip = clipTensors(file, 1, sizes)!;
  await encodeAhead(graphs.run, clip, none);
  graphs.ran.length = 0;
  await reconstructWith(graphs.run, clip, { ...none, A: marked(none.A, [1], true) }, false);
  expect(graphs.ran).toEqual(['sound', 'joint']);
  await encodeAhead(graphs.run, clip, { ...none, A: marked(none.A, none.A.keys(), true) });
  expect(graphs.ran).toEqual(['sound', 'joint']);
  // Four masks of a modality are remembered, and no more.
  for (const i of [2, 3, 4]) await encodeAhead(graphs.run, clip, { ...none, A: marked(none.A, [i], true) });
  await encodeAhead(graphs.run, clip, { ...none, A: marked(none.A, [1], true) });
  expect(graphs.ran).toEqual(['sound', 'joint', 'sound', 'sound', 'sound']);
  await encodeAhead(graphs.run, clip, none);
  expect(graphs.ran).toEqual(['sound', 'joint', 'sound', 'sound', 'sound', 'sound']);
  await graphs.release();
});
