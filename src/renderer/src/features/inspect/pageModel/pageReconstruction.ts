// One reconstruction by the exported graphs, with the same pictures and figures that the engine gives.
import type { GraphTensor } from '../../../onnx/graphMessages.ts';
import type { AutoencoderPart } from '../../../../../shared/wire/urls.ts';
import { denormaliseFrames } from '../../../../../shared/signal/frameInput.ts';
import type { ClipTensors } from './clipTensors.ts';
import { lastOf } from './lastOf.ts';
import { judge, patchify, patchValues, unpatchify } from './patches.ts';
import { gridOf, melBands } from '../../../../../shared/signal/patchGrid.ts';
import { imagePlane, melPlane, soundFrames } from '../../../../../shared/figures/pictures.ts';
import type { Side } from '../../../../../shared/figures/reconstructionSide.ts';
import type { InputSizes, Modality } from '../../../../../shared/signal/patchGrid.ts';

export type RunGraph = (
  part: AutoencoderPart,
  feeds: Record<string, GraphTensor>,
) => Promise<Record<string, GraphTensor>>;
/** 1 = removed. */
export interface MaskPair {
  A: Uint8Array;
  V: Uint8Array;
}

const vector = (mask: Uint8Array): GraphTensor => ({ dims: [1, mask.length], data: Float32Array.from(mask) });

/**
 * What E_a or E_v made lately by these graphs, newest first: most strokes change the mask of one modality, and the
 * other's tokens stay as they are; and people go to and fro between masks.
 */
interface Kept {
  input: Float32Array;
  mask: Uint8Array;
  tokens: Promise<GraphTensor>;
}
const kept = new WeakMap<RunGraph, Record<Modality, Kept[]>>();
/** Masks remembered per modality; half a megabyte each at most in the model that ships. */
const remembered = 4;
const isOf = ({ input, mask }: Kept, other: Float32Array, otherMask: Uint8Array): boolean =>
  input === other && mask.length === otherMask.length && mask.every((value, i) => value === otherMask[i]);

/** Tokens of the kept patches, [1, K, D]. */
function encoded(run: RunGraph, modality: Modality, input: GraphTensor, mask: Uint8Array): Promise<GraphTensor> {
  const ofGraph = kept.get(run) ?? { A: [], V: [] };
  kept.set(run, ofGraph);
  const before = ofGraph[modality].find((one) => isOf(one, input.data, mask));
  if (before) {
    ofGraph[modality] = [before, ...ofGraph[modality].filter((one) => one !== before)];
    return before.tokens;
  }
  const answer =
    modality === 'A'
      ? run('sound', { audio: input, mask_a: vector(mask) })
      : run('picture', { image: input, mask_v: vector(mask) });
  const tokens = answer.then(({ kept_a: ofSound, kept_v: ofPicture }) => {
    const made = modality === 'A' ? ofSound : ofPicture;
    if (!made) throw new Error('the graph gives no tokens');
    return made;
  });
  const now: Kept = { input: input.data, mask: mask.slice(), tokens };
  ofGraph[modality] = [now, ...ofGraph[modality]].slice(0, remembered);
  tokens.catch(() => {
    ofGraph[modality] = ofGraph[modality].filter((one) => one !== now);
  });
  return tokens;
}

const sizesOf = ({ audio, image }: ClipTensors): InputSizes => ({
  audioLength: audio.length / melBands,
  imgSize: Math.sqrt(image.length / 3),
});
function encodedPair(run: RunGraph, clip: ClipTensors, masks: MaskPair): Promise<[GraphTensor, GraphTensor]> {
  const { audioLength, imgSize } = sizesOf(clip);
  return Promise.all([
    encoded(run, 'A', { dims: [1, audioLength, melBands], data: clip.audio }, masks.A),
    encoded(run, 'V', { dims: [1, 3, imgSize, imgSize], data: clip.image }, masks.V),
  ]);
}
/**
 * Makes the tokens that `reconstructWith` is going to need, where something of both is left. Throws what the runtime
 * says.
 */
export async function encodeAhead(run: RunGraph, clip: ClipTensors, masks: MaskPair): Promise<void> {
  if (!masks.A.includes(0) || !masks.V.includes(0)) return;
  await encodedPair(run, clip, masks);
}

/** What no mask changes. */
const soundOriginal = lastOf((audio: Float32Array, audioLength: number) => ({
  patches: patchify(gridOf('A', { audioLength, imgSize: 0 }), audio),
  plane: melPlane(audio),
  frames: soundFrames(audio),
}));
const pictureOriginal = lastOf((image: Float32Array, imgSize: number) => ({
  patches: patchify(gridOf('V', { audioLength: 0, imgSize }), image),
  plane: imagePlane(denormaliseFrames(image, imgSize)),
}));

/** @throws what the runtime says, and where its answer has another size than the model's grids */
export async function reconstructWith(
  run: RunGraph,
  clip: ClipTensors,
  masks: MaskPair,
  perPatchStatistics: boolean,
): Promise<{ A: Side; V: Side }> {
  const { audio, image } = clip;
  const sizes = sizesOf(clip);
  const grids = { A: gridOf('A', sizes), V: gridOf('V', sizes) };
  const [keptA, keptV] = await encodedPair(run, clip, masks);
  const { pred_a: predA, pred_v: predV } = await run('joint', {
    kept_a: keptA,
    kept_v: keptV,
    mask_a: vector(masks.A),
    mask_v: vector(masks.V),
  });
  if (predA?.data.length !== audio.length || predV?.data.length !== image.length)
    throw new Error('the graph predicts pictures of another size');
  const [sound, picture] = [soundOriginal(audio, sizes.audioLength), pictureOriginal(image, sizes.imgSize)];
  const soundPatches = judge(sound.patches, predA.data, masks.A, patchValues('A'), perPatchStatistics);
  const picturePatches = judge(picture.patches, predV.data, masks.V, patchValues('V'), perPatchStatistics);
  return {
    A: {
      original: sound.plane,
      predicted: melPlane(unpatchify(grids.A, soundPatches.predicted)),
      mask: masks.A,
      error: soundPatches.error,
      loss: soundPatches.loss,
      frames: sound.frames,
    },
    V: {
      original: picture.plane,
      predicted: imagePlane(denormaliseFrames(unpatchify(grids.V, picturePatches.predicted), sizes.imgSize)),
      mask: masks.V,
      error: picturePatches.error,
      loss: picturePatches.loss,
      frames: 0,
    },
  };
}
