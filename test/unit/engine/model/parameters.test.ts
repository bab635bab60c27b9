// Strict loading: names, shapes and values must match, and what does not is named.
import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../../src/engine/backend/startBackend.ts';
import { configOfCheckpoint } from '../../../../src/engine/model/configOfCheckpoint.ts';
import {
  checkConfig,
  configOfSize,
  ofVariant,
  sizes,
  syncOptions,
  type CavMaeConfig,
} from '../../../../src/engine/model/config.ts';
import {
  createParameters,
  loadParameters,
  pretrainedToFinetune,
  type TensorSource,
} from '../../../../src/engine/model/loadParameters.ts';
import { parameterShapes } from '../../../../src/engine/model/parameterShapes.ts';

beforeAll(async () => void (await startBackend()));
const tiny = configOfSize('tiny');

function source(change: (tensors: TensorSource) => void = () => undefined): TensorSource {
  const parameters = createParameters(tiny, 'cavmae', 1);
  const tensors: TensorSource = parameters.toTensors();
  parameters.dispose();
  change(tensors);
  return tensors;
}

describe('loadParameters', () => {
  it('takes every tensor over and leaves the source empty', () => {
    const tensors = source();
    const value = tensors.get('norm.weight')!.data;
    const parameters = loadParameters(tiny, 'cavmae', tensors);
    expect(parameters.get('norm.weight').dataSync()).toEqual(value);
    expect(tensors.size).toBe(0);
    parameters.dispose();
  });

  const failures: [string, (tensors: TensorSource) => void, RegExp][] = [
    [
      'a missing tensor',
      (t) => t.delete('norm_a.bias'),
      /Missing in the checkpoint: norm_a\.bias\. Unknown to the model: none/,
    ],
    [
      'an extra tensor',
      (t) => t.set('head.weight', { shape: [1], data: new Float32Array(1) }),
      /Missing in the checkpoint: none\. Unknown to the model: head\.weight/,
    ],
    [
      'a wrong shape',
      (t) => t.set('norm.weight', { shape: [32], data: new Float32Array(32) }),
      /norm\.weight has shape \[32\] in the checkpoint, the model needs \[64\]/,
    ],
    [
      'NaN',
      (t) => (t.get('blocks_u.0.mlp.fc1.bias')!.data[7] = NaN),
      /blocks_u\.0\.mlp\.fc1\.bias holds values that are not finite/,
    ],
    ['infinity', (t) => (t.get('modality_v')!.data[0] = Infinity), /modality_v/],
  ];
  it.each(failures)('refuses %s and loads nothing', (_, change, message) => {
    const tensors = source(change);
    const before = tf.memory().numTensors;
    expect(() => loadParameters(tiny, 'cavmae', tensors)).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_MISMATCH', message: expect.stringMatching(message) }),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('a pretrained checkpoint starts a classifier: the decoder stays behind, the head is new', () => {
    const tensors = source();
    const left = [...tensors.keys()].filter((name) => name.startsWith('decoder_') || name === 'mask_token').length;
    const parameters = loadParameters(tiny, 'cavmaeft', tensors, {
      labelDim: 3,
      exceptions: pretrainedToFinetune,
      seed: 9,
    });
    expect(parameters.get('mlp_head.1.weight').shape).toEqual([3, 64]);
    expect(tensors.size).toBe(left);
    expect(() => loadParameters(tiny, 'cavmaeft', source(), { labelDim: 3 })).toThrow(/mlp_head\.0\.weight/);
    parameters.dispose();
  });
});

describe('parameterShapes', () => {
  const root = process.env.CAVMAE_FIXTURES?.split(':')[0] ?? new URL('../../../fixtures', import.meta.url).pathname;
  const keys = (file: string) =>
    (
      JSON.parse(readFileSync(`${root}/checkpoint-keys/${file}.json`, 'utf8')) as {
        keys_in_order: [string, number[]][];
      }
    ).keys_in_order.map(([name, shape]) => [name.replace('module.', ''), shape]);
  it.each([
    ['cavmae_base_pretrained', 'cavmae', 0],
    ['cavmaeft_base_finetuned', 'cavmaeft', 527],
  ] as const)('%s: names, shapes and order of the published checkpoints', (file, kind, classes) => {
    expect([...parameterShapes(sizes.base, kind, classes)]).toEqual(keys(file));
  });
  it('leaves 173 tensors behind when a classifier starts from a pretrained base model', () => {
    const finetuned = parameterShapes(sizes.base, 'cavmaeft', 527);
    expect([...parameterShapes(sizes.base, 'cavmae').keys()].filter((name) => !finetuned.has(name))).toHaveLength(173);
  });
});

describe('configuration', () => {
  it('comes from shapes, with heads as wide as in the published sizes, or from a record in either spelling', () => {
    expect(
      configOfCheckpoint(new Map([...parameterShapes(sizes.base, 'cavmae')].map(([name, shape]) => [name, { shape }]))),
    ).toEqual(sizes.base);
    const shapesOf = (config: CavMaeConfig) =>
      new Map([...parameterShapes(config, 'cavmae')].map(([name, shape]) => [name, { shape }]));
    const shapes = shapesOf(tiny);
    expect(configOfCheckpoint(shapes, { num_heads: 4, decoder_num_heads: 4 })).toEqual(tiny);
    expect(configOfCheckpoint(shapes, { ...tiny, variant: 'mae-audio', normPixLoss: false })).toEqual({
      ...tiny,
      variant: 'mae-audio',
      normPixLoss: false,
    });
    const wide = { ...tiny, embedDim: 384, numHeads: 6, decoderEmbedDim: 192, decoderNumHeads: 6 };
    expect(configOfCheckpoint(shapesOf(wide))).toEqual(wide);
    expect(() => configOfCheckpoint(shapesOf({ ...tiny, embedDim: 96 }))).toThrow(/number of heads of the encoder/);
    expect(() => configOfCheckpoint(shapes, { num_heads: 4, embed_dim: 128 })).toThrow(
      /says embedDim 128, its tensors say 64/,
    );
    expect(() => configOfCheckpoint(new Map([['fc.weight', { shape: [2, 2] }]]))).toThrow(
      expect.objectContaining({ code: 'CHECKPOINT_MISMATCH' }),
    );
  });
  it('tells CAV-MAE Sync by its tokens and heads, or by its record alone', () => {
    const sync: CavMaeConfig = { ...sizes.base, ...syncOptions };
    const shapesOf = (config: CavMaeConfig) =>
      new Map([...parameterShapes(config, 'cavmae')].map(([name, shape]) => [name, { shape }]));
    expect(configOfCheckpoint(shapesOf(sync))).toEqual(sync);
    expect(configOfCheckpoint(shapesOf({ ...sync, contrastiveHeads: true })).contrastiveHeads).toBe(true);
    const plain = shapesOf({ ...sizes.base, audioLength: 416 });
    expect(configOfCheckpoint(plain).alignedFrames).toBe(0);
    expect(configOfCheckpoint(plain, { model: 'cav-mae-sync', total_frame: 12 }).alignedFrames).toBe(12);
    expect(() => configOfCheckpoint(shapesOf(sync), { num_register_tokens: 4 })).toThrow(
      /says registerTokens 4, its tensors say 8/,
    );
  });

  it('has one encoder for both modalities in vanilla AV-MAE', () => {
    expect(ofVariant(sizes.base, 'av-mae')).toMatchObject({ variant: 'av-mae', specificDepth: 0, jointDepth: 12 });
    expect(ofVariant(sizes.base, 'mae-audio')).toMatchObject({ specificDepth: 11, jointDepth: 1 });
    expect(() => checkConfig({ ...tiny, variant: 'av-mae' })).toThrow(/specificDepth/);
  });

  it('must be possible', () => {
    expect(() => checkConfig({ ...tiny, numHeads: 5 })).toThrow(/numHeads/);
    expect(() => checkConfig({ ...tiny, audioLength: 1000 })).toThrow(/audioLength/);
    expect(() => configOfSize('huge')).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});
