// ONNX graph of the encoders: embeddings and patch tokens of sound, picture and both (paper section 2.4, eq. 8).
//
// Inputs: `audio` [A, T, 128] and `image` [N, 3, H, W], where N is A times the number of frames per clip and the frames of clip k are
// rows k*N/A …: sound is encoded once for all frames of its clip.
// Outputs: tokens_a [A, La, D], tokens_v [N, Lv, D] (after norm_a, norm_v), c_a [A, D], c_v [N, D], joint [N, D] (mean over tokens).
import { MEL_BINS, tokensA, tokensV } from '../../model/config.ts';
import { GraphBuilder, type Value } from './graphBuilder.ts';
import { embedA, embedV, encodeBoth, encodeJ, pool, throughBlocks, type OnnxModel } from './transformer.ts';

export type EncoderPart = 'audio' | 'visual' | 'joint';

/**
 * @param parts what is computed: a graph without `joint` takes about half the time
 * @param streams what clips have: with one only, the joint embedding is that of the one through E_j
 * @returns the model with its graph built
 */
export function encoderGraph(
  model: Omit<OnnxModel, 'graph'>,
  parts: readonly EncoderPart[] = ['audio', 'visual', 'joint'],
  streams: readonly ('audio' | 'visual')[] = ['audio', 'visual'],
): OnnxModel {
  const { config } = model;
  const onnx: OnnxModel = { ...model, graph: new GraphBuilder() };
  const { graph } = onnx;
  const joint = parts.includes('joint');
  const hears = config.variant !== 'mae-visual' && streams.includes('audio') && (joint || parts.includes('audio'));
  const sees = config.variant !== 'mae-audio' && streams.includes('visual') && (joint || parts.includes('visual'));
  // Systems without a contrastive loss never trained the stream norms.
  const contrastive = config.variant === 'cav-mae' || config.variant === 'cav';
  const stream = (x: Value, which: 'a' | 'v', rows: string, length: number): void => {
    const tokens = encodeJ(onnx, x, contrastive ? `_${which}` : '');
    graph.output(`tokens_${which}`, tokens, [rows, length, config.embedDim]);
    graph.output(`c_${which}`, pool(onnx, tokens), [rows, config.embedDim]);
  };
  const a = hears
    ? throughBlocks(onnx, embedA(onnx, graph.input('audio', ['A', config.audioLength, MEL_BINS])), 'blocks_a', '')
    : null;
  const v = sees
    ? throughBlocks(onnx, embedV(onnx, graph.input('image', ['N', 3, config.imgSize, config.imgSize])), 'blocks_v', '')
    : null;
  if (a && parts.includes('audio')) stream(a, 'a', 'A', tokensA(config));
  if (v && parts.includes('visual')) stream(v, 'v', 'N', tokensV(config));
  if (joint) {
    graph.output('joint', pool(onnx, a && v ? encodeBoth(onnx, a, v) : encodeJ(onnx, (a ?? v) as Value, '')), [
      v ? 'N' : 'A',
      config.embedDim,
    ]);
  }
  return onnx;
}
