// Checkpoint files as PyTorch writes them (zip of torch 2, CUDA storages, the old format) against the same weights as
// safetensors, and the key sets of the published checkpoints.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inspectCheckpoint } from '../../src/engine/checkpoint/inspectCheckpoint.ts';
import { loadCheckpoint } from '../../src/engine/checkpoint/loadCheckpoint.ts';
import { sizes } from '../../src/engine/model/config.ts';
import { parameterShapes } from '../../src/engine/model/parameterShapes.ts';
import { filesMatching, has, json, pathOf, tensors, unlistedPath } from './fixtures.ts';

describe('PyTorch files', () => {
  it.each(filesMatching(/\.pth$/).filter((file) => has(file.replace(/(_cuda0)?(_legacy)?\.pth$/, '.safetensors'))))(
    '%s holds the weights of its .safetensors',
    async (file) => {
      const { tensors: read, kind } = await loadCheckpoint(pathOf(file));
      const expected = tensors(file.replace(/(_cuda0)?(_legacy)?\.pth$/, '.safetensors'));
      expect(kind).toBe(file.includes('cavmaeft') ? 'cavmaeft' : 'cavmae');
      expect([...read.keys()].sort()).toEqual(Object.keys(expected).sort());
      for (const [name, { shape, data }] of read) {
        expect(shape, name).toEqual(expected[name]?.shape);
        expect(
          Buffer.compare(
            Buffer.from(data.buffer, data.byteOffset, data.byteLength),
            Buffer.from(new Uint8Array(expected[name]!.data.buffer)),
          ),
          name,
        ).toBe(0);
      }
    },
  );

  it.each(filesMatching(/cavmae(ft)?\.safetensors$/).filter((file) => has(file.replace(/[^/]*$/, 'config.json'))))(
    '%s takes its configuration from the config.json beside it',
    async (file) => {
      const expected = json(file.replace(/[^/]*$/, 'config.json')) as Record<string, number>;
      const { config, kind } = await loadCheckpoint(pathOf(file));
      const {
        audioLength,
        imgSize,
        embedDim,
        specificDepth,
        jointDepth,
        numHeads,
        decoderEmbedDim,
        decoderDepth,
        decoderNumHeads,
      } = config as Record<string, number>;
      expect({
        audioLength,
        imgSize,
        embedDim,
        specificDepth,
        jointDepth,
        numHeads,
        decoderEmbedDim,
        decoderDepth,
        decoderNumHeads,
      }).toEqual({
        audioLength: expected.audio_length,
        imgSize: expected.img_size,
        embedDim: expected.embed_dim,
        specificDepth: expected.specific_depth,
        jointDepth: expected.joint_depth,
        numHeads: expected.num_heads,
        decoderEmbedDim: expected.decoder_embed_dim,
        decoderDepth: expected.decoder_depth,
        decoderNumHeads: expected.decoder_num_heads,
      });
      const contents = await inspectCheckpoint(pathOf(file));
      expect([contents.missing, contents.unexpected, contents.misshapen]).toEqual([[], [], []]);
      expect(contents.labelDim).toBe(kind === 'cavmaeft' ? expected.label_dim : 0);
    },
  );
});

describe('key sets of the published checkpoints', () => {
  it.each([
    ['cavmae', 'cavmae_base_pretrained', 0],
    ['cavmaeft', 'cavmaeft_base_finetuned', 527],
  ] as const)('%s at base size', (kind, name, labelDim) => {
    const { keys_in_order, n_params } = JSON.parse(
      readFileSync(unlistedPath(`checkpoint-keys/${name}.json`), 'utf8'),
    ) as { keys_in_order: [string, number[]][]; n_params: number };
    const ours = [...parameterShapes(sizes.base, kind, labelDim)].map(
      ([key, shape]) => [`module.${key}`, shape] as const,
    );
    expect(ours).toEqual(keys_in_order);
    expect(ours.reduce((sum, [, shape]) => sum + shape.reduce((n, d) => n * d, 1), 0)).toBe(n_params);
  });
});
