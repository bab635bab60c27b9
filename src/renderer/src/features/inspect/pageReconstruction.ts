// One reconstruction by the exported graph, with the same pictures and figures that the engine gives.
import type { GraphTensor } from '../../onnx/graphMessages.ts';
import { imageColours } from './clipTensors.ts';
import type { ClipTensors } from './clipTensors.ts';
import { judge, patchify, patchValues, unpatchify } from './patches.ts';
import { gridOf, imagePlane, melBands, melPlane, soundFrames } from '../../../../shared/figures/pictures.ts';
import type { Side } from '../../../../shared/figures/reconstructionSide.ts';
import type { InputSizes } from '../../../../shared/figures/pictures.ts';

export type RunGraph = (feeds: Record<string, GraphTensor>) => Promise<Record<string, GraphTensor>>;
/** 1 = removed. */
export interface MaskPair { A: Uint8Array; V: Uint8Array }

const vector = (mask: Uint8Array): GraphTensor => ({ dims: [1, mask.length], data: Float32Array.from(mask) });

/** @throws what the runtime says, and where its answer has another size than the model's grids */
export async function reconstructWith(run: RunGraph, { audio, image }: ClipTensors, masks: MaskPair, perPatchStatistics: boolean): Promise<{ A: Side; V: Side }> {
  const sizes: InputSizes = { audioLength: audio.length / melBands, imgSize: Math.sqrt(image.length / 3) };
  const grids = { A: gridOf('A', sizes), V: gridOf('V', sizes) };
  const { pred_a: predA, pred_v: predV } = await run({
    audio: { dims: [1, sizes.audioLength, melBands], data: audio }, image: { dims: [1, 3, sizes.imgSize, sizes.imgSize], data: image }, mask_a: vector(masks.A), mask_v: vector(masks.V),
  });
  if (predA?.data.length !== audio.length || predV?.data.length !== image.length) throw new Error('the graph predicts pictures of another size');
  const soundPatches = judge(patchify(grids.A, audio), predA.data, masks.A, patchValues('A'), perPatchStatistics);
  const picturePatches = judge(patchify(grids.V, image), predV.data, masks.V, patchValues('V'), perPatchStatistics);
  return {
    A: { original: melPlane(audio), predicted: melPlane(unpatchify(grids.A, soundPatches.predicted)), mask: masks.A, error: soundPatches.error, loss: soundPatches.loss, frames: soundFrames(audio) },
    V: { original: imagePlane(imageColours(image)), predicted: imagePlane(imageColours(unpatchify(grids.V, picturePatches.predicted))), mask: masks.V, error: picturePatches.error, loss: picturePatches.loss, frames: 0 },
  };
}
