// ONNX graph of the encoders: embeddings and patch tokens of sound, picture and both (paper section 2.4, eq. 8).
//
// Inputs: `audio` [A, T, 128] and `image` [N, 3, H, W], where N is A times the number of frames per clip and the frames of clip k are
// rows k*N/A …: sound is encoded once for all frames of its clip.
// CAV-MAE Sync has a segment of sound for every frame: A equals N.
// Outputs: tokens_a [A, La, D], tokens_v [N, Lv, D] (after norm_a, norm_v), c_a [A, D], c_v [N, D] (means over tokens, or class tokens),
// joint [N, D] (mean over tokens).
import { hearsSound, isSync, MEL_BINS, seesPictures, tokensA, tokensV } from '../../model/config.ts';
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
  pool,
  withoutClassToken,
  type OnnxModel,
} from './transformer.ts';

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
  const hears = hearsSound(config) && streams.includes('audio') && (joint || parts.includes('audio'));
  const sees = seesPictures(config) && streams.includes('visual') && (joint || parts.includes('visual'));
  const ofSound = isSync(config) ? 'N' : 'A';
  const kept = config.keepRegisters ? config.registerTokens : 0;
  const stream = (x: Value, which: Stream, rows: string, length: number): void => {
    const all = encodeStream(onnx, x, which);
    graph.output(`tokens_${which}`, withoutClassToken(onnx, all), [rows, length + kept, config.embedDim]);
    graph.output(`c_${which}`, embeddingOf(onnx, all), [rows, config.embedDim]);
  };
  const a = hears
    ? encodeSpecific(onnx, embedA(onnx, graph.input('audio', [ofSound, config.audioLength, MEL_BINS])), 'a')
    : null;
  const v = sees
    ? encodeSpecific(onnx, embedV(onnx, graph.input('image', ['N', 3, config.imgSize, config.imgSize])), 'v')
    : null;
  if (a && parts.includes('audio')) stream(a, 'a', ofSound, tokensA(config));
  if (v && parts.includes('visual')) stream(v, 'v', 'N', tokensV(config));
  if (joint) {
    const [patchesA, patchesV] = [a && withoutClassToken(onnx, a), v && withoutClassToken(onnx, v)];
    const both =
      patchesA && patchesV ? encodeBoth(onnx, patchesA, patchesV) : encodeJ(onnx, (patchesA ?? patchesV) as Value, '');
    graph.output('joint', pool(onnx, both), [v ? 'N' : ofSound, config.embedDim]);
  }
  return onnx;
}
