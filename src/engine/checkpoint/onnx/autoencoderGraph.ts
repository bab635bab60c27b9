// ONNX graph of masked reconstruction: encoder and decoder with the mask as input (paper section 2.3).
//
// Inputs: `audio` [N, T, 128], `image` [N, 3, H, W], `mask_a` [N, La], `mask_v` [N, Lv] (1 = removed, 0 = kept; every sample removes as
// many as the first). Outputs: `pred_a` [N, La, 256], `pred_v` [N, Lv, 768]: every patch predicted, as the decoder's heads give it.
import { EngineError } from '../../../shared/engineError.ts';
import { MEL_BINS, PATCH_VALUES_A, PATCH_VALUES_V, tokensA, tokensV } from '../../model/config.ts';
import { GraphBuilder, type Value } from './graphBuilder.ts';
import { concatTokens, embedA, embedV, encodeJ, layerNorm, linear, sliceTokens, throughBlocks, weight, type OnnxModel } from './transformer.ts';

interface GraphMask { length: number; kept: Value; idsKeep: Value; idsRestore: Value }

/** Indices in ascending order of `values` [N, L], lower index first among equals. */
const argsort = ({ graph }: OnnxModel, values: Value, count: Value): Value => graph.nodeWith('TopK', [values, count], 2, { axis: -1, largest: 0, sorted: 1 })[1] as Value;

function readMask(model: OnnxModel, mask: Value, length: number): GraphMask {
  const { graph } = model;
  const firstSample = graph.node('Slice', [mask, graph.ints(0), graph.ints(1), graph.ints(0)]);
  const removed = graph.node('Cast', [graph.node('ReduceSum', [firstSample, graph.ints(0, 1)], { keepdims: 0 })], { to: 7 });
  const kept = graph.node('Sub', [graph.ints(length), graph.node('Reshape', [removed, graph.ints(1)])]);
  const order = argsort(model, mask, graph.ints(length));
  return { length, kept, idsKeep: graph.node('Slice', [order, graph.ints(0), kept, graph.ints(1)]), idsRestore: argsort(model, order, graph.ints(length)) };
}

/** x [N, L, D] at ids [N, K] → [N, K, D]. */
const take = ({ graph }: OnnxModel, x: Value, ids: Value): Value => graph.node('GatherND', [x, graph.node('Unsqueeze', [ids, graph.ints(2)])], { batch_dims: 1 });

/** Kept tokens [N, K, D'] → all [N, L, D'] in their own order, mask tokens in the gaps. */
function fillGaps(model: OnnxModel, x: Value, { length, kept, idsRestore }: GraphMask): Value {
  const { graph, config } = model;
  const batch = graph.node('Shape', [x], { start: 0, end: 1 });
  const shape = graph.node('Concat', [batch, graph.node('Sub', [graph.ints(length), kept]), graph.ints(config.decoderEmbedDim)], { axis: 0 });
  return take(model, concatTokens(model, x, graph.node('Expand', [weight(model, 'mask_token'), shape])), idsRestore);
}

type Stream = { which: 'a' | 'v'; tokens: Value; mask: GraphMask };

/** Joint tokens of the kept patches, and how to part them again. */
function encodeKept(model: OnnxModel, streams: Stream[]): Value {
  const encoded = streams.map(({ which, tokens, mask }) => throughBlocks(model, take(model, tokens, mask.idsKeep), which === 'a' ? 'blocks_a' : 'blocks_v', ''));
  return encodeJ(model, concatTokens(model, ...encoded), '');
}

/** Decoder tokens of each stream in their own order [N, L, D']. */
function spread(model: OnnxModel, x: Value, streams: Stream[]): Value[] {
  const { graph } = model;
  const [first, second] = streams as [Stream, Stream?];
  if (!second) return [fillGaps(model, x, first.mask)];
  return [fillGaps(model, sliceTokens(model, x, graph.ints(0), first.mask.kept), first.mask), fillGaps(model, sliceTokens(model, x, first.mask.kept, graph.ints(Number.MAX_SAFE_INTEGER)), second.mask)];
}

/** Vanilla AV-MAE: one mask over the concatenation, one encoder. */
function throughJointOnly(model: OnnxModel, streams: Stream[], masks: Value[]): Value[] {
  const { graph } = model;
  const lengths = streams.map(({ mask }) => mask.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const mask = readMask(model, graph.node('Concat', masks, { axis: 1 }), total);
  const x = encodeJ(model, take(model, concatTokens(model, ...streams.map(({ tokens }) => tokens)), mask.idsKeep), '');
  const all = fillGaps(model, linear(model, x, 'decoder_embed'), mask);
  return [sliceTokens(model, all, graph.ints(0), graph.ints(lengths[0] as number)), sliceTokens(model, all, graph.ints(lengths[0] as number), graph.ints(total))];
}

/** @throws EngineError BAD_INPUT for a model without reconstruction */
export function autoencoderGraph(model: Omit<OnnxModel, 'graph'>): OnnxModel {
  const { config } = model;
  if (config.variant === 'cav' || !model.tensors.has('decoder_embed.weight')) throw new EngineError('BAD_INPUT', 'this model has no decoder to export', { hint: 'Export its encoder.' });
  const onnx: OnnxModel = { ...model, graph: new GraphBuilder() };
  const { graph } = onnx;
  const masks: Value[] = [];
  const stream = (which: 'a' | 'v', tokens: Value, length: number): Stream => {
    const mask = graph.input(`mask_${which}`, ['N', length]);
    masks.push(mask);
    return { which, tokens, mask: readMask(onnx, mask, length) };
  };
  const streams: Stream[] = [];
  if (config.variant !== 'mae-visual') streams.push(stream('a', embedA(onnx, graph.input('audio', ['N', config.audioLength, MEL_BINS])), tokensA(config)));
  if (config.variant !== 'mae-audio') streams.push(stream('v', embedV(onnx, graph.input('image', ['N', 3, config.imgSize, config.imgSize])), tokensV(config)));
  const filled = config.variant === 'av-mae' ? throughJointOnly(onnx, streams, masks) : spread(onnx, linear(onnx, encodeKept(onnx, streams), 'decoder_embed'), streams);
  const placed = filled.map((tokens, i) => {
    const which = (streams[i] as Stream).which;
    return graph.node('Add', [graph.node('Add', [tokens, weight(onnx, `decoder_pos_embed_${which}`)]), weight(onnx, `decoder_modality_${which}`)]);
  });
  const y = layerNorm(onnx, throughBlocks(onnx, concatTokens(onnx, ...placed), 'decoder_blocks', ''), 'decoder_norm');
  let from = 0;
  for (const { which, mask: { length } } of streams) {
    const part = sliceTokens(onnx, y, graph.ints(from), graph.ints(from + length));
    graph.output(`pred_${which}`, linear(onnx, part, `decoder_pred_${which}`), ['N', length, which === 'a' ? PATCH_VALUES_A : PATCH_VALUES_V]);
    from += length;
  }
  return onnx;
}
