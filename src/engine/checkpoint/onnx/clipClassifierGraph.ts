// ONNX graph of a classifier as the application asks it: calibrated probabilities of whole clips, their frames averaged, beside the logits of
// each frame.
//
// Inputs: `audio` [A, T, 128], one per clip, and `image` [N, 3, H, W], the frames of clip k in rows k*N/A …; without sound all frames are of one
// clip. Outputs: `logits` [N, classes] and `probabilities` [A, classes].
import type { FinetuneMode } from '../../../shared/contract/modes.ts';
import { EngineError } from '../../../shared/engineError.ts';
import { isSync, MEL_BINS } from '../../model/config.ts';
import type { Stream } from '../../model/encoder.ts';
import { GraphBuilder, type Value } from './graphBuilder.ts';
import {
  embedA,
  embeddingOf,
  embedV,
  encodeBoth,
  encodeJ,
  encodeSpecific,
  encodeStream,
  layerNorm,
  linear,
  pool,
  withoutClassToken,
  type OnnxModel,
} from './transformer.ts';

export interface ClipClassifier {
  mode: FinetuneMode;
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
  const sync = isSync(config);
  const onnx: OnnxModel = { ...model, graph: new GraphBuilder() };
  const { graph } = onnx;
  const hears = mode !== 'videoonly' && only !== 'image';
  const sees = mode !== 'audioonly' && only !== 'audio';
  const a = hears
    ? encodeSpecific(onnx, embedA(onnx, graph.input('audio', [sync ? 'N' : 'A', config.audioLength, MEL_BINS])), 'a')
    : null;
  const v = sees
    ? encodeSpecific(onnx, embedV(onnx, graph.input('image', ['N', 3, config.imgSize, config.imgSize])), 'v')
    : null;
  const joint = (x: Value): Value => pool(onnx, encodeJ(onnx, withoutClassToken(onnx, x), ''));
  const alone = (x: Value, stream: Stream): Value => {
    const own = embeddingOf(onnx, encodeStream(onnx, x, stream));
    if (mode !== 'multimodal') return own;
    // Joint embeddings of one modality; the reference's `missing…` modes for a model that was finetuned on both.
    return mean === 'embeddings' ? joint(x) : graph.node('Mul', [graph.node('Add', [joint(x), own]), graph.float(0.5)]);
  };
  const both = (): Value =>
    pool(onnx, encodeBoth(onnx, withoutClassToken(onnx, a as Value), withoutClassToken(onnx, v as Value)));
  const vectors = a && v ? both() : a ? alone(a, 'a') : alone(v!, 'v');
  const head = (x: Value): Value => linear(onnx, layerNorm(onnx, x, 'mlp_head.0'), 'mlp_head.1');
  const active = (x: Value): Value =>
    activation === 'softmax' ? graph.node('Softmax', [x], { axis: -1 }) : graph.node('Sigmoid', [x]);
  /** [N, W] → [A, W]. */
  const overFrames = (x: Value, width: number): Value => {
    // With CAV-MAE Sync every frame has sound of its own: the frames are those of one clip.
    const clips = a && !sync ? graph.node('Shape', [a], { start: 0, end: 1 }) : graph.ints(1);
    const grouped = graph.node('Reshape', [x, graph.node('Concat', [clips, graph.ints(-1, width)], { axis: 0 })]);
    return graph.node('ReduceMean', [grouped, graph.ints(1)], { keepdims: 0 });
  };
  const logits = head(vectors);
  const rows = v || sync ? 'N' : 'A';
  graph.output('logits', logits, [rows, classes]);
  graph.output(
    'probabilities',
    mean === 'embeddings' ? active(head(overFrames(vectors, config.embedDim))) : overFrames(active(logits), classes),
    [a && !sync ? 'A' : 1, classes],
  );
  return onnx;
}
