// A vision-MAE checkpoint (facebookresearch/mae, ViT) as the start of a CAV-MAE, as the paper starts its pretraining
// (MODEL.md §7): all blocks but the last to both modality encoders, the last one to the joint encoder, the rest by the
// table below.
import { EngineError } from '../../shared/engineError.ts';
import { headsOfWidth, sizes, type CavMaeConfig } from '../model/config.ts';
import { initialValue } from '../model/initialValue.ts';
import { parameterShapes } from '../model/parameterShapes.ts';
import type { NamedTensor, TensorMap } from './tensorEntry.ts';

export const isVisionMae = (has: (name: string) => boolean): boolean =>
  has('cls_token') && has('patch_embed.proj.weight') && has('blocks.0.attn.qkv.weight') && !has('modality_a');

const depthOf = (source: TensorMap, prefix: string): number => {
  let depth = 0;
  while (source.has(`${prefix}.${depth}.norm1.weight`)) depth++;
  return depth;
};

function configOf(source: TensorMap): CavMaeConfig {
  const dim = (name: string, axis: number): number | undefined => source.get(name)?.shape[axis];
  const depth = depthOf(source, 'blocks');
  const tokens = (dim('pos_embed', 1) ?? 197) - 1;
  const embedDim = dim('cls_token', 2) ?? sizes.base.embedDim;
  const decoderEmbedDim = dim('decoder_embed.weight', 0) ?? sizes.base.decoderEmbedDim;
  return {
    ...sizes.base,
    embedDim,
    numHeads: headsOfWidth(embedDim, 'encoder'),
    specificDepth: depth - 1,
    jointDepth: 1,
    imgSize: Math.round(Math.sqrt(tokens)) * 16,
    ...(source.has('decoder_embed.weight') && {
      decoderEmbedDim,
      decoderNumHeads: headsOfWidth(decoderEmbedDim, 'decoder'),
      decoderDepth: depthOf(source, 'decoder_blocks'),
    }),
  };
}

/** Copies without the first row of the second axis: positional tables lose their class token. */
const withoutClassToken = ({ shape: [, tokens = 1, dim = 0], data }: NamedTensor): NamedTensor => ({
  shape: [1, tokens - 1, dim],
  data: data.slice(dim),
});

/** [D, 3, 16, 16] → [D, 1, 16, 16]: one channel that stands for all three. */
function sumOverColours({ shape: [out = 0, colours = 3, rows = 16, columns = 16], data }: NamedTensor): NamedTensor {
  const area = rows * columns;
  const summed = Float32Array.from({ length: out * area }, (_, i) => {
    const at = Math.floor(i / area) * colours * area + (i % area);
    let sum = 0;
    for (let c = 0; c < colours; c++) sum += data[at + c * area] as number;
    return sum;
  });
  return { shape: [out, 1, rows, columns], data: summed };
}

/** The first 256 outputs of the RGB head; the reference does not look which colour they are. */
const firstRows = ({ shape: [, ...rest], data }: NamedTensor, rows: number): NamedTensor => ({
  shape: [rows, ...rest],
  data: data.slice(0, rows * rest.reduce((n, d) => n * d, 1)),
});

/** Where a parameter of CAV-MAE comes from; null: it starts fresh. */
function origin(
  name: string,
  lastBlock: number,
): { from: string; change?: (tensor: NamedTensor) => NamedTensor } | null {
  const blockOf = /^(blocks_[avu]|decoder_blocks)\.(\d+)\.(.*)$/.exec(name);
  if (blockOf) {
    const [, list, index, part = ''] = blockOf;
    const own = part.replace(/^(norm[12])_[av]\./, '$1.');
    if (list === 'blocks_u') return { from: `blocks.${lastBlock}.${own}` };
    // Norms of the other streams exist in every block and are used in none of these: they keep their fresh values.
    if (own !== part) return null;
    return { from: `${list === 'decoder_blocks' ? 'decoder_blocks' : 'blocks'}.${index}.${part}` };
  }
  if (/^norm(_[av])?\./.test(name)) return { from: name.replace(/^norm_[av]/, 'norm') };
  if (name === 'pos_embed_v' || name === 'decoder_pos_embed_v')
    return { from: name.slice(0, -2), change: withoutClassToken };
  if (name === 'patch_embed_a.proj.weight') return { from: 'patch_embed.proj.weight', change: sumOverColours };
  if (/^patch_embed_[av]\./.test(name)) return { from: name.replace(/_[av]\./, '.') };
  if (name.startsWith('decoder_pred_a.'))
    return { from: name.replace('_a.', '.'), change: (tensor) => firstRows(tensor, 256) };
  if (name.startsWith('decoder_pred_v.')) return { from: name.replace('_v.', '.') };
  if (/^(mask_token|decoder_embed\.|decoder_norm\.)/.test(name)) return { from: name };
  return null;
}

/**
 * @param source the vision-MAE's tensors; one without decoder gives a fresh decoder
 * @param seed of what starts fresh: modality vectors, and the decoder where it is missing
 * @throws EngineError CHECKPOINT_MISMATCH naming a tensor that is missing or misshapen
 */
export function adaptVisionMae(source: TensorMap, seed = 0): { tensors: TensorMap; config: CavMaeConfig } {
  const config = configOf(source);
  const hasDecoder = source.has('decoder_embed.weight');
  const tensors: TensorMap = new Map();
  for (const [name, shape] of parameterShapes(config, 'cavmae')) {
    const place = /^(decoder_|mask_token)/.test(name) && !hasDecoder ? null : origin(name, config.specificDepth);
    if (!place) {
      tensors.set(name, { shape, data: initialValue(config, name, shape, seed) });
      continue;
    }
    const given = source.get(place.from);
    if (!given)
      throw new EngineError('CHECKPOINT_MISMATCH', `this vision-MAE checkpoint has no tensor ${place.from}`, {
        field: place.from,
      });
    const value = place.change ? place.change(given) : { shape: given.shape, data: given.data.slice() };
    if (value.shape.join() !== shape.join()) {
      throw new EngineError(
        'CHECKPOINT_MISMATCH',
        `tensor ${place.from} has shape [${given.shape.join(', ')}], which does not become ${name} of shape [${shape.join(', ')}]`,
        { field: place.from },
      );
    }
    tensors.set(name, value);
  }
  return { tensors, config };
}
