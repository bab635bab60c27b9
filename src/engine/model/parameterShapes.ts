// The tensors of a model, by the reference's names and in its state_dict's order, with their shapes.
import {
  CONTRASTIVE_HEAD_DEPTH,
  PATCH,
  PATCH_VALUES_A,
  PATCH_VALUES_V,
  tokensA,
  tokensV,
  type CavMaeConfig,
} from './config.ts';

export type ModelKind = 'cavmae' | 'cavmaeft';
export type ParameterShapes = Map<string, number[]>;

function norm(shapes: ParameterShapes, name: string, dim: number): void {
  shapes.set(`${name}.weight`, [dim]).set(`${name}.bias`, [dim]);
}

function linear(shapes: ParameterShapes, name: string, out: number, input: number): void {
  shapes.set(`${name}.weight`, [out, input]).set(`${name}.bias`, [out]);
}

/**
 * Every block of the reference holds all three sets of LayerNorms, though only blocks_u uses more than the plain one.
 */
function blocks(shapes: ParameterShapes, name: string, depth: number, dim: number, hidden: number): void {
  for (let i = 0; i < depth; i++) {
    const at = `${name}.${i}`;
    for (const set of ['', '_a', '_v']) norm(shapes, `${at}.norm1${set}`, dim);
    linear(shapes, `${at}.attn.qkv`, 3 * dim, dim);
    linear(shapes, `${at}.attn.proj`, dim, dim);
    for (const set of ['', '_a', '_v']) norm(shapes, `${at}.norm2${set}`, dim);
    linear(shapes, `${at}.mlp.fc1`, hidden, dim);
    linear(shapes, `${at}.mlp.fc2`, dim, hidden);
  }
}

/** @param labelDim number of classes of a finetuned model. Linear weights are [out, in], patch weights [D, C, 16, 16]. */
export function parameterShapes(config: CavMaeConfig, kind: ModelKind, labelDim = 0): ParameterShapes {
  const { embedDim: dim, decoderEmbedDim, mlpRatio } = config;
  const [lengthA, lengthV] = [tokensA(config), tokensV(config)];
  const shapes: ParameterShapes = new Map();
  shapes.set('modality_a', [1, 1, dim]).set('modality_v', [1, 1, dim]);
  shapes.set('pos_embed_a', [1, lengthA, dim]).set('pos_embed_v', [1, lengthV, dim]);
  if (config.registerTokens) shapes.set('register_tokens', [2 * config.registerTokens, dim]);
  if (kind === 'cavmae') {
    for (const name of ['mask_token', 'decoder_modality_a', 'decoder_modality_v'])
      shapes.set(name, [1, 1, decoderEmbedDim]);
    shapes
      .set('decoder_pos_embed_a', [1, lengthA, decoderEmbedDim])
      .set('decoder_pos_embed_v', [1, lengthV, decoderEmbedDim]);
  }
  if (config.clsToken) shapes.set('cls_token_a', [1, 1, dim]).set('cls_token_v', [1, 1, dim]);
  shapes.set('patch_embed_a.proj.weight', [dim, 1, PATCH, PATCH]).set('patch_embed_a.proj.bias', [dim]);
  shapes.set('patch_embed_v.proj.weight', [dim, 3, PATCH, PATCH]).set('patch_embed_v.proj.bias', [dim]);
  blocks(shapes, 'blocks_a', config.specificDepth, dim, dim * mlpRatio);
  blocks(shapes, 'blocks_v', config.specificDepth, dim, dim * mlpRatio);
  blocks(shapes, 'blocks_u', config.jointDepth, dim, dim * mlpRatio);
  for (const name of ['norm_a', 'norm_v', 'norm']) norm(shapes, name, dim);
  // The reference's spelling.
  if (config.contrastiveHeads)
    for (const name of ['audio', 'visual'])
      blocks(shapes, `constrative_head_${name}`, CONTRASTIVE_HEAD_DEPTH, dim, dim * mlpRatio);
  if (kind === 'cavmae') {
    linear(shapes, 'decoder_embed', decoderEmbedDim, dim);
    blocks(shapes, 'decoder_blocks', config.decoderDepth, decoderEmbedDim, decoderEmbedDim * mlpRatio);
    norm(shapes, 'decoder_norm', decoderEmbedDim);
    linear(shapes, 'decoder_pred_a', PATCH_VALUES_A, decoderEmbedDim);
    linear(shapes, 'decoder_pred_v', PATCH_VALUES_V, decoderEmbedDim);
  } else {
    norm(shapes, 'mlp_head.0', dim);
    linear(shapes, 'mlp_head.1', labelDim, dim);
  }
  return shapes;
}
