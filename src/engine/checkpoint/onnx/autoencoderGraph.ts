// ONNX graph of masked reconstruction: encoder and decoder with the mask as input (paper section 2.3).
//
// Inputs: `audio` [N, T, 128], `image` [N, 3, H, W], `mask_a` [N, La], `mask_v` [N, Lv] (1 = removed, 0 = kept; every sample removes as
// many as the first). Outputs: `pred_a` [N, La, 256], `pred_v` [N, Lv, 768]: every patch predicted, as the decoder's heads give it.
//
// For a window in which a brush changes one mask at a time, a CAV-MAE also comes in three parts that pass on the tokens of kept patches:
// E_a (`audio`, `mask_a` → `kept_a` [N, K, D]), E_v (`image`, `mask_v` → `kept_v`) and the rest (`kept_a`, `kept_v`, both masks → predictions).
import type { AutoencoderPart } from '../../../shared/wire/urls.ts';
import { EngineError } from '../../../shared/engineError.ts';
import {
  hearsSound,
  MEL_BINS,
  PATCH_VALUES_A,
  PATCH_VALUES_V,
  seesPictures,
  tokensA,
  tokensV,
} from '../../model/config.ts';
import { GraphBuilder, type Value } from './graphBuilder.ts';
import {
  concatTokens,
  embedA,
  embedV,
  encodeJ,
  encodeSpecific,
  layerNorm,
  linear,
  sliceTokens,
  throughBlocks,
  weight,
  withoutClassToken,
  type OnnxModel,
} from './transformer.ts';

interface GraphMask {
  length: number;
  kept: Value;
  idsKeep: Value;
  idsRestore: Value;
}

/** Indices in ascending order of `values` [N, L], lower index first among equals. */
const argsort = ({ graph }: OnnxModel, values: Value, count: Value): Value =>
  graph.nodeWith('TopK', [values, count], 2, { axis: -1, largest: 0, sorted: 1 })[1] as Value;

function readMask(model: OnnxModel, mask: Value, length: number): GraphMask {
  const { graph } = model;
  const firstSample = graph.node('Slice', [mask, graph.ints(0), graph.ints(1), graph.ints(0)]);
  const removed = graph.node('Cast', [graph.node('ReduceSum', [firstSample, graph.ints(0, 1)], { keepdims: 0 })], {
    to: 7,
  });
  const kept = graph.node('Sub', [graph.ints(length), graph.node('Reshape', [removed, graph.ints(1)])]);
  const order = argsort(model, mask, graph.ints(length));
  return {
    length,
    kept,
    idsKeep: graph.node('Slice', [order, graph.ints(0), kept, graph.ints(1)]),
    idsRestore: argsort(model, order, graph.ints(length)),
  };
}

/** x [N, L, D] at ids [N, K] → [N, K, D]. */
const take = ({ graph }: OnnxModel, x: Value, ids: Value): Value =>
  graph.node('GatherND', [x, graph.node('Unsqueeze', [ids, graph.ints(2)])], { batch_dims: 1 });

/** Kept tokens [N, K, D'] → all [N, L, D'] in their own order, mask tokens in the gaps. */
function fillGaps(model: OnnxModel, x: Value, { length, kept, idsRestore }: GraphMask): Value {
  const { graph, config } = model;
  const batch = graph.node('Shape', [x], { start: 0, end: 1 });
  const shape = graph.node(
    'Concat',
    [batch, graph.node('Sub', [graph.ints(length), kept]), graph.ints(config.decoderEmbedDim)],
    { axis: 0 },
  );
  return take(model, concatTokens(model, x, graph.node('Expand', [weight(model, 'mask_token'), shape])), idsRestore);
}

type Stream = { which: 'a' | 'v'; tokens: Value; mask: GraphMask };

/** Tokens of the kept patches after E_a or E_v. */
const encodeKept = (model: OnnxModel, { which, tokens, mask }: Stream): Value =>
  withoutClassToken(model, encodeSpecific(model, take(model, tokens, mask.idsKeep), which));

/** Decoder tokens of each stream in their own order [N, L, D']. */
function spread(model: OnnxModel, x: Value, streams: Stream[]): Value[] {
  const { graph } = model;
  const [first, second] = streams as [Stream, Stream?];
  if (!second) return [fillGaps(model, x, first.mask)];
  return [
    fillGaps(model, sliceTokens(model, x, graph.ints(0), first.mask.kept), first.mask),
    fillGaps(model, sliceTokens(model, x, first.mask.kept, graph.ints(Number.MAX_SAFE_INTEGER)), second.mask),
  ];
}

/** Vanilla AV-MAE: one mask over the concatenation, one encoder. */
function throughJointOnly(model: OnnxModel, streams: Stream[], masks: Value[]): Value[] {
  const { graph } = model;
  const lengths = streams.map(({ mask }) => mask.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const mask = readMask(model, graph.node('Concat', masks, { axis: 1 }), total);
  const x = encodeJ(model, take(model, concatTokens(model, ...streams.map(({ tokens }) => tokens)), mask.idsKeep), '');
  const all = fillGaps(model, linear(model, x, 'decoder_embed'), mask);
  return [
    sliceTokens(model, all, graph.ints(0), graph.ints(lengths[0] as number)),
    sliceTokens(model, all, graph.ints(lengths[0] as number), graph.ints(total)),
  ];
}

/** Decoder over the tokens that fill each stream's places, and its heads as outputs. */
function decode(model: OnnxModel, filled: Value[], streams: Pick<Stream, 'which' | 'mask'>[]): void {
  const { graph } = model;
  const placed = filled.map((tokens, i) => {
    const { which } = streams[i]!;
    return graph.node('Add', [
      graph.node('Add', [tokens, weight(model, `decoder_pos_embed_${which}`)]),
      weight(model, `decoder_modality_${which}`),
    ]);
  });
  const y = layerNorm(
    model,
    throughBlocks(model, concatTokens(model, ...placed), 'decoder_blocks', ''),
    'decoder_norm',
  );
  let from = 0;
  for (const {
    which,
    mask: { length },
  } of streams) {
    const part = sliceTokens(model, y, graph.ints(from), graph.ints(from + length));
    graph.output(`pred_${which}`, linear(model, part, `decoder_pred_${which}`), [
      'N',
      length,
      which === 'a' ? PATCH_VALUES_A : PATCH_VALUES_V,
    ]);
    from += length;
  }
}

/** @throws EngineError BAD_INPUT for a model without reconstruction, and for a part of another than a CAV-MAE */
export function autoencoderGraph(model: Omit<OnnxModel, 'graph'>, part?: AutoencoderPart): OnnxModel {
  const { config } = model;
  if (config.variant === 'cav' || !model.tensors.has('decoder_embed.weight'))
    throw new EngineError('BAD_INPUT', 'this model has no decoder to export', { hint: 'Export its encoder.' });
  if (config.keepRegisters)
    throw new EngineError('BAD_INPUT', 'a model that keeps its register tokens has no graph of reconstruction');
  if (part && config.variant !== 'cav-mae')
    throw new EngineError('BAD_INPUT', `a model of variant ${config.variant} has no parts to export`, {
      hint: 'Export it whole.',
    });
  const onnx: OnnxModel = { ...model, graph: new GraphBuilder() };
  const { graph } = onnx;
  const masks: Value[] = [];
  const maskOf = (which: 'a' | 'v', length: number): GraphMask => {
    const mask = graph.input(`mask_${which}`, ['N', length]);
    masks.push(mask);
    return readMask(onnx, mask, length);
  };
  const streamA = (): Stream => ({
    which: 'a',
    tokens: embedA(onnx, graph.input('audio', ['N', config.audioLength, MEL_BINS])),
    mask: maskOf('a', tokensA(config)),
  });
  const streamV = (): Stream => ({
    which: 'v',
    tokens: embedV(onnx, graph.input('image', ['N', 3, config.imgSize, config.imgSize])),
    mask: maskOf('v', tokensV(config)),
  });
  if (part === 'sound' || part === 'picture') {
    const stream = part === 'sound' ? streamA() : streamV();
    graph.output(`kept_${stream.which}`, encodeKept(onnx, stream), ['N', `kept_${stream.which}`, config.embedDim]);
    return onnx;
  }
  const given = (which: 'a' | 'v', length: number): Stream => ({
    which,
    tokens: graph.input(`kept_${which}`, ['N', `kept_${which}`, config.embedDim]),
    mask: maskOf(which, length),
  });
  const streams =
    part === 'joint'
      ? [given('a', tokensA(config)), given('v', tokensV(config))]
      : [...(hearsSound(config) ? [streamA()] : []), ...(seesPictures(config) ? [streamV()] : [])];
  const kept = (): Value[] => streams.map((stream) => (part === 'joint' ? stream.tokens : encodeKept(onnx, stream)));
  const filled =
    config.variant === 'av-mae'
      ? throughJointOnly(onnx, streams, masks)
      : spread(onnx, linear(onnx, encodeJ(onnx, concatTokens(onnx, ...kept()), ''), 'decoder_embed'), streams);
  decode(onnx, filled, streams);
  return onnx;
}
