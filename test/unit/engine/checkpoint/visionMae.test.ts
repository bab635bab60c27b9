import { describe, expect, it } from 'vitest';
import type { TensorMap } from '../../../../src/engine/checkpoint/tensorEntry.ts';
import { adaptVisionMae } from '../../../../src/engine/checkpoint/visionMae.ts';
import { parameterShapes } from '../../../../src/engine/model/parameterShapes.ts';

const [dim, wide, decoder] = [64, 256, 32];

/** A ViT of three blocks with a decoder of one, every tensor filled with numbers of its own. */
function visionMae(): TensorMap {
  const shapes: [string, number[]][] = [
    ['cls_token', [1, 1, dim]],
    ['pos_embed', [1, 5, dim]],
    ['patch_embed.proj.weight', [dim, 3, 16, 16]],
    ['patch_embed.proj.bias', [dim]],
  ];
  const block = (at: string, d: number, hidden: number) =>
    shapes.push(
      [`${at}.norm1.weight`, [d]],
      [`${at}.norm1.bias`, [d]],
      [`${at}.attn.qkv.weight`, [3 * d, d]],
      [`${at}.attn.qkv.bias`, [3 * d]],
      [`${at}.attn.proj.weight`, [d, d]],
      [`${at}.attn.proj.bias`, [d]],
      [`${at}.norm2.weight`, [d]],
      [`${at}.norm2.bias`, [d]],
      [`${at}.mlp.fc1.weight`, [hidden, d]],
      [`${at}.mlp.fc1.bias`, [hidden]],
      [`${at}.mlp.fc2.weight`, [d, hidden]],
      [`${at}.mlp.fc2.bias`, [d]],
    );
  for (let i = 0; i < 3; i++) block(`blocks.${i}`, dim, wide);
  shapes.push(
    ['norm.weight', [dim]],
    ['norm.bias', [dim]],
    ['mask_token', [1, 1, decoder]],
    ['decoder_pos_embed', [1, 5, decoder]],
    ['decoder_embed.weight', [decoder, dim]],
    ['decoder_embed.bias', [decoder]],
  );
  block('decoder_blocks.0', decoder, 4 * decoder);
  shapes.push(
    ['decoder_norm.weight', [decoder]],
    ['decoder_norm.bias', [decoder]],
    ['decoder_pred.weight', [768, decoder]],
    ['decoder_pred.bias', [768]],
  );
  return new Map(
    shapes.map(([name, shape], t) => [
      name,
      { shape, data: Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => t + i / 1e5) },
    ]),
  );
}

describe('adaptVisionMae', () => {
  const source = visionMae();
  const { tensors, config } = adaptVisionMae(source);
  const same = (name: string, from: string) => expect(tensors.get(name)?.data, name).toEqual(source.get(from)?.data);

  it('gives every tensor of a CAV-MAE of its sizes', () => {
    expect(config).toMatchObject({
      embedDim: dim,
      numHeads: 1,
      decoderNumHeads: 1,
      specificDepth: 2,
      jointDepth: 1,
      imgSize: 32,
      decoderDepth: 1,
      decoderEmbedDim: decoder,
    });
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([...parameterShapes(config, 'cavmae')]);
  });

  it('copies all blocks but the last to both encoders, the last with its norms to the joint one', () => {
    for (const list of ['blocks_a', 'blocks_v'])
      for (const i of [0, 1])
        for (const part of ['norm1.weight', 'attn.qkv.bias', 'mlp.fc2.weight'])
          same(`${list}.${i}.${part}`, `blocks.${i}.${part}`);
    for (const part of ['norm1', 'norm1_a', 'norm1_v', 'norm2', 'norm2_a', 'norm2_v'])
      same(`blocks_u.0.${part}.bias`, `blocks.2.${part.slice(0, 5)}.bias`);
    for (const name of ['norm', 'norm_a', 'norm_v']) same(`${name}.weight`, 'norm.weight');
    expect([...tensors.get('blocks_a.0.norm1_a.weight')!.data]).toEqual(Array(dim).fill(1));
    expect([...tensors.get('decoder_blocks.0.norm2_v.bias')!.data]).toEqual(Array(decoder).fill(0));
  });

  it("sums the colours of the patch projection for sound, and drops the class token's place", () => {
    const colours = source.get('patch_embed.proj.weight')!.data;
    expect(tensors.get('patch_embed_a.proj.weight')!.data[256 + 3]).toBeCloseTo(
      colours[768 + 3]! + colours[768 + 256 + 3]! + colours[768 + 512 + 3]!,
      4,
    );
    expect(tensors.get('pos_embed_v')!.data).toEqual(source.get('pos_embed')!.data.slice(dim));
    expect(tensors.get('decoder_pred_a.weight')!.data).toEqual(
      source.get('decoder_pred.weight')!.data.slice(0, 256 * decoder),
    );
    same('decoder_pred_v.bias', 'decoder_pred.bias');
    same('mask_token', 'mask_token');
  });

  it('starts the decoder fresh where there is none, and refuses what is missing by name', () => {
    const encoder: TensorMap = new Map([...source].filter(([name]) => !/^(decoder_|mask_token)/.test(name)));
    expect(adaptVisionMae(encoder).tensors.has('decoder_pred_a.weight')).toBe(true);
    encoder.delete('blocks.1.mlp.fc1.bias');
    expect(() => adaptVisionMae(encoder)).toThrow('blocks.1.mlp.fc1.bias');
  });
});
