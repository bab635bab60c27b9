// ONNX graph of a classifier as the application asks it: calibrated probabilities of whole clips, their frames averaged, beside the logits of
// each frame.
//
// Inputs: `audio` [A, T, 128], one per clip, and `image` [N, 3, H, W], the frames of clip k in rows k*N/A …; without sound all frames are of one
// clip. Outputs: `logits` [N, classes] and `probabilities` [A, classes].
import { EngineError } from '../../../shared/engineError.ts';
import { MEL_BINS } from '../../model/config.ts';
import { GraphBuilder, type Value } from './graphBuilder.ts';
import {
  embedA,
  embedV,
  encodeBoth,
  encodeJ,
  layerNorm,
  linear,
  pool,
  throughBlocks,
  type NormSet,
  type OnnxModel,
} from './transformer.ts';

export interface ClipClassifier {
  mode: 'multimodal' | 'audioonly' | 'videoonly';
  activation: 'softmax' | 'sigmoid';
  /** What is averaged over frames: a head on stored embeddings saw means of embeddings; a finetuned model averages probabilities, as the reference does. */
  mean: 'embeddings' | 'probabilities';
  /** For clips that lack the other modality. */
  only?: 'audio' | 'image';
}

/** @throws EngineError BAD_INPUT for a checkpoint without a classifier head */
export function clipClassifierGraph(
  model: Omit<OnnxModel, 'graph'>,
  { mode, activation, mean, only }: ClipClassifier,
): OnnxModel {
  const { config, tensors } = model;
  const classes = tensors.get('mlp_head.1.weight')?.shape[0];
  if (classes === undefined)
    throw new EngineError('BAD_INPUT', 'this checkpoint has no classifier to export', { hint: 'Export its encoder.' });
  const onnx: OnnxModel = { ...model, graph: new GraphBuilder() };
  const { graph } = onnx;
  const hears = mode !== 'videoonly' && only !== 'image';
  const sees = mode !== 'audioonly' && only !== 'audio';
  const a = hears
    ? throughBlocks(onnx, embedA(onnx, graph.input('audio', ['A', config.audioLength, MEL_BINS])), 'blocks_a', '')
    : null;
  const v = sees
    ? throughBlocks(onnx, embedV(onnx, graph.input('image', ['N', 3, config.imgSize, config.imgSize])), 'blocks_v', '')
    : null;
  const contrastive = config.variant === 'cav-mae' || config.variant === 'cav';
  const stream = (x: Value, norms: NormSet): Value => pool(onnx, encodeJ(onnx, x, norms));
  const alone = (x: Value, norms: '_a' | '_v'): Value => {
    if (mode !== 'multimodal') return stream(x, mean === 'embeddings' && !contrastive ? '' : norms);
    // Joint embeddings of one modality; the reference's `missing…` modes for a model that was finetuned on both.
    return mean === 'embeddings'
      ? stream(x, '')
      : graph.node('Mul', [graph.node('Add', [stream(x, ''), stream(x, norms)]), graph.float(0.5)]);
  };
  const vectors = a && v ? pool(onnx, encodeBoth(onnx, a, v)) : a ? alone(a, '_a') : alone(v!, '_v');
  const head = (x: Value): Value => linear(onnx, layerNorm(onnx, x, 'mlp_head.0'), 'mlp_head.1');
  const active = (x: Value): Value =>
    activation === 'softmax' ? graph.node('Softmax', [x], { axis: -1 }) : graph.node('Sigmoid', [x]);
  /** [N, W] → [A, W]. */
  const overFrames = (x: Value, width: number): Value => {
    const clips = a ? graph.node('Shape', [a], { start: 0, end: 1 }) : graph.ints(1);
    const grouped = graph.node('Reshape', [x, graph.node('Concat', [clips, graph.ints(-1, width)], { axis: 0 })]);
    return graph.node('ReduceMean', [grouped, graph.ints(1)], { keepdims: 0 });
  };
  const logits = head(vectors);
  const rows = v ? 'N' : 'A';
  graph.output('logits', logits, [rows, classes]);
  graph.output(
    'probabilities',
    mean === 'embeddings' ? active(head(overFrames(vectors, config.embedDim))) : overFrames(active(logits), classes),
    [a ? 'A' : 1, classes],
  );
  return onnx;
}
