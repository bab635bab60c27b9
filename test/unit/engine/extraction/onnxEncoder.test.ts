// Embeddings by onnxruntime are those of tensorflow.js, for every kind of clip and variant, alone and in groups; its
// files are kept well.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/engine/backend/startBackend.ts';
import { saveCheckpoint } from '../../../../src/engine/checkpoint/saveCheckpoint.ts';
import { agreementOf } from '../../../../src/engine/extraction/agreement.ts';
import { encoderFile } from '../../../../src/engine/extraction/encoderFile.ts';
import { chooseExtraction } from '../../../../src/engine/extraction/extractionRuntime.ts';
import { OnnxEncoder } from '../../../../src/engine/extraction/onnxEncoder.ts';
import type { ClipInput } from '../../../../src/engine/inference/clipInput.ts';
import { embedClip, type ClipEmbedding } from '../../../../src/engine/inference/embed.ts';
import {
  configOfSize,
  ofVariant,
  syncOptions,
  type CavMaeConfig,
  type Variant,
} from '../../../../src/engine/model/config.ts';
import type { Model } from '../../../../src/engine/model/model.ts';
import { createParameters } from '../../../../src/engine/model/loadParameters.ts';
import { randomStream } from '../../../../src/engine/base/randomStream.ts';

const folder = mkdtempSync(join(tmpdir(), 'cavmae-encoders-'));
const frameBytes = 224 * 224 * 3;

function clipOf(seed: number, count = 3): ClipInput {
  const stream = randomStream(seed);
  return {
    fbank: Float32Array.from({ length: 998 * 128 }, () => -5 + 4 * stream.normal()),
    frames: { data: Uint8Array.from({ length: count * frameBytes }, () => stream.below(256)), count, size: 224 },
  };
}
const still = (clip: ClipInput): ClipInput => {
  const data = clip.frames!.data.slice();
  data.copyWithin(frameBytes, 0, frameBytes);
  return { ...clip, frames: { ...clip.frames!, data } };
};

beforeAll(() => startBackend());
afterAll(() => rmSync(folder, { recursive: true }));

const models: Model[] = [];
afterAll(() => models.forEach(({ parameters }) => parameters.dispose()));

/**
 * The same model in both libraries; its LayerNorms are away from one and zero, so that a wrong choice of norms shows.
 */
async function both(config: CavMaeConfig, name: string): Promise<{ model: Model; encoder: OnnxEncoder }> {
  const model = { config, parameters: createParameters(config, 'cavmae', 7) };
  models.push(model);
  for (const [at, [parameter, { data }]] of [...model.parameters.toTensors()].entries()) {
    if (parameter.includes('norm'))
      model.parameters.set(
        parameter,
        data.map((x, i) => x + 0.2 * Math.sin(i + at)),
      );
  }
  const path = join(folder, `${name}.safetensors`);
  await saveCheckpoint(path, { kind: 'cavmae', config: { ...config }, tensors: model.parameters.toTensors() });
  return { model, encoder: await OnnxEncoder.open({ folder: join(folder, 'encoders', name), key: name }, path, 2) };
}

function close(actual: ClipEmbedding, expected: ClipEmbedding): void {
  for (const space of ['joint', 'audio', 'visual'] as const) {
    const worst = expected[space].reduce(
      (most, x, i) =>
        Math.max(
          most,
          Number.isNaN(x) ? (Number.isNaN(actual[space][i]!) ? 0 : Infinity) : Math.abs(x - actual[space][i]!),
        ),
      0,
    );
    expect(actual[space].length).toBe(expected[space].length);
    expect(worst, space).toBeLessThan(2e-5);
  }
}

describe.each(['tiny', 'small'] as const)('%s', (size) => {
  it('equals tensorflow.js: alone, in a group, with equal frames, without sound, without picture', async () => {
    const { model, encoder } = await both(configOfSize(size), size);
    const [one, two] = [clipOf(1), clipOf(2)];
    const group = await encoder.embed([one, two], 3);
    close(group[0]!, embedClip(model, one, 3));
    close(group[1]!, embedClip(model, two, 3));
    for (const clip of [still(one), { ...one, fbank: null }, { ...one, frames: null }])
      close((await encoder.embed([clip], 3))[0]!, embedClip(model, clip, 3));
    await expect(encoder.embed([{ fbank: null, frames: null }], 3)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(
      encoder.embed([{ fbank: null, frames: { data: new Uint8Array(48), count: 1, size: 5 } }], 1),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await encoder.dispose();
  });
});

it('of another audio length and image size equals tensorflow.js', async () => {
  const { model, encoder } = await both({ ...configOfSize('tiny'), audioLength: 512, imgSize: 112 }, 'other');
  close((await encoder.embed([clipOf(1)], 3))[0]!, embedClip(model, clipOf(1), 3));
  await encoder.dispose();
});

it.each<Variant>(['cav', 'av-mae', 'mae-audio', 'mae-visual'])('variant %s equals tensorflow.js', async (variant) => {
  const { model, encoder } = await both(ofVariant(configOfSize('tiny'), variant), variant);
  const clip = clipOf(3, 2);
  close((await encoder.embed([clip], 2))[0]!, embedClip(model, clip, 2));
  await encoder.dispose();
});

it('of CAV-MAE Sync equals tensorflow.js, whatever a clip has', async () => {
  const sync = { ...configOfSize('tiny'), ...syncOptions, registerTokens: 2 };
  const { model, encoder } = await both(sync, 'sync');
  const clip = clipOf(3, 4);
  for (const one of [
    clip,
    { ...clip, frames: null },
    { ...clip, fbank: null },
    { ...clip, aligned: clipOf(5, 6).frames },
  ])
    close((await encoder.embed([one], 10))[0]!, embedClip(model, one, 10));
  const two = await encoder.embed([clip, clipOf(4, 4)], 10);
  close(two[1]!, embedClip(model, clipOf(4, 4), 10));
  await encoder.dispose();
});

it('in int8 is close to tensorflow.js, from a file a third as large', async () => {
  const { model, encoder } = await both(configOfSize('small'), 'precision');
  await encoder.dispose();
  const place = { folder: join(folder, 'encoders', 'precision'), key: 'precision' };
  const path = join(folder, 'precision.safetensors');
  const int8 = await OnnxEncoder.open(place, path, 2, { precision: 'int8', device: 'cpu' });
  for (const clip of [clipOf(1), { ...clipOf(2), fbank: null }, { ...clipOf(3), frames: null }]) {
    const { leastCosine } = agreementOf([embedClip(model, clip, 3)], await int8.embed([clip], 3));
    expect(leastCosine).toBeGreaterThan(0.999);
    // Not the same numbers: then it would not be int8.
    expect(leastCosine).toBeLessThan(0.9999999);
  }
  await int8.dispose();
  const bytes = (precision: string) =>
    statSync(
      join(
        place.folder,
        readdirSync(place.folder).find((name) => name.includes(`audio-visual.${precision}.`))!,
      ),
    ).size;
  expect(bytes('int8')).toBeLessThan(bytes('float32') / 2.8);
});

it('puts clips together that have the same modalities and as many different frames', async () => {
  const encoder = await OnnxEncoder.open({ folder: join(folder, 'kinds'), key: 'k' }, 'random:tiny:1', 1);
  const kind = (clip: ClipInput) => encoder.kindOf(clip, 3);
  const clip = clipOf(1);
  expect(kind(clip)).toBe(kind(clipOf(2)));
  expect(
    new Set([kind(clip), kind(still(clip)), kind({ ...clip, fbank: null }), kind({ ...clip, frames: null })]).size,
  ).toBe(4);
  expect(kind({ fbank: null, frames: null })).toBeNull();
  await encoder.dispose();
});

describe('encoderFile', () => {
  const place = join(folder, 'kept');
  const write = (key: string, model = 'random:tiny:1') => encoderFile(place, key, model, ['audio', 'visual']);

  it('is written once per key, and the least recently used go', async () => {
    const files: string[] = [];
    for (const key of ['a', 'b', 'c', 'd']) {
      files.push(await write(key));
      utimesSync(files.at(-1)!, files.length, files.length);
    }
    expect(await write('a')).toBe(files[0]);
    await write('e');
    const names = readdirSync(place);
    expect(names).toHaveLength(4);
    expect(files.map((file) => names.some((name) => file.endsWith(name)))).toEqual([true, false, true, true]);
  });

  it('takes away what a killed process left unfinished, not what another may still be writing', async () => {
    const [left, young] = ['left.onnx.1a2b3c4d.part', 'young.onnx.5e6f7a8b.part'].map((name) => join(place, name)) as [
      string,
      string,
    ];
    writeFileSync(left, 'half');
    writeFileSync(young, 'half');
    const hoursAgo = Date.now() / 1000 - 2 * 3600;
    utimesSync(left, hoursAgo, hoursAgo);
    await write('g');
    expect([existsSync(left), existsSync(young)]).toEqual([false, true]);
  });

  it('is not written from a checkpoint that does not fit its own configuration', async () => {
    const config = configOfSize('tiny');
    const tensors = createParameters(config, 'cavmae', 1).toTensors();
    tensors.set('norm.weight', { shape: [63], data: new Float32Array(63) });
    const path = join(folder, 'misshapen.safetensors');
    await saveCheckpoint(path, { kind: 'cavmae', config: { ...config }, tensors });
    await expect(write('f', path)).rejects.toMatchObject({
      code: 'CHECKPOINT_MISMATCH',
      message: /norm\.weight.*63.*64/,
    });
  });
});

describe('chooseExtraction', () => {
  it('takes onnxruntime unless TensorFlow has a GPU or someone decided', () => {
    expect(chooseExtraction({ backend: 'native' }, 'auto').runtime).toBe('onnxruntime');
    expect(chooseExtraction({ backend: 'wasm' }, 'auto').runtime).toBe('onnxruntime');
    expect(chooseExtraction({ backend: 'native-gpu' }, 'auto').runtime).toBe('tfjs');
    expect(chooseExtraction({ backend: 'native-gpu' }, 'onnx').runtime).toBe('onnxruntime');
    expect(chooseExtraction({ backend: 'native' }, 'tfjs').runtime).toBe('tfjs');
  });

  it('is switched by CAVMAE_EXTRACTION, whose other values are refused', () => {
    const before = process.env.CAVMAE_EXTRACTION;
    process.env.CAVMAE_EXTRACTION = 'tfjs';
    expect(chooseExtraction({ backend: 'native' }).runtime).toBe('tfjs');
    process.env.CAVMAE_EXTRACTION = 'fast';
    expect(() => chooseExtraction({ backend: 'native' })).toThrow(/auto, onnx, tfjs/);
    if (before === undefined) delete process.env.CAVMAE_EXTRACTION;
    else process.env.CAVMAE_EXTRACTION = before;
  });
});
