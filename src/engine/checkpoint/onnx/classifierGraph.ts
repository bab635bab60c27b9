// ONNX graph of a finetuned classifier in one of its modes (reference CAVMAEFT): `audio` [N, T, 128], `image` [N, 3, H, W], as the mode
// needs them → `logits` [N, classes].
import type { ClassifierMode } from '../../../shared/contract/modes.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { MEL_BINS } from '../../model/config.ts';
import type { Stream } from '../../model/encoder.ts';
import { GraphBuilder, type Value } from './graphBuilder.ts';
import {
  concatTokens,
  embedA,
  embeddingOf,
  embedV,
  encodeJ,
  encodeSpecific,
  encodeStream,
  layerNorm,
  linear,
  pool,
  withoutClassToken,
  type OnnxModel,
} from './transformer.ts';

/** @throws EngineError BAD_INPUT for a checkpoint without a classifier head */
export function classifierGraph(model: Omit<OnnxModel, 'graph'>, mode: ClassifierMode = 'multimodal'): OnnxModel {
  const { config, tensors } = model;
  const classes = tensors.get('mlp_head.1.weight')?.shape[0];
  if (classes === undefined)
    throw new EngineError('BAD_INPUT', 'this checkpoint has no classifier to export', { hint: 'Export its encoder.' });
  const onnx: OnnxModel = { ...model, graph: new GraphBuilder() };
  const { graph } = onnx;
  const a = (): Value =>
    encodeSpecific(onnx, embedA(onnx, graph.input('audio', ['N', config.audioLength, MEL_BINS])), 'a');
  const v = (): Value =>
    encodeSpecific(onnx, embedV(onnx, graph.input('image', ['N', 3, config.imgSize, config.imgSize])), 'v');
  const joint = (...parts: Value[]): Value =>
    pool(onnx, encodeJ(onnx, concatTokens(onnx, ...parts.map((x) => withoutClassToken(onnx, x))), ''));
  const alone = (x: Value, stream: Stream): Value => embeddingOf(onnx, encodeStream(onnx, x, stream));
  const missing = (x: Value, stream: Stream): Value =>
    graph.node('Mul', [graph.node('Add', [joint(x), alone(x, stream)]), graph.float(0.5)]);
  const pooled: Record<ClassifierMode, () => Value> = {
    multimodal: () => joint(a(), v()),
    audioonly: () => alone(a(), 'a'),
    videoonly: () => alone(v(), 'v'),
    missingaudioonly: () => missing(a(), 'a'),
    missingvideoonly: () => missing(v(), 'v'),
  };
  const vector = pooled[mode]();
  graph.output('logits', linear(onnx, layerNorm(onnx, vector, 'mlp_head.0'), 'mlp_head.1'), ['N', classes]);
  return onnx;
}
