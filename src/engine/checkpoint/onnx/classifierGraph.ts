// ONNX graph of a finetuned classifier in one of its modes (reference CAVMAEFT): `audio` [N, T, 128], `image` [N, 3, H, W], as the mode
// needs them → `logits` [N, classes].
import { EngineError } from '../../../shared/engineError.ts';
import { MEL_BINS } from '../../model/config.ts';
import { GraphBuilder, type Value } from './graphBuilder.ts';
import {
  concatTokens,
  embedA,
  embedV,
  encodeJ,
  layerNorm,
  linear,
  pool,
  throughBlocks,
  type OnnxModel,
} from './transformer.ts';

export const classifierModes = [
  'multimodal',
  'audioonly',
  'videoonly',
  'missingaudioonly',
  'missingvideoonly',
] as const;
export type ClassifierMode = (typeof classifierModes)[number];

/** @throws EngineError BAD_INPUT for a checkpoint without a classifier head */
export function classifierGraph(model: Omit<OnnxModel, 'graph'>, mode: ClassifierMode = 'multimodal'): OnnxModel {
  const { config, tensors } = model;
  const classes = tensors.get('mlp_head.1.weight')?.shape[0];
  if (classes === undefined)
    throw new EngineError('BAD_INPUT', 'this checkpoint has no classifier to export', { hint: 'Export its encoder.' });
  const onnx: OnnxModel = { ...model, graph: new GraphBuilder() };
  const { graph } = onnx;
  const a = (): Value =>
    throughBlocks(onnx, embedA(onnx, graph.input('audio', ['N', config.audioLength, MEL_BINS])), 'blocks_a', '');
  const v = (): Value =>
    throughBlocks(onnx, embedV(onnx, graph.input('image', ['N', 3, config.imgSize, config.imgSize])), 'blocks_v', '');
  const both = (x: Value, norms: '_a' | '_v'): Value => {
    const sum = graph.node('Add', [pool(onnx, encodeJ(onnx, x, '')), pool(onnx, encodeJ(onnx, x, norms))]);
    return graph.node('Mul', [sum, graph.float(0.5)]);
  };
  const pooled: Record<ClassifierMode, () => Value> = {
    multimodal: () => pool(onnx, encodeJ(onnx, concatTokens(onnx, a(), v()), '')),
    audioonly: () => pool(onnx, encodeJ(onnx, a(), '_a')),
    videoonly: () => pool(onnx, encodeJ(onnx, v(), '_v')),
    missingaudioonly: () => both(a(), '_a'),
    missingvideoonly: () => both(v(), '_v'),
  };
  const vector = pooled[mode]();
  graph.output('logits', linear(onnx, layerNorm(onnx, vector, 'mlp_head.0'), 'mlp_head.1'), ['N', classes]);
  return onnx;
}
