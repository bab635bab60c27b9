// The model's parts as ONNX nodes, function by function as in `engine/model`. N batch, L tokens, D width.
import { EngineError } from '../../../shared/engineError.ts';
import { LAYER_NORM_EPS, PATCH, tokensA, tokensV, type CavMaeConfig } from '../../model/config.ts';
import type { NormSet } from '../../model/block.ts';
import { depthOf, firstJointBlock, streamNorms, type BlockList, type Stream } from '../../model/encoder.ts';
import type { TensorMap } from '../tensorEntry.ts';
import { GraphBuilder, type Value } from './graphBuilder.ts';
import { quantisedProduct } from './quantise.ts';

/**
 * `fusedAttention`: attention as one operator that only onnxruntime knows; it never holds the scores of all heads in memory.
 * `int8`: the weights of linear layers as int8 per output channel, their inputs quantised as they come (see `quantise.ts`).
 */
export interface OnnxModel {
  config: CavMaeConfig;
  tensors: TensorMap;
  graph: GraphBuilder;
  fusedAttention?: boolean;
  int8?: boolean;
}

function tensorOf({ tensors }: OnnxModel, name: string): { shape: number[]; data: Float32Array } {
  const tensor = tensors.get(name);
  if (!tensor)
    throw new EngineError('CHECKPOINT_MISMATCH', `the checkpoint has no tensor ${name}, which the graph needs`, {
      field: name,
    });
  return tensor;
}

export function weight(model: OnnxModel, name: string): Value {
  const { shape, data } = tensorOf(model, name);
  return model.graph.weight({ name, shape, read: () => data });
}

/** [out, in] → [in, out]: a product with a constant on its right is what runtimes are fastest at. */
function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c] as number;
  return out;
}

/** x [.., in] → [.., out]. */
export function linear(model: OnnxModel, x: Value, name: string): Value {
  const { graph } = model;
  const {
    shape: [out = 0, input = 0],
    data,
  } = tensorOf(model, `${name}.weight`);
  if (model.int8) {
    const product = quantisedProduct(graph, x, { name: `${name}.weight`, out, input, data });
    return graph.node('Add', [product, weight(model, `${name}.bias`)]);
  }
  const matrix = graph.weight({
    name: `${name}.weight.T`,
    shape: [input, out],
    read: () => transposed(data, out, input),
  });
  return graph.node('Add', [graph.node('MatMul', [x, matrix]), weight(model, `${name}.bias`)]);
}

export const layerNorm = (model: OnnxModel, x: Value, name: string): Value =>
  model.graph.node('LayerNormalization', [x, weight(model, `${name}.weight`), weight(model, `${name}.bias`)], {
    axis: -1,
    epsilon: LAYER_NORM_EPS,
  });

/** Attention from its queries, keys and values [N, L, 3D]. */
function attention(model: OnnxModel, qkv: Value, name: string, heads: number, headDim: number): Value {
  const { graph } = model;
  if (model.fusedAttention) {
    const parts = graph.nodeWith('Split', [qkv], 3, { axis: -1, num_outputs: 3 });
    return linear(model, graph.node('com.microsoft.MultiHeadAttention', parts, { num_heads: heads }), `${name}.proj`);
  }
  const split = graph.node('Transpose', [graph.node('Reshape', [qkv, graph.ints(0, 0, 3, heads, headDim)])], {
    perm: [2, 0, 3, 1, 4],
  });
  const [q, k, v] = graph
    .nodeWith('Split', [split], 3, { axis: 0, num_outputs: 3 })
    .map((part) => graph.node('Squeeze', [part, graph.ints(0)])) as [Value, Value, Value];
  const scores = graph.node('MatMul', [q, graph.node('Transpose', [k], { perm: [0, 1, 3, 2] })]);
  const weights = graph.node('Softmax', [graph.node('Mul', [scores, graph.float(headDim ** -0.5)])], { axis: -1 });
  const attended = graph.node('Transpose', [graph.node('MatMul', [weights, v])], { perm: [0, 2, 1, 3] });
  return linear(model, graph.node('Reshape', [attended, graph.ints(0, 0, heads * headDim)]), `${name}.proj`);
}

const qkvOf = (model: OnnxModel, x: Value, name: string, norms: NormSet): Value =>
  linear(model, layerNorm(model, x, `${name}.norm1${norms}`), `${name}.attn.qkv`);

function block(
  model: OnnxModel,
  x: Value,
  name: string,
  norms: NormSet,
  heads: number,
  dim: number,
  qkv = qkvOf(model, x, name, norms),
): Value {
  const { graph } = model;
  const x1 = graph.node('Add', [x, attention(model, qkv, `${name}.attn`, heads, dim / heads)]);
  const hidden = graph.node('Gelu', [linear(model, layerNorm(model, x1, `${name}.norm2${norms}`), `${name}.mlp.fc1`)], {
    approximate: 'none',
  });
  return graph.node('Add', [x1, linear(model, hidden, `${name}.mlp.fc2`)]);
}

/** x [N, L, D] through blocks `<list>.0 …`; `firstQkv` where the first block's queries, keys and values are at hand. */
export function throughBlocks(
  model: OnnxModel,
  x: Value,
  list: BlockList,
  norms: NormSet,
  { firstQkv, from = 0 }: { firstQkv?: Value; from?: number } = {},
): Value {
  const { config } = model;
  const decoder = list === 'decoder_blocks';
  let y = x;
  for (let i = from; i < depthOf(config, list); i++)
    y = block(
      model,
      y,
      `${list}.${i}`,
      norms,
      decoder ? config.decoderNumHeads : config.numHeads,
      decoder ? config.decoderEmbedDim : config.embedDim,
      i === 0 ? firstQkv : undefined,
    );
  return y;
}

/** [A, L, C] → [N, L, C]: what is of a clip's sound once per frame; `v` [N, …] has N/A rows for each clip. */
function repeatPerFrame({ graph }: OnnxModel, a: Value, v: Value, length: number, width: number): Value {
  const first = (x: Value): Value => graph.node('Shape', [x], { start: 0, end: 1 });
  const [clips, frames] = [first(a), first(v)];
  const shape = graph.node('Concat', [clips, graph.node('Div', [frames, clips]), graph.ints(length, width)], {
    axis: 0,
  });
  return graph.node('Reshape', [
    graph.node('Expand', [graph.node('Unsqueeze', [a, graph.ints(1)]), shape]),
    graph.ints(-1, length, width),
  ]);
}

/** Patch tokens → with CAV-MAE Sync's class token first and register tokens last, as in `engine/model/encoder.ts`. */
function withExtraTokens(model: OnnxModel, x: Value, stream: Stream): Value {
  const { graph, config } = model;
  const { clsToken, registerTokens, embedDim } = config;
  const batch = graph.node('Shape', [x], { start: 0, end: 1 });
  const repeated = (token: Value, count: number): Value =>
    graph.node('Expand', [token, graph.node('Concat', [batch, graph.ints(count, embedDim)], { axis: 0 })]);
  const parts = [x];
  if (clsToken) parts.unshift(repeated(weight(model, `cls_token_${stream}`), 1));
  if (registerTokens) {
    const { data } = tensorOf(model, 'register_tokens');
    const from = stream === 'a' ? 0 : registerTokens * embedDim;
    const registers = graph.weight({
      name: `register_tokens.${stream}`,
      shape: [1, registerTokens, embedDim],
      read: () => data.slice(from, from + registerTokens * embedDim),
    });
    parts.push(repeated(registers, registerTokens));
  }
  return concatTokens(model, ...parts);
}

/**
 * E_a or E_v: patch tokens → led by the class token where the model has one, without registers unless it keeps them.
 */
export function encodeSpecific(model: OnnxModel, x: Value, stream: Stream): Value {
  const { graph, config } = model;
  const y = throughBlocks(model, withExtraTokens(model, x, stream), `blocks_${stream}`, '');
  if (!config.registerTokens || config.keepRegisters) return y;
  return sliceTokens(model, y, graph.ints(0), graph.ints(-config.registerTokens));
}

/** Without the class token that leads a stream. */
export const withoutClassToken = (model: OnnxModel, x: Value): Value =>
  model.config.clsToken ? sliceTokens(model, x, model.graph.ints(1), model.graph.ints(Number.MAX_SAFE_INTEGER)) : x;

/** What stands for a stream where it is compared: its class token, or else the mean over its tokens [N, D]. */
export const embeddingOf = (model: OnnxModel, x: Value): Value =>
  model.config.clsToken
    ? model.graph.node('Squeeze', [
        sliceTokens(model, x, model.graph.ints(0), model.graph.ints(1)),
        model.graph.ints(1),
      ])
    : pool(model, x);

/** One modality's stream through E_j, from `encodeSpecific`. */
export const encodeStream = (model: OnnxModel, x: Value, stream: Stream): Value =>
  encodeJ(model, x, streamNorms(model.config, stream), firstJointBlock(model.config));

/**
 * E_j over patch tokens of sound a [A, La, D] and of pictures v [N, Lv, D]: before the first attention a clip's sound
 * is the same for all its frames.
 */
export function encodeBoth(model: OnnxModel, a: Value, v: Value): Value {
  const { config } = model;
  const length = tokensA(config) + (config.keepRegisters ? config.registerTokens : 0);
  const width = config.embedDim;
  const together = (ofA: Value, ofV: Value, columns: number): Value =>
    concatTokens(model, repeatPerFrame(model, ofA, v, length, columns), ofV);
  const firstQkv = together(qkvOf(model, a, 'blocks_u.0', ''), qkvOf(model, v, 'blocks_u.0', ''), 3 * width);
  return layerNorm(model, throughBlocks(model, together(a, v, width), 'blocks_u', '', { firstQkv }), 'norm');
}

/** E_j with a stream's LayerNorms, its contrastive head where the model has one, and its final LayerNorm. */
export function encodeJ(model: OnnxModel, x: Value, norms: NormSet, from = 0): Value {
  const joint = throughBlocks(model, x, 'blocks_u', norms, { from });
  const head = norms && model.config.contrastiveHeads ? (norms === '_a' ? 'audio' : 'visual') : null;
  return layerNorm(model, head ? throughBlocks(model, joint, `constrative_head_${head}`, '') : joint, `norm${norms}`);
}

function embed(model: OnnxModel, image: Value, stream: 'a' | 'v', length: number): Value {
  const { graph, config } = model;
  const projected = graph.node(
    'Conv',
    [image, weight(model, `patch_embed_${stream}.proj.weight`), weight(model, `patch_embed_${stream}.proj.bias`)],
    { kernel_shape: [PATCH, PATCH], strides: [PATCH, PATCH] },
  );
  const tokens = graph.node('Transpose', [graph.node('Reshape', [projected, graph.ints(0, config.embedDim, length)])], {
    perm: [0, 2, 1],
  });
  return graph.node('Add', [
    graph.node('Add', [tokens, weight(model, `pos_embed_${stream}`)]),
    weight(model, `modality_${stream}`),
  ]);
}

/** Normalised fbank [N, T, M] → tokens [N, La, D]: rows of the patch grid are mel bins. */
export function embedA(model: OnnxModel, audio: Value): Value {
  const { graph, config } = model;
  const picture = graph.node('Unsqueeze', [graph.node('Transpose', [audio], { perm: [0, 2, 1] }), graph.ints(1)]);
  return embed(model, picture, 'a', tokensA(config));
}

/** Normalised image [N, 3, H, W] → tokens [N, Lv, D]. */
export const embedV = (model: OnnxModel, image: Value): Value => embed(model, image, 'v', tokensV(model.config));

export const concatTokens = ({ graph }: OnnxModel, ...parts: Value[]): Value =>
  parts.length === 1 ? (parts[0] as Value) : graph.node('Concat', parts, { axis: 1 });

/** Mean over tokens: [N, L, D] → [N, D]. */
export const pool = ({ graph }: OnnxModel, x: Value): Value =>
  graph.node('ReduceMean', [x, graph.ints(1)], { keepdims: 0 });

/** Tokens from (inclusive) to (exclusive); both are 1-D values. */
export const sliceTokens = ({ graph }: OnnxModel, x: Value, from: Value, to: Value): Value =>
  graph.node('Slice', [x, from, to, graph.ints(1)]);
